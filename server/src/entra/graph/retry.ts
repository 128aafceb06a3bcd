/** How often a read is tried again after a fault that may pass. Throttling does not count. */
export const MAX_TRIES = 5
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 5 * 60 * 1000
/** Beyond this, waiting inside a run helps nobody; the run is told to come back later. */
export const LONGEST_THROTTLE_MS = 60 * 60 * 1000

/**
 * How long a `Retry-After` asks us to wait.
 *
 * Observed in Microsoft's documents: whole and fractional seconds, and an HTTP date; it may be
 * absent or unreadable.
 *
 * @returns milliseconds, more than 0; `undefined` when the header says nothing we understand, or asks
 *   for no wait at all: then it is for us to choose one.
 */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? ''
  const waitMs = /^\d+(?:\.\d+)?$/.test(text)
    ? Math.ceil(Number(text) * 1000)
    : (/[a-z]/i.test(text) ? Date.parse(text) : Number.NaN) - now.getTime()
  return waitMs > 0 ? waitMs : undefined
}

/**
 * Exponential back-off with full jitter.
 *
 * @param tries how many tries have failed so far, at least 1.
 * @param chance between 0 and 1.
 */
export function backOffMs(tries: number, chance: number): number {
  const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1))
  return Math.round(ceiling * chance)
}
