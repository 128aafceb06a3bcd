import type { Clock } from './clock.ts'

/** Counts what was for nothing, second by second, so that too much of it is not even tried. */
type FloodMeter = {
  readonly count: () => void
  /** Whether this second has had enough. */
  readonly isFull: () => boolean
}

export function createFloodMeter(clock: Clock, perSecond: number): FloodMeter {
  let startedAt = clock.now().getTime()
  let counted = 0
  const turn = () => {
    const now = clock.now().getTime()
    // A clock that was put back must not keep it full.
    if (now < startedAt + 1000 && now >= startedAt) return
    startedAt = now
    counted = 0
  }
  return {
    count: () => {
      turn()
      counted += 1
    },
    isFull: () => {
      turn()
      return counted >= perSecond
    },
  }
}
