import { expect, test } from 'vitest'
import { steppingClock } from './clock.ts'
import { createAllowance } from './flood-gate.ts'

const START = new Date('2026-11-28T08:00:00Z')
const after = (minutes: number) => new Date(START.getTime() + minutes * 60_000)

/** How many of so many pass. */
const passing = (admits: () => boolean, tries: number) =>
  Array.from({ length: tries }, admits).filter(Boolean).length

test('so many pass in one go, then so many in an hour, and never more than that after a quiet time', () => {
  const clock = steppingClock(START)
  const admits = createAllowance(clock, { atOnce: 100, perHour: 60 })

  expect(passing(admits, 1000)).toBe(100)
  clock.set(after(30))
  expect(passing(admits, 1000)).toBe(30)
  clock.set(after(60 * 24 * 30))
  expect(passing(admits, 1000)).toBe(100)
})

test('a clock that is put back lets nobody through twice', () => {
  const clock = steppingClock(after(60))
  const admits = createAllowance(clock, { atOnce: 10, perHour: 60 })
  passing(admits, 10)

  clock.set(START)
  expect(passing(admits, 10)).toBe(0)
  clock.set(after(1))
  expect(passing(admits, 10)).toBe(1)
})
