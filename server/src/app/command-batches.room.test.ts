import type { WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { expireCommands } from '../management/index.ts'
import { findOrganizationBySlug, loadHomeOrganization } from '../organizations/index.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addDevice, asToken, testApi } from './testing.ts'

// Many devices are told the same: who is meant, once and only once, and what came of it.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let home: OrganizationId
let north: OrganizationId
let keys = 0

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
  await world.addOrganization('north')
  home = (await loadHomeOrganization(world.db)).id
  north = (await findOrganizationBySlug(world.db, 'north'))?.id as OrganizationId
})
beforeEach(async () => {
  await world.again()
  for (const table of ['device_groups', 'command_batches'] as const) {
    await acrossOrganizations(world.db).deleteFrom(table).execute()
  }
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function addDevices(count: number, organization = home): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) ids.push(await addDevice(world.api.parts, organization))
  return ids
}
const named = (devices: readonly string[]) => ({ kind: 'devices', devices })
const ask = (command: object, target: object, more: object = {}) =>
  world.call('POST', '/device-commands', { key: `request-${keys++}`, command, target, ...more })
const asked = async (command: object, target: object, more: object = {}) => {
  const answer = await ask(command, target, more)
  expect(answer.statusCode, answer.body).toBe(202)
  return answer.json()
}
const refused = async (answer: ReturnType<typeof ask>) => {
  const { statusCode, body } = await answer
  return [statusCode, JSON.parse(body).code]
}
const preview = async (command: object, target: object) =>
  (await world.call('POST', '/device-commands/preview', { command, target })).json()
const batch = async (id: string) =>
  (await world.call('GET', `/device-commands/batches/${id}`)).json()
const devicesOf = async (id: string, query = '') =>
  (await world.call('GET', `/device-commands/batches/${id}/devices${query}`)).json().items
const queue = async () => (await world.call('GET', '/device-commands')).json().items
const events = async (action: string) =>
  (await world.call('GET', `/audit-events?action=${action}`)).json().items
async function setState(id: string, state: object) {
  await world.db
    .updateTable('device_commands')
    .set(state)
    .where('organization_id', '=', home)
    .where('id', '=', id)
    .execute()
}
async function leaves(device: string, organization = home) {
  await world.db
    .updateTable('devices')
    .set({ state: 'unenrolled' })
    .where('organization_id', '=', organization)
    .where('id', '=', device)
    .execute()
}
async function enrol(person: number): Promise<WindowsDevice> {
  const device = world.device()
  const report = await device.enrol({ kind: 'oobe', user: world.person(person).id })
  expect(report).toMatchObject({ ok: true })
  return device
}

