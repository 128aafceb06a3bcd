import { z } from 'zod'
import type { HttpAnswer } from '../http-client.ts'
import { GraphError } from './graph-error.ts'

/** As many as Graph takes at once. */
export const BATCH_SIZE = 20

/** What became of one of many that were asked for together. */
export type OneAnswer =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  | { readonly kind: 'refused'; readonly error: GraphError }

/** Not an answer yet: why, and how long Graph asks us to wait. */
type NotYet = {
  readonly kind: 'unauthorized' | 'throttled' | 'fault'
  readonly waitMs?: number | undefined
}

type BatchParts = {
  /** Sends a batch, as patiently as anything that is read. */
  send(body: object): Promise<HttpAnswer>
  /** Asks for one path on its own, just as patiently. */
  get(path: string): Promise<HttpAnswer>
  /** What an item's answer means. @throws {GraphError} when it is a refusal for good. */
  judge(answer: HttpAnswer): NotYet | { readonly kind: 'answer' }
  /** Waits; for as long as seems good where Graph named no time. */
  pause(waitMs: number | undefined): Promise<void>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Asks for many paths below `/v1.0`, twenty in each request. What is throttled, out of order or left
 * out within a batch is asked for again, alone, after the longest wait that Graph named.
 *
 * @returns in the order of the paths.
 * @see Graph "Combine multiple HTTP requests using JSON batching" › Responses to batch requests, and
 *   Graph "Throttling" › Throttling and batching
 */
export async function getBatched(
  parts: BatchParts,
  paths: readonly string[],
): Promise<readonly OneAnswer[]> {
  const found: OneAnswer[] = []
  for (let start = 0; start < paths.length; start += BATCH_SIZE) {
    found.push(...(await getTogether(parts, paths.slice(start, start + BATCH_SIZE))))
  }
  return found
}

async function getTogether(parts: BatchParts, paths: readonly string[]): Promise<OneAnswer[]> {
  const answers = paths.length > 1 ? await sendBatch(parts, paths) : new Map<number, HttpAnswer>()
  const judged = paths.map((_, place) => judge(parts, answers.get(place)))
  const waits = judged.flatMap((one) =>
    one.kind === 'throttled' || one.kind === 'fault' ? [one.waitMs] : [],
  )
  const named = waits.filter((waitMs) => waitMs !== undefined)
  if (waits.length > 0) await parts.pause(named.length > 0 ? Math.max(...named) : undefined)
  const found: OneAnswer[] = []
  for (const [place, one] of judged.entries()) {
    const isOver = one.kind === 'answer' || one.kind === 'refused'
    found.push(isOver ? one : await getAlone(parts, paths[place] ?? ''))
  }
  return found
}

/** @returns the answers by the place of what was asked; none where Graph would not have the batch. */
async function sendBatch(
  parts: BatchParts,
  paths: readonly string[],
): Promise<ReadonlyMap<number, HttpAnswer>> {
  const requests = paths.map((url, place) => {
    return { id: String(place), method: 'GET', url, headers: parts.headers }
  })
  try {
    return readBatch((await parts.send({ requests })).json)
  } catch (error) {
    // Each of them says better what it is about.
    if (error instanceof GraphError && error.status < 500 && error.status !== 401) return new Map()
    throw error
  }
}

function judge(
  parts: BatchParts,
  answer: HttpAnswer | undefined,
): OneAnswer | NotYet | { readonly kind: 'missing' } {
  if (!answer) return { kind: 'missing' }
  try {
    const judged = parts.judge(answer)
    return judged.kind === 'answer' ? { kind: 'answer', answer } : judged
  } catch (error) {
    if (error instanceof GraphError) return { kind: 'refused', error }
    throw error
  }
}

async function getAlone(parts: BatchParts, path: string): Promise<OneAnswer> {
  try {
    return { kind: 'answer', answer: await parts.get(path) }
  } catch (error) {
    if (error instanceof GraphError) return { kind: 'refused', error }
    throw error
  }
}

const Item = z.object({
  id: z.string(),
  status: z.number().int(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  body: z.unknown().optional(),
})
const Answer = z.object({ responses: z.array(z.unknown()) })

/** They come in any order; what cannot be read is left out. */
function readBatch(json: unknown): ReadonlyMap<number, HttpAnswer> {
  const found = new Map<number, HttpAnswer>()
  for (const given of Answer.safeParse(json).data?.responses ?? []) {
    const item = Item.safeParse(given).data
    if (!item) continue
    const { id, status, headers, body } = item
    found.set(Number(id), { status, headers: lowerCased(headers ?? {}), json: body })
  }
  return found
}

/** Within a batch the names of headers keep their capitals. */
const lowerCased = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
