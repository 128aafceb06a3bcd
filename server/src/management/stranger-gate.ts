import type { Clock } from '../platform/clock.ts'
import { createFloodGate } from '../platform/flood-gate.ts'

/** Refusals from one network in a minute before it is slowed: a device that was let go tries a few times. */
const REFUSALS_PER_MINUTE = 30
/** From all slowed networks together, so many are looked at all the same: a device may come for the first time. */
const TRIES_PER_SECOND = 5
const MINUTE_MS = 60_000
/** A device that comes once a day is still known. */
const KNOWN_MS = 25 * 60 * MINUTE_MS
/** Of each kind; beyond it the oldest are forgotten. */
const MOST_COUNTED = 20_000
const MOST_KNOWN = 200_000

export const RETRY_AFTER_SECONDS = 60

/** What stands between strangers and the work of finding out who they are. */
export type StrangerGate = {
  /**
   * @param shown what a request names as proof: certificates' fingerprints or numbers. Asked for only where it
   *   makes a difference.
   */
  readonly admits: (address: string, shown: () => readonly string[]) => boolean
  readonly fail: (address: string, shown: () => readonly string[]) => void
  /** @param names under which a device showed what proved it. */
  readonly prove: (names: readonly string[]) => void
}

/**
 * Slows networks from which only refusals come. A device that has proven itself is never slowed by what its
 * neighbours behind the same address do. Each process counts for itself: this is about its own work.
 */
export function createStrangerGate(
  clock: Clock,
  networkOf: (address: string) => string,
): StrangerGate {
  const refusals = new Map<string, { minute: number; count: number }>()
  const known = new Map<string, number>()
  const mayTry = createFloodGate(clock, TRIES_PER_SECOND)
  const minuteNow = () => Math.floor(clock.now().getTime() / MINUTE_MS)

  const isFull = (key: string) => {
    const found = refusals.get(key)
    return found?.minute === minuteNow() && found.count >= REFUSALS_PER_MINUTE
  }
  const count = (key: string) => {
    const minute = minuteNow()
    const found = refusals.get(key)
    if (found?.minute === minute) found.count += 1
    else put(refusals, key, { minute, count: 1 }, MOST_COUNTED)
  }
  return {
    admits(address, shown) {
      const network = networkOf(address)
      if (!isFull(network)) return true
      const now = clock.now().getTime()
      // A certificate is no secret: whoever only shows one is told apart by being refused.
      const isKnown = shown().some(
        (name) => (known.get(name) ?? 0) > now && !isFull(`${network} ${name}`),
      )
      return isKnown || mayTry()
    },
    fail(address, shown) {
      const network = networkOf(address)
      count(network)
      if (!isFull(network)) return
      for (const name of shown()) if (known.has(name)) count(`${network} ${name}`)
    },
    prove(names) {
      const until = clock.now().getTime() + KNOWN_MS
      for (const name of names) put(known, name, until, MOST_KNOWN)
    },
  }
}

/** As the newest; a map keeps the order in which keys came. */
function put<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= most) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}