describe('many devices', () => {
  test('are told when they come, and the request says how far each is', async () => {
    const [ada, bela] = [await enrol(0), await enrol(1)]
    const made = await asked({ kind: 'defenderScan', full: true }, { kind: 'filter', filter: {} })
    expect(made).toMatchObject({
      kind: 'defenderScan',
      asked: { full: true },
      deviceCount: 2,
      progress: { waiting: 2, succeeded: 0 },
    })

    const report = await ada.checkIn()

    expect(report.commands.filter(({ target }) => target?.includes('Defender/Scan'))).toHaveLength(
      1,
    )
    expect((await batch(made.id)).progress).toMatchObject({ waiting: 1, succeeded: 1 })
    expect(await devicesOf(made.id, '?outcome=succeeded')).toMatchObject([
      {
        device: { name: ada.profile.name },
        command: { batch: made.id, result: { text: 'Done.' } },
      },
    ])
    await bela.checkIn()
    expect((await batch(made.id)).progress).toMatchObject({ waiting: 0, succeeded: 2 })
    expect(await queue()).toMatchObject([{ kind: 'batch', batch: { id: made.id } }])
  })

  test('are those of the filter, of the group, or named; others are left alone', async () => {
    const [one, two, three] = (await addDevices(3)) as [string, string, string]
    await addDevices(2, north)
    const group = (await world.call('POST', '/device-groups', { name: 'Room 12' })).json().id
    await world.call('POST', `/device-groups/${group}/members`, { devices: [one, two] })
    await leaves(three)

    const byGroup = await asked({ kind: 'sync' }, { kind: 'group', group })
    const byFilter = await asked({ kind: 'updateSignatures' }, { kind: 'filter', filter: {} })
    const byName = await asked({ kind: 'renewCertificate' }, named([one]))

    expect(byGroup).toMatchObject({ deviceCount: 2, target: { kind: 'group', name: 'Room 12' } })
    expect(byFilter).toMatchObject({
      matched: 3,
      deviceCount: 2,
      leftOut: [{ reason: 'notEnrolled', count: 1 }],
    })
    expect(
      (await devicesOf(byName.id)).map(({ device }: { device: { id: string } }) => device.id),
    ).toEqual([one])
    const [event] = await events('device.commands-given')
    expect(event).toMatchObject({ details: { kind: 'renewCertificate', devices: 1 } })
  })

  test('are counted before, with why some would not be told and which are in doubt', async () => {
    const [one, two] = (await addDevices(3)) as [string, string]
    await leaves(one)
    await asked({ kind: 'lock' }, named([two]))

    expect(await preview({ kind: 'lock' }, { kind: 'filter', filter: {} })).toEqual({
      matched: 3,
      told: 1,
      leftOut: expect.arrayContaining([
        { reason: 'notEnrolled', count: 1, examples: [{ id: one, name: 'LAPTOP-1' }] },
        { reason: 'waitsAlready', count: 1, examples: [{ id: two, name: 'LAPTOP-1' }] },
      ]),
      doubtful: [{ reason: 'neverSeen', count: 1, examples: [expect.anything()] }],
      countTyped: false,
    })
    expect((await queue()).length).toBe(1)
  })

  test('are not restarted before their number was typed, and the audit log keeps number and filter', async () => {
    await addDevices(11)
    const target = { kind: 'filter', filter: { state: 'enrolled' } }
    expect((await preview({ kind: 'reboot' }, target)).countTyped).toBe(true)
    expect(await refused(ask({ kind: 'reboot' }, target))).toEqual([422, 'commandsCount'])
    expect(await refused(ask({ kind: 'reboot' }, target, { confirmation: 10 }))).toEqual([
      422,
      'commandsCount',
    ])

    await asked({ kind: 'reboot' }, target, { confirmation: 11 })

    const [event] = await events('device.commands-given')
    expect(event.details).toMatchObject({
      kind: 'reboot',
      devices: 11,
      filter: '{"state":"enrolled"}',
    })
    const other = await asked({ kind: 'sync' }, target)
    expect(other.deviceCount).toBe(11)
  })

  test.each([
    ['wipe', 'commandsGuarded'],
    ['unenrol', 'commandsGuarded'],
    ['autopilotReset', 'commandsGuarded'],
  ])('cannot be taken away here: %s', async (kind, code) => {
    const devices = await addDevices(1)
    expect(await refused(ask({ kind }, named(devices)))).toEqual([422, code])
    expect(await queue()).toEqual([])
  })

  test('do not get one name, nor what nobody asked for before', async () => {
    const devices = await addDevices(1)
    expect(await refused(ask({ kind: 'rename', name: 'PC-1' }, named(devices)))).toEqual([
      422,
      'commandsOwnName',
    ])
    expect(await refused(ask({ kind: 'again' }, named(devices)))).toEqual([422, 'commandsAgain'])
    const outcome = { kind: 'outcome', batch: 'cmb_none', outcomes: ['failed'] }
    expect(await refused(ask({ kind: 'again' }, outcome))).toEqual([404, 'commandBatchUnknown'])
  })
})

describe('whoever asks', () => {
  test('twice with one key is heard once, on two servers at the same time too', async () => {
    const devices = await addDevices(3)
    const body = { key: 'the-same-key', command: { kind: 'reboot' }, target: named(devices) }
    await using other = testApi(database.database, world.clock)
    const headers = await asToken(world.api.parts, 'owner')
    const url = '/api/v1/organizations/default/device-commands'
    const send = ({ app }: Pick<typeof other, 'app'>) =>
      app.inject({ method: 'POST', url, headers, payload: body })

    const answers = await Promise.all([send(world.api), send(other), send(world.api), send(other)])

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202])
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1)
    expect(await devicesOf(answers[0]?.json().id)).toHaveLength(3)
    const given = (await events('device.commands-given')).filter(
      ({ object }: { object: { id: string } }) => object.id === answers[0]?.json().id,
    )
    expect(given).toHaveLength(1)
    const another = { ...body, command: { kind: 'lock' } }
    const reused = await world.call('POST', '/device-commands', another)
    expect([reused.statusCode, reused.json().code]).toEqual([409, 'commandsKeyTaken'])
  })

  test('names devices of another organization, too many, or nobody, and tells none', async () => {
    const [mine] = (await addDevices(1)) as [string]
    const [theirs] = (await addDevices(1, north)) as [string]
    const reboot = { kind: 'reboot' }
    expect(await refused(ask(reboot, named([mine, theirs])))).toEqual([
      422,
      'commandsDeviceUnknown',
    ])
    expect(await refused(ask(reboot, named([theirs])))).toEqual([422, 'commandsDeviceUnknown'])
    const many = (count: number) => Array.from({ length: count }, (_, place) => `dev_${place}`)
    expect(await refused(ask(reboot, named(many(1001))))).toEqual([422, 'invalidInput'])
    expect(await refused(ask(reboot, named(many(100_001))))).toEqual([413, 'bodyTooLarge'])
    const nobody = { kind: 'filter', filter: { search: 'nobodyhasthis' } }
    expect(await refused(ask(reboot, nobody))).toEqual([422, 'commandsNobody'])
    const group = { kind: 'group', group: 'dgr_none' }
    expect(await refused(ask(reboot, group))).toEqual([404, 'deviceGroupUnknown'])
    await leaves(mine)
    expect(await refused(ask(reboot, named([mine])))).toEqual([422, 'commandsNobody'])
    expect(await queue()).toEqual([])
    const foreign = await world.call('GET', '/device-commands', undefined, 'north')
    expect(foreign.json().items).toEqual([])
  })

  test('cannot see or stop what another organization asked for', async () => {
    const { id } = await asked({ kind: 'sync' }, named(await addDevices(1)))
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/devices'],
      ['GET', '/outcome.csv'],
      ['POST', '/cancel'],
    ] as const) {
      const answer = await world.call(
        method,
        `/device-commands/batches/${id}${path}`,
        undefined,
        'north',
      )
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'commandBatchUnknown'])
    }
  })

  test('takes back what was not told yet, once', async () => {
    const { id } = await asked({ kind: 'lock' }, named(await addDevices(2)))
    const [told] = await devicesOf(id)
    await setState(told.command.id, { state: 'sent', sent_at: world.clock.now() })

    const cancelled = await world.call('POST', `/device-commands/batches/${id}/cancel`)

    expect(cancelled.json()).toMatchObject({
      progress: { sent: 1, cancelled: 1 },
      cancelled: { at: world.clock.now().toISOString() },
    })
    const late = await world.call('POST', `/device-commands/batches/${id}/cancel`)
    expect([late.statusCode, late.json().code]).toEqual([409, 'commandsNotWaiting'])
    expect((await events('device.commands-cancelled'))[0].details).toMatchObject({
      devices: 1,
      of: 2,
    })
  })
})

