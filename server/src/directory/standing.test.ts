import { describe, expect, test } from 'vitest'
import {
  ageOf,
  isLate,
  judgeNotifications,
  judgeStream,
  type NotificationFacts,
  type StreamFacts,
} from './standing.ts'

const now = new Date('2026-11-25T08:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const DAY = 24 * 60
const facts = (more: Partial<StreamFacts> = {}): StreamFacts => ({
  stream: 'users',
  isSwitchedOn: true,
  permissionMissingSince: undefined,
  lastSuccessAt: ago(10),
  lastFullReadAt: ago(3 * DAY),
  problem: undefined,
  ...more,
})
const problem = (code: string) => ({ code, values: {}, at: now.toISOString() })
const denied = problem('Authorization_RequestDenied')

describe('a kind of object', () => {
  test.each<[string, Partial<StreamFacts>, string]>([
    ['read ten minutes ago is current', {}, 'current'],
    ['that is switched off is off, whatever else', { isSwitchedOn: false, problem: denied }, 'off'],
    ['not read yet is never', { lastSuccessAt: undefined }, 'never'],
    ['read five days ago is still current', { lastSuccessAt: ago(5 * DAY) }, 'current'],
    ['read more than five days ago is late', { lastSuccessAt: ago(5 * DAY + 1) }, 'late'],
    ['that failed last is failing', { problem: problem('throttledTooLong') }, 'failing'],
    [
      'that failed for days is failing',
      { lastSuccessAt: ago(9 * DAY), problem: problem('x') },
      'failing',
    ],
    ['that Graph denies is not allowed', { problem: denied }, 'notAllowed'],
    [
      'whose permission a check missed is not allowed',
      { permissionMissingSince: ago(5), lastSuccessAt: ago(10) },
      'notAllowed',
    ],
    [
      'that was read since the check is current',
      { permissionMissingSince: ago(15), lastSuccessAt: ago(10) },
      'current',
    ],
  ])('%s', (_title, more, state) => {
    expect(judgeStream(facts(more), now)).toBe(state)
  })

  test('is late by its last success alone', () => {
    expect(isLate(facts({ lastSuccessAt: ago(6 * DAY), problem: denied }), now)).toBe(true)
    expect(isLate(facts({ lastSuccessAt: undefined }), now)).toBe(false)
  })
})

describe('change notifications', () => {
  const subscription = (
    state: NonNullable<NotificationFacts['subscription']>['state'],
    expiresAt: Date | undefined,
  ) => ({ state, expiresAt, lastNotificationAt: undefined, problem: undefined })

  test.each<[string, Partial<NotificationFacts>, string]>([
    ['nobody wants are off', { isWanted: false, subscription: subscription('active', now) }, 'off'],
    ['not asked for yet are pending', { subscription: undefined }, 'pending'],
    ['that run are active', { subscription: subscription('active', ago(-1)) }, 'active'],
    ['that ran out are expired', { subscription: subscription('active', now) }, 'expired'],
    [
      'that cannot arrive are unreachable',
      { subscription: subscription('unreachable', now) },
      'unreachable',
    ],
  ])('%s', (_title, more, state) => {
    const wanted = { stream: 'users', isWanted: true, subscription: undefined } as const

    expect(judgeNotifications({ ...wanted, ...more }, now)).toBe(state)
  })
})

test.each([
  [-1, { unit: 'now', count: 0 }],
  [0.9, { unit: 'now', count: 0 }],
  [1, { unit: 'minutes', count: 1 }],
  [59.9, { unit: 'minutes', count: 59 }],
  [60, { unit: 'hours', count: 1 }],
  [2 * DAY - 1, { unit: 'hours', count: 47 }],
  [2 * DAY, { unit: 'days', count: 2 }],
])('what was %d minutes ago is told by its largest unit', (minutes, age) => {
  expect(ageOf(ago(minutes), now)).toEqual(age)
})
