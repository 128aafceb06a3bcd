import type { DirectorySettings } from '@mooring/contract/directory'
import { expect, test } from 'vitest'
import { draftErrors, fieldPaths } from './draft-errors.ts'
import { changedParts, type Draft, intervals, toDraft, toSettings } from './settings-draft.ts'

const GROUP = '00000000-0000-4000-8000-000000000001'
const settings: DirectorySettings = {
  schedule: { kind: 'every', minutes: 15 },
  scope: { kind: 'all' },
  guests: 'exclude',
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  brake: { atLeast: 20, percent: 10 },
  attributes: ['department', 'mail'],
  customFields: [{ name: 'costCentre', attribute: 'extensionAttribute1' }],
  changeNotifications: true,
}
const draft = toDraft(settings, 'Europe/Berlin')
const draftWith = (part: Partial<Draft>): Draft => ({ ...draft, ...part })

test('settings that are not touched come back as they were', () => {
  expect(toSettings(draft)).toEqual(settings)
  expect(changedParts(draft, draft)).toEqual([])
})

test('what is not chosen now is kept in the form, and not sent', () => {
  const all = draftWith({ groups: [{ entraId: GROUP, transitive: true }] })

  expect(toSettings(all).scope).toEqual({ kind: 'all' })
  expect(changedParts(draft, all)).toEqual([])
})

test('ticking attributes in another order is no change', () => {
  expect(changedParts(draft, draftWith({ attributes: ['mail', 'department'] }))).toEqual([])
})

test('each changed setting is named', () => {
  const after = draftWith({ schedule: 'off', graceDays: '14' })

  expect(changedParts(draft, after)).toEqual(['schedule', 'removedUsers'])
})

test('set times begin with the time zone of whoever chooses them', () => {
  expect(
    toSettings(draftWith({ schedule: 'cron', expression: ' 0  6 * * 1-5 ' })).schedule,
  ).toEqual({
    kind: 'cron',
    expression: '0 6 * * 1-5',
    timeZone: 'Europe/Berlin',
  })
})

test('an unusual interval stays among those to choose from', () => {
  expect(intervals(45)).toContain(45)
  expect(intervals(15)).toEqual([...new Set(intervals(15))])
})

test.each<[string, Partial<Draft>, string[]]>([
  ['a draft as loaded', {}, []],
  ['a scope of no group', { scope: 'groups' }, ['scope.groups']],
  ['an empty number', { graceDays: ' ' }, ['removedUsers.graceDays']],
  ['half a person', { atLeast: '1.5' }, ['brake.atLeast']],
  ['half a per cent', { percent: '0.5' }, []],
  ['more than everything', { percent: '101' }, ['brake.percent']],
  ['four fields of cron', { schedule: 'cron', expression: '0 6 * *' }, ['schedule.expression']],
  ['cron that is not chosen', { expression: '' }, []],
])('%s has its errors at its fields', (_, part, paths) => {
  expect([...draftErrors(draftWith(part)).keys()]).toEqual(paths)
})

test('names of custom fields are checked, and no two are alike but for their case', () => {
  const customFields = ['costCentre', '1st', 'CostCentre'].map((name, key) => ({
    key,
    name,
    attribute: 'city' as const,
  }))

  const errors = draftErrors(draftWith({ customFields }))

  expect(errors.get('customFields.1.name')).toEqual({ kind: 'fieldName' })
  expect(errors.get('customFields.2.name')).toEqual({ kind: 'twice' })
})

test('every error of a draft has a field that shows it', () => {
  const wrong = draftWith({ scope: 'groups', graceDays: '', customFields: [] })

  expect(fieldPaths(wrong)).toEqual(expect.arrayContaining([...draftErrors(wrong).keys()]))
})
