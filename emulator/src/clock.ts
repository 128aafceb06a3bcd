/** The emulator's time: token lifetimes, delta-token ages, throttling windows and log all read it. */
export type Clock = {
  now(): Date
  /** Moves the time forward (or back, with a negative number). */
  advance(ms: number): void
  /** Makes "now" the given instant; from there the time runs on with the base clock. */
  set(instant: Date): void
}

/** A virtual clock over a base clock. With a base that stands still, time moves only by `advance`. */
export function startClock(base: () => Date = () => new Date()): Clock {
  let offsetMs = 0
  return {
    now: () => new Date(base().getTime() + offsetMs),
    advance: (ms) => {
      offsetMs += ms
    },
    set: (instant) => {
      offsetMs = instant.getTime() - base().getTime()
    },
  }
}
