import type { Clock } from './clock.ts'
import { createFloodMeter } from './flood-meter.ts'

/** Lets so many through in a second, whoever they are. @returns whether this one may pass. */
export function createFloodGate(clock: Clock, perSecond: number): () => boolean {
  const meter = createFloodMeter(clock, perSecond)
  return () => {
    if (meter.isFull()) return false
    meter.count()
    return true
  }
}

/**
 * Lets so many through in one go, and afterwards so many in an hour: what has to be kept for long must not
 * become much of it.
 */
export function createAllowance(
  clock: Clock,
  { atOnce, perHour }: { readonly atOnce: number; readonly perHour: number },
): () => boolean {
  let left = atOnce
  let countedAt = clock.now().getTime()
  return () => {
    const now = clock.now().getTime()
    // A clock that was put back gives nothing, and takes nothing.
    const hours = Math.max(0, now - countedAt) / HOUR_MS
    left = Math.min(atOnce, left + hours * perHour)
    countedAt = now
    if (left < 1) return false
    left -= 1
    return true
  }
}

const HOUR_MS = 60 * 60_000
