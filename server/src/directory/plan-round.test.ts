import { expect, test } from 'vitest'
import { tenantId } from '../entra/ids.ts'
import { planRound, roundAfterExpiry } from './plan-round.ts'
import type { StreamState } from './streams-store.ts'

const TENANT = tenantId('11111111-1111-4111-8111-111111111111')
const OTHER = tenantId('22222222-2222-4222-8222-222222222222')
const now = new Date('2026-11-25T08:00:00Z')
const wanted = { mode: 'delta', tenantId: TENANT, selectHash: 'h1', now } as const
const stream = (more: Partial<StreamState> = {}): StreamState => ({
  tenantId: TENANT,
  selectHash: 'h1',
  round: 'delta',
  cursorUrl: undefined,
  deltaLink: 'delta-link',
  generation: 3,
  roundStartedAt: undefined,
  lastSuccessAt: now,
  sweepDue: false,
  lastFullAt: undefined,
  problem: undefined,
  ...more,
})

test('the first round is a full one', () => {
  expect(planRound(undefined, wanted)).toMatchObject({
    kind: 'full',
    generation: 1,
    cursor: undefined,
  })
})

test('after a finished round the next one starts at its deltaLink', () => {
  expect(planRound(stream(), wanted)).toMatchObject({
    kind: 'delta',
    generation: 3,
    cursor: 'delta-link',
  })
})

test('an unfinished round goes on at its cursor', () => {
  const unfinished = stream({ round: 'full', cursorUrl: 'page-7', deltaLink: undefined })

  expect(planRound(unfinished, wanted)).toMatchObject({
    kind: 'full',
    generation: 3,
    cursor: 'page-7',
  })
})

test('an unfinished full round goes on even when a full one is wanted', () => {
  const unfinished = stream({ round: 'full', cursorUrl: 'page-7' })

  expect(planRound(unfinished, { ...wanted, mode: 'full' })).toMatchObject({ cursor: 'page-7' })
})

test.each([
  ['a full one is wanted', { ...wanted, mode: 'full' as const }],
  ['it is another tenant', { ...wanted, tenantId: OTHER }],
  ['other properties are asked for', { ...wanted, selectHash: 'h2' }],
])('a new full round begins when %s', (_why, asked) => {
  expect(planRound(stream(), asked)).toMatchObject({
    kind: 'full',
    generation: 4,
    cursor: undefined,
  })
})

test('when the cursor of a round of changes expires, the round begins again at its deltaLink', () => {
  const expired = { kind: 'delta', generation: 3, cursor: 'page-2', startedAt: now } as const

  expect(roundAfterExpiry(stream(), expired, now)).toMatchObject({
    kind: 'delta',
    cursor: 'delta-link',
  })
})

test('when the deltaLink itself expires, everything is read again', () => {
  const expired = { kind: 'delta', generation: 3, cursor: 'delta-link', startedAt: now } as const

  expect(roundAfterExpiry(stream(), expired, now)).toMatchObject({ kind: 'full', generation: 4 })
})
