import type { NewStep } from './attempt.ts'

/** Older than any device takes from one request to the next. */
const MOST_MS = 60 * 60_000

/**
 * What the policy address carries, so that a discovery, which tells nothing of whose it is, shows in the
 * attempt that follows it. Nobody relies on it: a device may leave it out, or make it up.
 *
 * @see windows-mdm.md 2.3
 */
export function writeTrail({ at, traceId }: Pick<NewStep, 'at' | 'traceId'>): string {
  return `discovered=${at.getTime()}.${traceId}`
}

export function readTrail(query: unknown, now: Date): NewStep['earlier'] {
  const { discovered } = query as { discovered?: unknown }
  if (typeof discovered !== 'string') return undefined
  const [, time, traceId] = /^(\d{13})\.(req_[0-9a-z]{20})$/.exec(discovered) ?? []
  const at = new Date(Number(time))
  const ageMs = now.getTime() - at.getTime()
  if (traceId === undefined || !(ageMs >= 0 && ageMs <= MOST_MS)) return undefined
  return { step: 'discovery', at, traceId }
}
