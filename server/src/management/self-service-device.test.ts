import { SELF_SERVICE_DEFAULTS } from '@mooring/contract/my-devices'
import { expect, test } from 'vitest'
import { actsOf, standingOf } from './self-service-device.ts'

const NOW = new Date('2026-11-28T08:00:00Z')
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 24 * 60 * 60_000)
const device = (more: object = {}) => ({
  state: 'enrolled' as const,
  lost_at: null,
  last_seen_at: daysAgo(0),
  enrolled_at: daysAgo(100),
  ...more,
})
const ALL = { ...SELF_SERVICE_DEFAULTS, restart: true }

test.each([
  ['well', {}],
  ['well', { last_seen_at: daysAgo(7) }],
  ['quiet', { last_seen_at: daysAgo(8) }],
  ['quiet', { last_seen_at: null }],
  ['new', { last_seen_at: null, enrolled_at: daysAgo(0) }],
  // Heard of before it enrolled anew: that says nothing against it.
  ['well', { last_seen_at: daysAgo(20), enrolled_at: daysAgo(1) }],
  ['lost', { lost_at: daysAgo(1), last_seen_at: null }],
  ['gone', { state: 'unenrolled' }],
  ['gone', { state: 'wiped', lost_at: daysAgo(1) }],
] as const)('a device is %s: %j', (standing, more) => {
  expect(standingOf(device(more), NOW)).toBe(standing)
})

test('people may do what the organization allows, a lost device is not restarted, and one that left does nothing', () => {
  expect(actsOf(device(), ALL)).toEqual(['sync', 'restart', 'lock'])
  expect(actsOf(device(), SELF_SERVICE_DEFAULTS)).toEqual(['sync', 'lock'])
  expect(actsOf(device({ lost_at: NOW }), ALL)).toEqual(['sync', 'lock'])
  expect(actsOf(device(), { ...ALL, sync: false, restart: false, lock: false })).toEqual([])
  expect(actsOf(device({ state: 'wiped' }), ALL)).toEqual([])
})
