import type { EnrolmentSettings } from '@mooring/contract/enrolment'
import { describe, expect, test } from 'vitest'
import { draftErrors, isChanged, toDraft, toRules } from './rules-draft.ts'

const GROUP = '8f3a0c52-0b4e-4b7e-9a53-1f6a2d9be001'
const SAVED: EnrolmentSettings = {
  who: { kind: 'groups', groups: [{ entraId: GROUP }] },
  devicesPerPerson: 5,
  minimumBuild: '10.0.22000.1',
  editions: [4, 48],
  corporate: true,
  personal: false,
  unknownUsers: 'create',
  withoutTerms: true,
  updatedAt: '2026-03-10T12:00:00.000Z',
  updatedBy: 'owner@example.org',
}

describe('a draft of the rules', () => {
  test('that nobody touched says what was saved', () => {
    const { updatedAt, updatedBy, ...rules } = SAVED

    expect(toRules(toDraft(SAVED))).toEqual(rules)
    expect(isChanged(toDraft(SAVED), SAVED)).toBe(false)
  })

  test('offers a build that is not in the list as typed', () => {
    expect(toDraft(SAVED)).toMatchObject({ minimum: 'other', ownMinimum: '10.0.22000.1' })
    expect(toDraft({ ...SAVED, minimumBuild: '10.0.26100' })).toMatchObject({
      minimum: '10.0.26100',
    })
    expect(toDraft({ ...SAVED, minimumBuild: null })).toMatchObject({ minimum: 'any' })
  })

  test('is the same whatever the order in which editions were chosen', () => {
    expect(isChanged({ ...toDraft(SAVED), editions: [48, 4] }, SAVED)).toBe(false)
  })

  test.each([
    ['groups', { groups: [] }],
    ['cap', { cap: 0 }],
    ['cap', { cap: '' }],
    ['minimum', { ownMinimum: 'Windows 11' }],
    ['editions', { editions: [] }],
    ['ownership', { corporate: false }],
  ] as const)('is wrong at %s with %j', (error, patch) => {
    expect([...draftErrors({ ...toDraft(SAVED), ...patch })]).toEqual([error])
  })

  test('is right where what would be wrong is switched off', () => {
    const draft = {
      ...toDraft(SAVED),
      who: 'nobody' as const,
      groups: [],
      isCapped: false,
      cap: '',
      minimum: 'any',
      ownMinimum: 'x',
      isAnyEdition: true,
      editions: [],
      corporate: false,
    }

    expect([...draftErrors(draft)]).toEqual([])
  })
})
