import type { DeviceCommand } from '@mooring/contract/management'
import { WipeKind } from '@mooring/contract/wipes'
import { expect, test } from 'vitest'
import { canTakeBack, explanationOf, isUnderWay, knownKind } from './command-view.ts'
import messages from './messages.en.json' with { type: 'json' }

const command = (given: Partial<DeviceCommand>): DeviceCommand => ({
  id: 'cmd_1',
  kind: 'reboot',
  asked: {},
  batch: null,
  retriable: false,
  state: 'queued',
  uncertain: false,
  createdAt: '2026-03-01T08:00:00.000Z',
  createdBy: 'Ada',
  sentAt: null,
  endedAt: null,
  expiresAt: '2026-03-31T08:00:00.000Z',
  result: null,
  ...given,
})

test.each([
  { state: 'queued', live: true, back: true, words: 'waits' },
  { state: 'held', live: true, back: true, words: 'isHeld' },
  { state: 'sent', live: true, back: false, words: 'isSent' },
  { state: 'succeeded', live: false, back: false, words: undefined },
  { state: 'failed', live: false, back: false, words: undefined },
  { state: 'cancelled', live: false, back: false, words: 'isCancelled' },
  { state: 'expired', live: false, back: false, words: 'isExpired' },
] as const)('a command that is $state', ({ state, live, back, words }) => {
  const one = command({ state })

  expect([isUnderWay(one), canTakeBack(one), explanationOf(one)]).toEqual([live, back, words])
})

test('one whose outcome nobody knows is not waited for, and says so', () => {
  const one = command({ state: 'sent', uncertain: true })

  expect(isUnderWay(one)).toBe(false)
  expect(explanationOf(one)).toBe('isUncertain')
})

test('every kind with a text is known, those that take a device away among them', () => {
  const kinds = [...Object.keys(messages.commandKind), ...WipeKind.options]

  expect(kinds.filter((kind) => knownKind(kind) === undefined)).toEqual([])
})

test('a kind from a newer server has no name here', () => {
  expect(knownKind('reboot')).toBe('reboot')
  expect(knownKind('brewCoffee')).toBeUndefined()
})
