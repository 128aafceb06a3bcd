import type { Clock } from './clock.ts'

/** Lets so many through in a second, whoever they are. @returns whether this one may pass. */
export function createFloodGate(clock: Clock, perSecond: number): () => boolean {
  let startedAt = clock.now().getTime()
  let passed = 0
  return () => {
    const now = clock.now().getTime()
    // A clock that was put back must not keep the gate shut.
    if (now >= startedAt + 1000 || now < startedAt) {
      startedAt = now
      passed = 0
    }
    passed += 1
    return passed <= perSecond
  }
}
