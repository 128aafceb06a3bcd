import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from './settings.ts'
import { compareSettings } from './settings-change.ts'

const group = (digit: string) => ({
  entraId: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
  transitive: true,
})
const groups = (...ids: string[]) => ({
  ...DEFAULT_SETTINGS,
  scope: { kind: 'groups', groups: ids.map(group) } as const,
})
const nothing = { settlesAll: false, rescopesAll: false, readsAll: false }

test.each([
  ['when runs start', { schedule: { kind: 'off' } as const }],
  ['the brake', { brake: { atLeast: 1, percent: 1 } }],
  ['change notifications', { changeNotifications: false }],
])('%s is nothing to look at people for', (_what, more) => {
  expect(compareSettings(DEFAULT_SETTINGS, { ...DEFAULT_SETTINGS, ...more })).toEqual(nothing)
})

test.each([
  ['guests', { guests: 'include' as const }],
  ['disabled people', { disabledUsers: 'ignore' as const }],
  ['the grace period', { removedUsers: { graceDays: 1 } }],
])('another rule for %s settles everybody anew', (_what, more) => {
  expect(compareSettings(DEFAULT_SETTINGS, { ...DEFAULT_SETTINGS, ...more })).toEqual({
    ...nothing,
    settlesAll: true,
  })
})

test('another scope also works out anew who is in it', () => {
  const changed = { ...nothing, settlesAll: true, rescopesAll: true }

  expect(compareSettings(DEFAULT_SETTINGS, groups('1'))).toEqual(changed)
  expect(compareSettings(groups('1'), groups('1', '2'))).toEqual(changed)
  expect(compareSettings(groups('1', '2'), groups('2', '1'))).toEqual(nothing)
})

test('other attributes are read in full', () => {
  const fewer = { ...DEFAULT_SETTINGS, attributes: [] }

  expect(compareSettings(DEFAULT_SETTINGS, fewer)).toEqual({ ...nothing, readsAll: true })
})
