import { expect, test } from 'vitest'
import { dateInMonths } from './date-in-months.ts'

test.each([
  [new Date(2026, 0, 15), 6, '2026-07-15'],
  [new Date(2026, 7, 31), 6, '2027-02-28'],
  [new Date(2026, 10, 30), 24, '2028-11-30'],
  [new Date(2026, 10, 25), 0, '2026-11-25'],
])('%s and %i months make %s', (from, months, day) => {
  expect(dateInMonths(from, months)).toBe(day)
})
