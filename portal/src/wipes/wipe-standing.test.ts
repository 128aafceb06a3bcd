import type { CommandState } from '@mooring/contract/management'
import type { Wipe, WipeDetail, WipeGuard } from '@mooring/contract/wipes'
import { describe, expect, test } from 'vitest'
import { canTakeBack, freshThaw, leftOf, standingOf } from './wipe-standing.ts'

const at = '2026-11-28T05:00:00Z'
const devices = (...states: CommandState[]): WipeDetail['devices'] =>
  states.map((state, index) => ({ id: `dev_${index}`, name: `PC-${index}`, state }))
const stranger = { isOwn: false, mayWipe: true, isFrozen: false }
const left = (state: Wipe['state'], states: CommandState[], more: Partial<typeof stranger> = {}) =>
  leftOf({ state, devices: devices(...states) }, { ...stranger, ...more })

describe('what is left to do', () => {
  test('is to approve for everybody who may, but not for who asked', () => {
    expect(left('awaitingApproval', ['held'])).toEqual({ key: 'approve' })
    expect(left('awaitingApproval', ['held'], { isOwn: true })).toEqual({ key: 'others' })
    expect(left('awaitingApproval', ['held'], { mayWipe: false })).toEqual({ key: 'mayNot' })
    expect(left('awaitingApproval', ['held'], { isFrozen: true })).toEqual({ key: 'frozen' })
  })

  test('tells first of devices that did not do it, then of those that do not know, then of the silent', () => {
    expect(left('released', ['failed', 'expired', 'queued'])).toEqual({ key: 'failed', count: 2 })
    expect(left('released', ['queued', 'queued', 'sent'])).toEqual({ key: 'waiting', count: 2 })
    expect(left('released', ['queued'], { isFrozen: true })).toEqual({ key: 'frozen' })
    expect(left('released', ['sent', 'succeeded'])).toEqual({ key: 'told', count: 1 })
    expect(left('released', ['succeeded'])).toEqual({ key: 'done' })
  })

  test('is to take back what nobody approved in time, while its devices wait for it', () => {
    expect(left('expired', ['held'])).toEqual({ key: 'expired' })
    expect(left('expired', ['expired'])).toEqual({ key: 'never' })
  })

  test('names devices that were told before it was taken back', () => {
    expect(left('cancelled', ['cancelled', 'cancelled'])).toEqual({ key: 'cancelled' })
    expect(left('cancelled', ['cancelled', 'sent', 'succeeded'])).toEqual({
      key: 'cancelledLate',
      count: 2,
    })
  })
})

test('a request can be taken back while one of its devices does not know', () => {
  expect(canTakeBack({ cancelled: null, devices: devices('sent', 'queued') })).toBe(true)
  expect(canTakeBack({ cancelled: null, devices: devices('held') })).toBe(true)
  expect(canTakeBack({ cancelled: null, devices: devices('sent', 'succeeded') })).toBe(false)
  expect(canTakeBack({ cancelled: { name: 'Ada', at }, devices: devices('sent', 'queued') })).toBe(
    false,
  )
})

const guard: WipeGuard = {
  limits: { perPersonHour: 5, perDay: 20, holdMinutes: 10 },
  frozen: null,
  thawAsked: null,
}
const wipe = (state: Wipe['state']): Wipe => ({
  id: 'wip_1',
  kind: 'wipe',
  state,
  deviceCount: 1,
  listHash: 'x',
  reason: 'lost on the train',
  requested: { id: 'adm_1', name: 'Ada', at },
  beyond: null,
  holdUntil: at,
  approveUntil: null,
  approved: null,
  cancelled: null,
})

test('a freeze says more than what waits, and what waits for approval more than what is on hold', () => {
  const waiting = [wipe('held'), wipe('awaitingApproval'), wipe('released')]

  expect(standingOf({ ...guard, frozen: { name: 'Bela', at } }, waiting)).toEqual({
    key: 'frozen',
    name: 'Bela',
    at,
  })
  expect(standingOf(guard, waiting)).toEqual({ key: 'awaiting', count: 1 })
  expect(standingOf(guard, [wipe('held'), wipe('expired')])).toEqual({ key: 'held', count: 1 })
  expect(standingOf(guard, [wipe('released'), wipe('cancelled')])).toEqual({ key: 'nothing' })
})

test('that wipes may go on counts for a day', () => {
  const asked = { ...guard, thawAsked: { name: 'Ada', at } }
  const after = (hours: number) => Date.parse(at) + hours * 60 * 60_000

  expect(freshThaw(asked, after(23.9))).toEqual({ name: 'Ada', at })
  expect(freshThaw(asked, after(24))).toBeNull()
  expect(freshThaw(guard, after(0))).toBeNull()
})
