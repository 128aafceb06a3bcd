const BEAT_MS = 5_000

/**
 * Calls `tick` every five seconds until disposed; one call at a time, and a slow one skips beats.
 *
 * @param failed hears of a tick that threw; the next one comes all the same.
 */
export function everyFewSeconds(
  tick: () => Promise<void>,
  failed: (error: unknown) => void,
): Disposable {
  let isTicking = false
  const timer = setInterval(() => {
    if (isTicking) return
    isTicking = true
    tick()
      .catch(failed)
      .finally(() => {
        isTicking = false
      })
  }, BEAT_MS)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
