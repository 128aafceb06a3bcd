import { expect, test } from 'vitest'
import { isRefined, readAttemptSearch, toAttemptQuery } from './attempt-search.ts'

const USER = '8f3a0c52-0b4e-4b7e-9a53-1f6a2d9be001'

test('what an address cannot mean is left out', () => {
  const asked = readAttemptSearch({ outcome: 'lost', user: 'somebody', from: 'yesterday' })

  expect(isRefined(asked)).toBe(false)
})

test("a person's id counts in either case", () => {
  expect(readAttemptSearch({ user: USER.toUpperCase() }).user).toBe(USER)
})

test('a day lasts from midnight to midnight of whoever reads', () => {
  const { from, to } = toAttemptQuery(readAttemptSearch({ from: '2026-03-10', to: '2026-03-10' }))

  expect(from).toBe(new Date(2026, 2, 10).toISOString())
  expect(to).toBe(new Date(2026, 2, 11).toISOString())
})
