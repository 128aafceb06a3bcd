import { WIPE_LIMITS } from '@mooring/contract/wipes'
import { expect, test } from 'vitest'
import { exceeds, hashWipe, judgeWipe, stateOfWipe, type WipeRow } from './judge-wipe.ts'

const now = new Date('2026-11-02T08:00:00Z')
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
const NOTHING = { byPersonInHour: 0, inDay: 0, enrolled: 100, isNewcomer: false }

test.each([
  ['a fifth within the hour goes', 1, { byPersonInHour: 4, inDay: 4 }, null],
  ['a sixth takes a second person', 1, { byPersonInHour: 5, inDay: 5 }, 'personHour'],
  ['six at once take a second person', 6, {}, 'personHour'],
  ['who is new here takes a second person', 1, { isNewcomer: true }, 'newcomer'],
  ['the twentieth of a day goes', 1, { inDay: 19 }, null],
  ['the twenty-first takes a second person', 1, { inDay: 20 }, 'day'],
  ['of ten thousand devices a hundred a day go', 1, { inDay: 99, enrolled: 10_000 }, null],
  ['and the next takes a second person', 1, { inDay: 100, enrolled: 10_000 }, 'day'],
] as const)('%s', (_name, count, spent, expected) => {
  expect(exceeds(count, { ...NOTHING, ...spent }, WIPE_LIMITS)).toBe(expected)
})

test('a limit that was set lower counts, however many devices there are', () => {
  const limits = { ...WIPE_LIMITS, perDay: 2 }
  expect(exceeds(1, { ...NOTHING, inDay: 2, enrolled: 100_000 }, limits)).toBe('day')
})

test('one device goes at once, several wait', () => {
  const given = { spent: NOTHING, limits: WIPE_LIMITS, now }
  expect(judgeWipe(1, given)).toMatchObject({ beyond: null, holdUntil: now, approveUntil: null })
  expect(judgeWipe(2, given)).toMatchObject({ beyond: null, holdUntil: later(10) })
  expect(judgeWipe(6, given)).toMatchObject({ beyond: 'personHour', approveUntil: later(24 * 60) })
})

test('how it stands follows from what happened and the time', () => {
  const row = {
    needs_approval: true,
    approved_at: null,
    approve_until: later(60),
    cancelled_at: null,
    hold_until: later(10),
  } as unknown as WipeRow
  expect(stateOfWipe(row, now)).toBe('awaitingApproval')
  expect(stateOfWipe(row, later(60))).toBe('expired')
  expect(stateOfWipe({ ...row, approved_at: now }, now)).toBe('held')
  expect(stateOfWipe({ ...row, approved_at: now }, later(10))).toBe('released')
  expect(stateOfWipe({ ...row, approved_at: now, cancelled_at: now }, later(10))).toBe('cancelled')
})

test('a list has one name in whatever order, and another with any other device or kind', () => {
  expect(hashWipe('wipe', ['b', 'a'])).toBe(hashWipe('wipe', ['a', 'b']))
  expect(hashWipe('wipe', ['a', 'c'])).not.toBe(hashWipe('wipe', ['a', 'b']))
  expect(hashWipe('unenrol', ['a', 'b'])).not.toBe(hashWipe('wipe', ['a', 'b']))
})
