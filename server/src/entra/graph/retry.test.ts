import { expect, test } from 'vitest'
import { backOffMs, readRetryAfter } from './retry.ts'

const now = new Date('2026-11-25T08:00:00Z')

test.each([
  ['2', 2000],
  ['2.128', 2128],
  ['3600', 3_600_000],
  ['Wed, 25 Nov 2026 08:00:30 GMT', 30_000],
])('Retry-After "%s" asks for %i ms', (header, waitMs) => {
  expect(readRetryAfter(header, now)).toBe(waitMs)
})

const SAYING_NOTHING = [
  ...[undefined, '', 'soon', '-5', '1e9', '12 seconds'],
  // No wait at all: taken at its word, we would ask again without a pause for as long as it lasts.
  ...['0', '0.0', 'Wed, 25 Nov 2026 07:00:00 GMT'],
]

test.each(SAYING_NOTHING)('Retry-After %j says nothing', (header) => {
  expect(readRetryAfter(header, now)).toBeUndefined()
})

test('the back-off doubles, has an end, and chance spreads it', () => {
  expect([1, 2, 3, 20].map((tries) => backOffMs(tries, 1))).toEqual([1000, 2000, 4000, 300_000])
  expect(backOffMs(3, 0.25)).toBe(1000)
})
