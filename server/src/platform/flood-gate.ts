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
