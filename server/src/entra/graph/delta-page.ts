import { z } from 'zod'
import { NetworkError } from '../network-error.ts'
import { type GraphClient, type GraphOptions, resolveTarget } from './graph-client.ts'
import { GraphError } from './graph-error.ts'

/** One object of a delta answer, unread: `id`, perhaps `@removed`, and the properties that came. */
export type DeltaItem = Readonly<Record<string, unknown>>

export type DeltaPage =
  | {
      readonly kind: 'page'
      readonly items: readonly DeltaItem[]
      /** Where the round goes on, or, at its end, where the next one starts. Opaque. */
      readonly next: { readonly kind: 'nextLink' | 'deltaLink'; readonly url: string }
    }
  /** Graph no longer knows the cursor: the round must start over. */
  | { readonly kind: 'cursorExpired' }

/** What is in it is read later; a copy of each would be half as much work as reading it. */
const Item = z.custom<DeltaItem>(
  (item) => typeof item === 'object' && item !== null && !Array.isArray(item),
)

const Body = z.object({
  value: z.array(Item),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
})

/**
 * Reads one page of a delta query.
 *
 * @param target the first call's path, or a nextLink or deltaLink as Graph gave it.
 * @throws as `GraphClient.get`; {NetworkError} `notJson` when the body is not a delta page;
 *   {UntrustedLink} when its link leads elsewhere: kept as a cursor, it would end every later run.
 * @see Graph "Use delta query to track changes in Microsoft Graph data"
 */
export async function fetchDeltaPage(
  graph: GraphClient,
  target: string,
  options: GraphOptions,
): Promise<DeltaPage> {
  const isFirstCall = target.startsWith('/')
  try {
    const answer = await graph.get(target, options)
    return readDeltaPage(answer.json, graph.origin)
  } catch (error) {
    if (error instanceof GraphError && isExpired(error, isFirstCall)) {
      return { kind: 'cursorExpired' }
    }
    throw error
  }
}

/**
 * 410, `syncStateNotFound` and `resyncRequired` are documented. Skip tokens have no published life:
 * a plain 400 or 404 on a link that Graph itself gave means the same, on our own first call it does not.
 */
function isExpired(error: GraphError, isFirstCall: boolean): boolean {
  if (error.status === 410 || error.code === 'resyncRequired') return true
  return !isFirstCall && (error.status === 400 || error.status === 404)
}

function readDeltaPage(json: unknown, origin: string): DeltaPage {
  const body = Body.safeParse(json)
  const nextLink = body.data?.['@odata.nextLink']
  const deltaLink = body.data?.['@odata.deltaLink']
  // Exactly one of the two; a page without either would end a round that has not ended.
  if (!body.success || (nextLink === undefined) === (deltaLink === undefined)) {
    throw new NetworkError('notJson', new URL(origin).host, 'a body that is no delta page')
  }
  const url = resolveTarget(nextLink ?? deltaLink ?? '', origin)
  return {
    kind: 'page',
    items: body.data.value,
    next: { kind: nextLink ? 'nextLink' : 'deltaLink', url },
  }
}
