/** A reproducible source of chance: the same seed gives the same world, trace ids and faults. */
export type Chance = {
  /** The next number in [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  below(limit: number): number
  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T
  guid(): string
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Starts the "mulberry32" generator: small, fast, and good enough for test data. */
export function startChance(seed: number): Chance {
  let state = seed >>> 0

  function word(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  const next = () => word() / 4_294_967_296
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    pick(choices) {
      const choice = choices[below(choices.length)]
      if (choice === undefined) throw new RangeError('cannot pick from an empty list')
      return choice
    },
    guid: () => toGuid(word(), word(), word(), word()),
  }
}

/** Formats 128 bits as a version 4 GUID. */
function toGuid(a: number, b: number, c: number, d: number): string {
  const hex = (value: number, shift: number) => hexPairs[(value >>> shift) & 255] ?? ''
  const version = ((b >>> 8) & 0x0f) | 0x40
  const variant = ((c >>> 24) & 0x3f) | 0x80
  return (
    hex(a, 24) +
    hex(a, 16) +
    hex(a, 8) +
    hex(a, 0) +
    '-' +
    hex(b, 24) +
    hex(b, 16) +
    '-' +
    (hexPairs[version] ?? '') +
    hex(b, 0) +
    '-' +
    (hexPairs[variant] ?? '') +
    hex(c, 16) +
    '-' +
    hex(c, 8) +
    hex(c, 0) +
    hex(d, 24) +
    hex(d, 16) +
    hex(d, 8) +
    hex(d, 0)
  )
}