describe('what did not come about', () => {
  test('is asked for once more of those with which it did not, and only once', async () => {
    const made = await asked({ kind: 'reboot' }, named(await addDevices(4)))
    const [failed, uncertain, done] = await devicesOf(made.id)
    await setState(failed.command.id, { state: 'failed' })
    await setState(uncertain.command.id, { state: 'sent', uncertain: true })
    await setState(done.command.id, { state: 'succeeded' })
    const outcomes = ['failed', 'uncertain', 'expired']
    const target = { kind: 'outcome', batch: made.id, outcomes }

    const again = await asked({ kind: 'again' }, target)

    expect(again).toMatchObject({ kind: 'reboot', deviceCount: 2, target })
    const told = (await devicesOf(again.id)).map(
      ({ device }: { device: { id: string } }) => device.id,
    )
    expect(new Set(told)).toEqual(new Set([failed.device.id, uncertain.device.id]))
    expect(await refused(ask({ kind: 'again' }, target))).toEqual([422, 'commandsNobody'])
  })

  test('by itself is a new command, and never one that waits or was done', async () => {
    const [device] = (await addDevices(1)) as [string]
    const path = `/devices/${device}/commands`
    const first = (await world.call('POST', path, { kind: 'rename', name: 'ROOM-12' })).json()
    const retry = async (id = first.id) => {
      const answer = await world.call('POST', `${path}/${id}/retry`)
      return [answer.statusCode, answer.json().code ?? answer.json().asked]
    }
    expect(first).toMatchObject({ asked: { name: 'ROOM-12' }, retriable: false, batch: null })
    expect(await retry()).toEqual([409, 'commandNotRetriable'])
    await setState(first.id, { state: 'failed' })
    expect(await retry()).toEqual([202, { name: 'ROOM-12' }])
    expect(await retry()).toEqual([409, 'commandRetried'])
    expect(await retry('cmd_none')).toEqual([404, 'commandUnknown'])
    expect((await queue()).map(({ kind }: { kind: string }) => kind)).toEqual(['single', 'single'])
  })

  test('is a file, in which no spreadsheet calculates with a name', async () => {
    const [one] = (await addDevices(1)) as [string]
    await world.db
      .updateTable('devices')
      .set({ name: '=1+1' })
      .where('organization_id', '=', home)
      .where('id', '=', one)
      .execute()
    const { id } = await asked({ kind: 'lock' }, named([one]))
    const [{ command }] = await devicesOf(id)
    const answers = [{ verb: 'Exec', uri: './x', code: 405, originalError: '0x80070032' }]
    await setState(command.id, { state: 'failed', answers: JSON.stringify(answers) })

    const { body } = await world.call('GET', `/device-commands/batches/${id}/outcome.csv`)

    const [head, line] = body.split('\r\n')
    expect(head).toContain('deviceId,deviceName,kind,outcome')
    expect(line).toContain(`${one},'=1+1,lock,failed,`)
    expect(line).toContain(',405,0x80070032')
    expect(await events('device.commands-exported')).toHaveLength(1)
  })

  test('does not wait for a device that left at that very moment', async () => {
    const [one] = (await addDevices(1)) as [string]
    const { id } = await asked({ kind: 'lock' }, named([one]))
    await leaves(one)
    await expireCommands(world.db, world.clock.now())
    expect((await batch(id)).progress).toMatchObject({ waiting: 0, cancelled: 1 })
  })
})
