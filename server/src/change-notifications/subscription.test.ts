import { describe, expect, test } from 'vitest'
import { CLOUDS, customCloud } from '../entra/clouds.ts'
import {
  expiryFrom,
  isReachable,
  planSubscription,
  renewalAt,
  retryAt,
  type Subscription,
} from './subscription.ts'

const now = new Date('2026-11-25T08:00:00Z')
const later = new Date('2026-12-01T08:00:00Z')
const before = new Date('2026-11-25T07:59:00Z')
const wanted = { kind: 'wanted', madeFor: 't c u' } as const
const active: Subscription = {
  id: 's1',
  expiresAt: later,
  state: 'active',
  madeFor: 't c u',
  tries: 0,
  nextTryAt: later,
  leaseUntil: undefined,
}

describe('what is wanted', () => {
  test.each([
    ['is made where there is none', undefined, 'create'],
    ['is left alone until half of its life is over', active, 'rest'],
    ['is renewed then', { ...active, nextTryAt: now }, 'renew'],
    ['is made anew when it has run out', { ...active, nextTryAt: now, expiresAt: now }, 'create'],
    ['is made anew with another connection', { ...active, madeFor: 't d u' }, 'create'],
    ['is tried again in its time', { ...active, id: undefined, nextTryAt: now }, 'create'],
    ['is not tried sooner', { ...active, id: undefined, state: 'failing' as const }, 'rest'],
    ['is left to the process that is at it', { ...active, madeFor: '', leaseUntil: later }, 'rest'],
    ['is taken over from one that died', { ...active, madeFor: '', leaseUntil: before }, 'create'],
  ] as const)('%s', (_what, found, step) => {
    expect(planSubscription(found, wanted, now)).toBe(step)
  })
})

test('what is no longer wanted is removed once', () => {
  expect(planSubscription(active, { kind: 'none' }, now)).toBe('remove')
  expect(planSubscription(undefined, { kind: 'none' }, now)).toBe('rest')
})

test('a URL that is not public is told once, and tried when it becomes so', () => {
  const told = { ...active, id: undefined, state: 'unreachable', madeFor: undefined } as const

  expect(planSubscription(undefined, { kind: 'notPublic' }, now)).toBe('tellNotPublic')
  expect(planSubscription(active, { kind: 'notPublic' }, now)).toBe('tellNotPublic')
  expect(planSubscription(told, { kind: 'notPublic' }, now)).toBe('rest')
  expect(planSubscription(told, wanted, now)).toBe('create')
})

test('a subscription lives shorter than Graph allows, and is renewed at half of it', () => {
  const expiresAt = expiryFrom(now)

  expect((expiresAt.getTime() - now.getTime()) / 60_000).toBeLessThan(41_760)
  expect(renewalAt(expiresAt, now)).toEqual(new Date('2026-12-09T08:00:00Z'))
})

test('waits grow from a quarter of an hour to a day', () => {
  const minutes = [1, 2, 3, 20].map((tries) => (retryAt(tries, now).getTime() - +now) / 60_000)

  expect(minutes).toEqual([15, 30, 60, 24 * 60])
})

test.each([
  ['https://mdm.contoso.com', CLOUDS.global, true],
  ['http://localhost:8080', CLOUDS.global, false],
  ['https://localhost:8443', CLOUDS.global, false],
  ['https://127.0.0.1', CLOUDS.global, false],
  ['http://localhost:8080', customCloud('http://127.0.0.1:1', 'http://127.0.0.1:1'), true],
  ['http://localhost:8080', customCloud('https://a.example', 'https://g.example'), false],
])('whether Microsoft can reach %s', (url, cloud, expected) => {
  expect(isReachable(new URL(url), cloud)).toBe(expected)
})
