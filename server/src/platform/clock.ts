import { setTimeout as delay } from 'node:timers/promises'

/** Time, passed in, so that a test has its own. */
export type Clock = {
  now(): Date
  /** Resolves after `durationMs`, or rejects at once when `signal` aborts. */
  wait(durationMs: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (durationMs, signal) => delay(durationMs, undefined, signal ? { signal } : {}),
}

/** A clock for tests: `wait` moves it on and returns at once. */
export function steppingClock(
  start: Date,
): Clock & { set(to: Date): void; readonly waitedMs: number[] } {
  let now = start.getTime()
  const waitedMs: number[] = []
  return {
    now: () => new Date(now),
    async wait(durationMs, signal) {
      signal?.throwIfAborted()
      waitedMs.push(durationMs)
      now += durationMs
    },
    set(to) {
      now = to.getTime()
    },
    waitedMs,
  }
}
