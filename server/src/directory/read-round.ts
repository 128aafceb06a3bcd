import { type DeltaPage, fetchDeltaPage } from '../entra/graph/delta-page.ts'
import type { GraphClient, GraphOptions } from '../entra/graph/graph-client.ts'
import { LoopingLink } from '../entra/graph/graph-error.ts'

export type ReadPage = DeltaPage & { readonly kind: 'page' }

/**
 * Reads the pages of one round, the next one always on its way while one is being dealt with.
 *
 * @param target the first call's path, or a cursor of Graph's.
 * @returns `expired` when Graph no longer knows the cursor: the round must start over.
 * @throws what the Graph client throws; {LoopingLink}.
 */
export async function* readRound(
  graph: GraphClient,
  target: string,
  options: GraphOptions & { readonly signal: AbortSignal },
): AsyncGenerator<ReadPage, 'caughtUp' | 'expired'> {
  // However the round ends, a page that is still on its way is given up.
  using ending = endOfRound()
  const signal = AbortSignal.any([options.signal, ending.signal])
  const fetch = (link: string) =>
    fetchDeltaPage(graph, link, { ...options, signal, priority: 'Low' })
  const seen = new Set<string>()
  let pending = fetch(target)
  for (;;) {
    const page = await pending
    if (page.kind === 'cursorExpired') return 'expired'
    const { next } = page
    if (next.kind === 'nextLink') {
      if (seen.has(next.url)) {
        throw new LoopingLink('Graph sent the same nextLink twice in one round')
      }
      seen.add(next.url)
      pending = fetch(next.url)
      pending.catch(() => undefined) // awaited above; meanwhile it must not count as unhandled
    }
    yield page
    if (next.kind === 'deltaLink') return 'caughtUp'
  }
}

function endOfRound(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() }
}
