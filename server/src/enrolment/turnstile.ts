import type { Clock } from '../platform/clock.ts'

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

/** What an address may send in a minute while nothing good came from it … */
const STRANGERS_PER_MINUTE = 30
/** … and how much more for each proven person: a whole office can be behind one address. */
const PER_PROVEN = 20
const MINUTE_MS = 60_000
const MOST_ADDRESSES = 20_000

export type AddressGate = {
  readonly admits: (address: string) => boolean
  /** Somebody proved there who they are. */
  readonly prove: (address: string) => void
}

/** Counts what comes from each address, per process. Whoever proves themselves widens it for an hour. */
export function createAddressGate(clock: Clock): AddressGate {
  type Count = { minute: number; asked: number; proven: number; provenUntil: number }
  const counts = new Map<string, Count>()

  const find = (address: string): Count => {
    const now = clock.now().getTime()
    const minute = Math.floor(now / MINUTE_MS)
    let count = counts.get(address)
    if (!count) {
      if (counts.size >= MOST_ADDRESSES) counts.clear()
      count = { minute, asked: 0, proven: 0, provenUntil: 0 }
      counts.set(address, count)
    }
    if (count.provenUntil <= now) count.proven = 0
    if (count.minute !== minute) Object.assign(count, { minute, asked: 0 })
    return count
  }
  return {
    admits(address) {
      const count = find(address)
      count.asked += 1
      return count.asked <= STRANGERS_PER_MINUTE + PER_PROVEN * count.proven
    },
    prove(address) {
      const count = find(address)
      count.proven += 1
      count.provenUntil = clock.now().getTime() + 60 * MINUTE_MS
    },
  }
}
