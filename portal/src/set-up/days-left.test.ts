import { expect, test } from 'vitest'
import { daysLeft } from './days-left.ts'

const credential = {
  kind: 'secret' as const,
  hint: 'abcd',
  setAt: '2026-01-01T00:00:00Z',
  expiresAt: '2026-04-11T00:00:00Z',
}

test.each([
  ['2026-01-11T00:00:00Z', { days: 90, percent: 90, tone: 'ok' }],
  ['2026-03-22T00:00:00Z', { days: 20, percent: 20, tone: 'attention' }],
  ['2026-04-10T12:00:00Z', { days: 0, percent: 0.5, tone: 'wrong' }],
  ['2026-05-01T00:00:00Z', { days: 0, percent: 0, tone: 'wrong' }],
])('on %s there is left %j', (now, left) => {
  expect(daysLeft(credential, Date.parse(now))).toEqual(left)
})

test('without an expiry date nothing is claimed', () => {
  expect(daysLeft({ ...credential, expiresAt: null }, 0)).toBeUndefined()
})
