/** Lets so many do something at once; others wait in line, and beyond its length are turned away. */
export type Turnstile = {
  /** @returns `undefined` when the line is too long. */
  pass<Result>(work: () => Promise<Result>): Promise<Result | undefined>
}

export function createTurnstile(limits: { atOnce: number; waiting: number }): Turnstile {
  let inside = 0
  const line: (() => void)[] = []
  return {
    async pass(work) {
      if (inside >= limits.atOnce) {
        if (line.length >= limits.waiting) return undefined
        await new Promise<void>((resolve) => line.push(resolve))
      }
      inside += 1
      try {
        return await work()
      } finally {
        inside -= 1
        line.shift()?.()
      }
    },
  }
}
