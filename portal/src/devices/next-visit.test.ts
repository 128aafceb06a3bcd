import { POLL_SCHEDULE } from '@mooring/contract/poll-schedule'
import { expect, test } from 'vitest'
import { nextVisit } from './next-visit.ts'

const enrolledAt = '2026-03-01T08:00:00.000Z'
const at = (lastSeenAt: string | null, now = enrolledAt) =>
  nextVisit({ enrolledAt, lastSeenAt }, Date.parse(now))

test.each([
  { lastSeenAt: null, next: '2026-03-01T08:03:00.000Z' },
  { lastSeenAt: '2026-03-01T08:27:00.000Z', next: '2026-03-01T08:30:00.000Z' },
  { lastSeenAt: '2026-03-01T08:30:00.000Z', next: '2026-03-01T08:45:00.000Z' },
  { lastSeenAt: '2026-03-01T12:30:00.000Z', next: '2026-03-01T13:30:00.000Z' },
  { lastSeenAt: '2026-04-07T10:00:00.000Z', next: '2026-04-07T11:00:00.000Z' },
])('a device last seen at $lastSeenAt is expected by $next', ({ lastSeenAt, next }) => {
  expect(at(lastSeenAt).at.toISOString()).toBe(next)
})

test('what was seen before it enrolled anew does not count', () => {
  expect(at('2025-12-01T00:00:00.000Z').at.toISOString()).toBe('2026-03-01T08:03:00.000Z')
})

test('it comes as seldom as its organization has it', () => {
  const seldom = { ...POLL_SCHEDULE, afterwardsMinutes: 480 }
  const seen = { enrolledAt, lastSeenAt: '2026-04-07T10:00:00.000Z' }
  expect(nextVisit(seen, Date.parse(enrolledAt), seldom).at.toISOString()).toBe(
    '2026-04-07T18:00:00.000Z',
  )
})

test('it is late once it has missed its time clearly', () => {
  const seen = '2026-04-07T10:00:00.000Z'

  expect(at(seen, '2026-04-07T11:20:00.000Z').isLate).toBe(false)
  expect(at(seen, '2026-04-07T11:31:00.000Z').isLate).toBe(true)
})
