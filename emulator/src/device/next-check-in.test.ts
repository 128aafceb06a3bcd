import { expect, test } from 'vitest'
import { nextInterval } from './next-check-in.ts'

const set = (minutes: number, count: number) => ({ minutes, count })

test.each([
  ['first every three minutes', [set(3, 10), set(15, 16), set(60, 0)], 9, 3],
  ['then every quarter of an hour', [set(3, 10), set(15, 16), set(60, 0)], 10, 15],
  ['then hourly, for ever', [set(3, 10), set(15, 16), set(60, 0)], 5000, 60],
  ['a set without an interval is passed over', [set(0, 10), set(15, 2), set(60, 0)], 2, 60],
  ['a set for ever hides the later ones', [set(1, 0), set(15, 16), set(60, 0)], 99, 1],
  ['without a last set it ends', [set(15, 10), set(0, 0), set(0, 0)], 10, undefined],
])('%s', (_what, schedule, done, minutes) => {
  expect(nextInterval(schedule, done)).toBe(minutes)
})
