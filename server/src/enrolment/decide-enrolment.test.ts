import type { EnrolmentRules } from '@mooring/contract/enrolment'
import { describe, expect, test } from 'vitest'
import {
  type Candidate,
  DEFAULT_RULES,
  type Enroller,
  refuseDevice,
  refuseEnroller,
} from './decide-enrolment.ts'
import type { Refusal } from './refusal.ts'

const GROUP = 'aaaaaaaa-0000-4000-8000-000000000001'
const ADA: Enroller = { state: 'active', isGuest: false, groups: new Set() }
const PC: Candidate = {
  ownership: 'corporate',
  build: '10.0.22631.3447',
  edition: '48',
  hasReceipt: true,
  otherDevices: 0,
}
const inGroup: EnrolmentRules['who'] = { kind: 'groups', groups: [{ entraId: GROUP }] }

describe('who may enrol', () => {
  test.each<[Partial<EnrolmentRules>, Partial<Enroller>, Refusal | undefined]>([
    [{}, {}, undefined],
    [{}, { state: 'unknown' }, 'userUnknown'],
    [{}, { state: 'outside' }, 'userUnknown'],
    [{}, { state: 'disabled' }, 'userDisabled'],
    [{}, { state: 'removed' }, 'userRemoved'],
    [{}, { isGuest: true }, 'userIsGuest'],
    [{ who: { kind: 'nobody' } }, {}, 'enrolmentClosed'],
    [{ who: inGroup }, {}, 'userOutsideScope'],
    [{ who: inGroup }, { groups: new Set([GROUP]) }, undefined],
    [{ who: inGroup }, { groups: new Set([GROUP]), state: 'disabled' }, 'userDisabled'],
  ])('by %j, somebody %j: %s', (rules, who, refusal) => {
    expect(refuseEnroller({ ...DEFAULT_RULES, ...rules }, { ...ADA, ...who })).toBe(refusal)
  })
})

describe('which device may enrol', () => {
  test.each<[Partial<EnrolmentRules>, Partial<Candidate>, Refusal | undefined]>([
    [{}, {}, undefined],
    [{}, { hasReceipt: false }, 'receiptMissing'],
    [{ withoutTerms: true }, { hasReceipt: false }, undefined],
    [{ corporate: false }, {}, 'corporateNotAllowed'],
    [{ corporate: false }, { ownership: 'personal' }, undefined],
    [{ personal: false }, { ownership: 'personal' }, 'personalNotAllowed'],
    [{ minimumBuild: '10.0.22631' }, {}, undefined],
    [{ minimumBuild: '10.0.22631.3447' }, {}, undefined],
    [{ minimumBuild: '10.0.22631.3448' }, {}, 'buildTooOld'],
    [{ minimumBuild: '10.0.9999' }, {}, undefined],
    [{ minimumBuild: '10.0.22631.1' }, { build: '10.0.22631' }, 'buildTooOld'],
    [{ minimumBuild: '10.0.22631' }, { build: undefined }, 'buildTooOld'],
    [{ minimumBuild: '10.0.22631' }, { build: '99x' }, 'buildTooOld'],
    [{ editions: [4, 48] }, {}, undefined],
    [{ editions: [4] }, {}, 'editionNotAllowed'],
    [{ editions: [0] }, { edition: undefined }, 'editionNotAllowed'],
    [{ devicesPerPerson: 2 }, { otherDevices: 1 }, undefined],
    [{ devicesPerPerson: 2 }, { otherDevices: 2 }, 'deviceCapReached'],
    [{ devicesPerPerson: null }, { otherDevices: 9999 }, undefined],
    [{ who: { kind: 'nobody' } }, {}, 'enrolmentClosed'],
  ])('by %j, one that is %j: %s', (rules, device, refusal) => {
    expect(refuseDevice({ ...DEFAULT_RULES, ...rules }, { ...PC, ...device }, true)).toBe(refusal)
  })

  test('one with a token of ours was never asked for terms', () => {
    expect(refuseDevice(DEFAULT_RULES, { ...PC, hasReceipt: false }, false)).toBeUndefined()
  })
})
