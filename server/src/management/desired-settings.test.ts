import { describe, expect, test } from 'vitest'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  type Desired,
  type DesiredSetting,
  joinDesired,
  planDesired,
  tellSettings,
} from './desired-settings.ts'
import type { News } from './session-state.ts'

const URI = './Device/Vendor/MSFT/A'
const CHANNEL = './Device/Vendor/MSFT/B'
const setting = (more: Partial<DesiredSetting> = {}): DesiredSetting => ({
  uri: URI,
  format: 'int',
  data: '60',
  ...more,
})
const said = (value: string | undefined, code = 200) => ({
  [URI]: { ...(value === undefined ? {} : { value }), code, since: 0 },
})
const told = (value: string | undefined, code = 200): News => ({
  kind: 'fact',
  uri: URI,
  format: 'int',
  value,
  code,
})
const plan = (desired: Desired, known: Partial<Parameters<typeof planDesired>[1]> = {}) =>
  planDesired(desired, {
    facts: {},
    news: [],
    given: [],
    isDailyDue: false,
    isHourlyDue: false,
    ...known,
  })
const one = (more: Partial<DesiredSetting> = {}): Desired => ({
  settings: [setting(more)],
  reads: [],
})

describe('a setting', () => {
  test('of which nothing is known is read before anything is written', () => {
    expect(plan(one())).toEqual({ commands: [], reads: [URI] })
  })

  test('that is as it should be is left alone', () => {
    expect(plan(one(), { facts: said('60') })).toEqual({ commands: [], reads: [] })
  })

  test('that differs is written, and read back', () => {
    const { commands } = plan(one(), { facts: said('15') })
    expect(commands.map(({ steps }) => steps)).toEqual([
      [
        { verb: 'Replace', uri: URI, format: 'int', type: 'text/plain', data: '60' },
        { verb: 'Get', uri: URI },
      ],
    ])
  })

  test('is judged by what the device says in this very message', () => {
    expect(plan(one(), { facts: said('60'), news: [told('15')] }).commands).toHaveLength(1)
    expect(plan(one(), { facts: said('15'), news: [told('60')] }).commands).toEqual([])
  })

  test('that is not to be there is deleted where it is, and left alone where it is not', () => {
    const gone = one({ data: null })
    expect(plan(gone, { facts: said('15') }).commands).toMatchObject([
      { steps: [{ verb: 'Delete', uri: URI }, { verb: 'Get' }] },
    ])
    expect(plan(gone, { facts: said(undefined, 404) }).commands).toEqual([])
    expect(plan(gone, { facts: said('') }).commands).toEqual([])
  })

  test('is looked at again once a day, once', () => {
    const daily = { facts: said('60'), isDailyDue: true }
    expect(plan(one(), daily)).toEqual({ commands: [], reads: [URI] })
    expect(plan(one(), { ...daily, given: [URI], news: [told('15')] }).commands).toHaveLength(1)
    expect(plan(one(), { ...daily, given: [URI], news: [told('60')] }).commands).toEqual([])
  })

  test.each([
    ['int', '060', '60', true],
    ['int', '', '0', false],
    ['int', 'x', '60', false],
    ['bool', 'True', 'true', true],
    ['bool', '1', 'true', false],
    ['chr', 'Name', 'name', false],
    ['chr', 'name', 'name', true],
  ] as const)('of kind %s: %j is %j — %s', (format, is, data, isMet) => {
    const { commands } = plan(one({ format, data }), { facts: said(is) })
    expect(commands.length === 0).toBe(isMet)
  })

  test('that a device refuses to tell counts as not there', () => {
    expect(plan(one({ data: '0' }), { facts: said('0', 405) }).commands).toHaveLength(1)
  })

  test('may be called like something that every object has', () => {
    const strange = one({ uri: 'constructor', format: 'chr', data: 'x' })
    expect(plan(strange)).toEqual({ commands: [], reads: ['constructor'] })
  })
})

describe('what is only read', () => {
  const both: Desired = { settings: [setting()], reads: [CHANNEL] }
  const facts = { ...said('60'), [CHANNEL]: { value: 'https://x', code: 200, since: 0 } }

  test('waits until the settings are settled', () => {
    expect(plan(both, { isHourlyDue: true }).reads).toEqual([URI])
    expect(plan(both, { facts: said('15'), isHourlyDue: true }).reads).toEqual([])
  })

  test('is read once an hour, when it was never heard of, and after a setting was written', () => {
    expect(plan(both, { facts }).reads).toEqual([])
    expect(plan(both, { facts, isHourlyDue: true }).reads).toEqual([CHANNEL])
    expect(plan(both, { facts: said('60') }).reads).toEqual([CHANNEL])
    expect(plan(both, { facts, given: [`setting ${URI}`] }).reads).toEqual([CHANNEL])
  })

  test('does not wait for a setting that the device refuses', () => {
    const refused = { facts: { ...facts, ...said('15') }, given: [`setting ${URI}`] }
    expect(plan(both, refused).reads).toEqual([CHANNEL])
  })
})

describe('what comes of a setting', () => {
  const id = plan(one(), { facts: said('15') }).commands[0]?.id ?? ''

  test('is what was read back, and no command of anybody', () => {
    const news: News[] = [
      { kind: 'sent', command: id },
      {
        kind: 'finished',
        command: id,
        answers: [
          { verb: 'Replace', uri: URI, code: 200 },
          { verb: 'Get', uri: URI, code: 200, data: '60' },
        ],
      },
      { kind: 'interrupted', command: id },
    ]
    expect(tellSettings(news)).toEqual([
      { kind: 'fact', uri: URI, format: undefined, value: '60', code: 200 },
    ])
  })

  test('leaves everything else as it is', () => {
    const news: News[] = [
      { kind: 'sent', command: 'cmd_1' },
      { kind: 'finished', command: 'cmd_1', answers: [] },
      { kind: 'ended', how: 'done' },
    ]
    expect(tellSettings(news)).toEqual(news)
  })
})

test('of two who want the same node, the first one has it', async () => {
  const joined = joinDesired([
    async () => ({ settings: [setting({ data: '1' })], reads: [CHANNEL] }),
    async () => ({ settings: [setting({ data: '2' }), setting({ uri: './C' })], reads: [CHANNEL] }),
  ])
  const desired = await joined({} as never, {
    organization: 'org_1' as OrganizationId, // nothing is looked up here
    deviceId: 'dev_1',
    cameBy: 'https://mdm.example.org/ManagementServer/MDM.svc',
    facts: {},
  })
  expect(desired.settings.map(({ uri, data }) => [uri, data])).toEqual([
    [URI, '1'],
    ['./C', '60'],
  ])
  expect(desired.reads).toEqual([CHANNEL])
})
