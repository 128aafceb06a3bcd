import type { DirectorySettings } from '@mooring/contract/directory'
import { describe, expect, test } from 'vitest'
import { ApiError } from '../platform/api-error.ts'
import { checkSettings } from './check-settings.ts'
import { DEFAULT_SETTINGS } from './settings.ts'

const now = new Date('2026-11-25T08:00:00Z')
const both = { syncUsers: true, syncGroups: true }
const group = (digit: string) => ({
  entraId: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
  transitive: true,
})

function refusal(more: Partial<DirectorySettings>, switches: typeof both | undefined = both) {
  try {
    checkSettings({ ...DEFAULT_SETTINGS, ...more }, switches, now)
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return [error.code, ...error.fields.map(({ path, message }) => `${path}: ${message}`)]
  }
}

const cron = (expression: string, timeZone = 'Europe/Berlin') => ({
  schedule: { kind: 'cron', expression, timeZone } as const,
})

test('the settings that nobody chose are good, connected or not', () => {
  expect(refusal({})).toBeUndefined()
  expect(refusal({}, undefined)).toBeUndefined()
})

describe('a cron expression', () => {
  test.each(['*/5 * * * *', '0 2 * * *', '30 6-18/2 * * 1-5', '0 0 29 2 *', '15 3 * * MON'])(
    '%j is taken',
    (expression) => {
      expect(refusal(cron(expression))).toBeUndefined()
    },
  )

  test.each([
    ['* * * * *', 'cronTooOften'],
    ['*/4 * * * *', 'cronTooOften'],
    // Five minutes apart within an hour, two between two hours.
    ['0,58 * * * *', 'cronTooOften'],
    ['0,58 0,23 1,31 * *', 'cronTooOften'],
    ['0 0 30 2 *', 'cronNever'],
    ['61 * * * *', 'cronInvalid'],
    ['every day', 'cronInvalid'],
    ['0 0 2 * * *', 'cronInvalid'],
    ['2026-12-24T00:00:00', 'cronInvalid'],
    ['@every 5 minutes', 'cronInvalid'],
  ])('%j is refused', (expression, message) => {
    expect(refusal(cron(expression))).toEqual(['invalidInput', `schedule.expression: ${message}`])
  })

  test('in a time zone that does not exist is refused', () => {
    expect(refusal(cron('0 2 * * *', 'Europe/Bielefeld'))).toEqual([
      'invalidInput',
      'schedule.timeZone: timeZoneUnknown',
    ])
  })
})

describe('a scope of groups', () => {
  test('names each group once', () => {
    const groups = [group('1'), group('2'), { ...group('1'), transitive: false }]

    expect(refusal({ scope: { kind: 'groups', groups } })).toEqual([
      'invalidInput',
      'scope.groups.2.entraId: repeated',
    ])
  })

  test.each([
    ['groups', { syncUsers: true, syncGroups: false }],
    ['people', { syncUsers: false, syncGroups: true }],
  ])('is refused where %s are not synchronised', (_what, switches) => {
    const scope = { kind: 'groups' as const, groups: [group('1')] }

    expect(refusal({ scope }, switches)).toEqual(['scopeNeedsGroups'])
    expect(refusal({ scope })).toBeUndefined()
  })
})

test('custom fields have different names, in whatever case', () => {
  const customFields = [
    { name: 'CostCentre', attribute: 'extensionAttribute1' },
    { name: 'costcentre', attribute: 'extensionAttribute2' },
  ] as const

  expect(refusal({ customFields: [...customFields] })).toEqual([
    'invalidInput',
    'customFields.1.name: repeated',
  ])
})
