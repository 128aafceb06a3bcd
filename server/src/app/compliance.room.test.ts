import type { WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { judgeDevices, tellEntra } from '../compliance/index.ts'
import { NetworkError } from '../entra/network-error.ts'

// A simulated Windows device that is managed here, the emulated Entra, and the whole server.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let device: WindowsDevice
let id: string

const ENCRYPTED = { id: 'disk', check: { kind: 'encrypted' }, graceDays: 2 }
const OFF = { mode: 'off', paused: false, untoldCounts: false }
const ON = { ...OFF, mode: 'on' }
const DAY = 24 * 3600

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(async () => {
  await world.again()
  await saveSettings(OFF)
  world.emulator.scenario.complianceWrites = 'count'
  device = world.device()
  expect(await device.enrol({ kind: 'oobe', user: world.person().id })).toMatchObject({ ok: true })
  id = (await world.devices())[0].id
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function saveRules(rules: readonly object[], slug = 'default') {
  const saved = await world.call('PUT', '/compliance/rules', { rules }, slug)
  expect(saved.statusCode, saved.body).toBe(200)
}
async function saveSettings(settings: object) {
  const saved = await world.call('PUT', '/compliance/settings', settings)
  expect(saved.statusCode, saved.body).toBe(200)
}
async function comes(facts: Parameters<WindowsDevice['set']>[0] = {}) {
  device.set(facts)
  world.later(3601)
  expect(await device.checkIn()).toMatchObject({ ok: true, violations: [] })
}
const parts = () => ({
  db: world.db,
  clock: world.clock,
  log: world.api.parts.log,
  clients: world.api.entra.clients,
})
const judge = () => judgeDevices(parts())
const tell = () => tellEntra(parts())
const verdict = async (whose = id) =>
  (await world.call('GET', `/devices/${whose}/compliance`)).json()
/** The device as the emulated Entra has it. */
function inEntra() {
  const found = world.emulator.directory.devices.find(
    ({ deviceId }) => deviceId === device.entraDeviceId,
  )
  return { isManaged: found?.isManaged, isCompliant: found?.isCompliant }
}

describe('a verdict', () => {
  test('follows what the device tells, says why and since when, and what its person can do', async () => {
    await saveRules([ENCRYPTED])
    await comes({ bitLocker: 'off' })
    await judge()
    const found = await verdict()

    expect(found).toMatchObject({
      verdict: 'inGrace',
      findings: [
        {
          rule: 'disk',
          state: 'inGrace',
          title: 'The system drive is encrypted',
          remedy: expect.stringContaining('BitLocker'),
          evidence: expect.arrayContaining([
            { node: expect.stringContaining('EncryptionCompliance'), value: expect.any(String) },
          ]),
        },
      ],
      history: [{ verdict: 'inGrace', broken: ['disk'] }],
    })
    expect(Date.parse(found.findings[0].until) - Date.parse(found.findings[0].since)).toBe(
      2 * DAY * 1000,
    )

    await comes({ bitLocker: 'on' })
    await judge()
    expect(await verdict()).toMatchObject({
      verdict: 'compliant',
      history: [{ verdict: 'compliant', broken: [] }, { verdict: 'inGrace' }],
    })
  })

  test('turns when grace is over, though the device says nothing', async () => {
    await saveRules([ENCRYPTED])
    await comes({ bitLocker: 'off' })
    await judge()
    world.later(2 * DAY - 1)
    expect(await judge()).toBe(0)
    world.later(1)
    expect(await judge()).toBe(1)
    expect((await verdict()).verdict).toBe('nonCompliant')
    expect(await judge()).toBe(0)
  })

  test('is made anew for every device when the rules change', async () => {
    await saveRules([ENCRYPTED])
    await comes({ bitLocker: 'on', secureBoot: false })
    await judge()
    expect((await verdict()).verdict).toBe('compliant')

    await saveRules([ENCRYPTED, { id: 'boot', check: { kind: 'secureBoot' }, graceDays: 0 }])
    expect(await judge()).toBe(1)

    const summary = (await world.call('GET', '/compliance/summary')).json()
    expect(summary).toMatchObject({
      devices: { nonCompliant: 1, compliant: 0 },
      rules: [{ rule: 'boot', devices: 1 }],
    })
    const listed = await world.call('GET', '/compliance/devices?verdict=nonCompliant')
    expect(listed.json().items).toMatchObject([{ device: { id }, broken: ['boot'] }])
  })

  test('of what a device told before it enrolled anew is none: it is unknown until it tells again', async () => {
    await saveRules([ENCRYPTED])
    await comes({ bitLocker: 'on' })
    await judge()
    device.reset()
    world.later(60)
    expect(await device.enrol({ kind: 'oobe', user: world.person().id })).toMatchObject({
      ok: true,
    })
    await judge()

    const [now] = await world.devices('?state=enrolled')
    expect((await verdict(now.id)).verdict).toBe('unknown')
  })

  test('of two processes is made once each, and both come to an end', async () => {
    await saveRules([ENCRYPTED])
    await comes({ bitLocker: 'on' })
    const counts = await Promise.all([judge(), judge()])

    expect(counts[0] + counts[1]).toBeGreaterThanOrEqual(1)
    expect((await verdict()).history).toHaveLength(1)
  })

  test('is for nobody else to see: another organization does not know the device', async () => {
    await world.addOrganization('other')
    const asked = await world.call('GET', `/devices/${id}/compliance`, undefined, 'other')
    expect(asked.json()).toMatchObject({ status: 404, code: 'deviceUnknown' })
  })
})

describe('Entra', () => {
  test('is told of a device that breaks a rule and of one that is mended, and is seen to have it', async () => {
    await saveRules([{ ...ENCRYPTED, graceDays: 0 }])
    await saveSettings(ON)
    await comes({ bitLocker: 'off' })
    await judge()
    expect(await tell()).toBe(1)
    expect(inEntra()).toEqual({ isManaged: true, isCompliant: false })

    await comes({ bitLocker: 'on' })
    await judge()
    await tell()

    expect(inEntra()).toEqual({ isManaged: true, isCompliant: true })
    expect((await verdict()).entra).toMatchObject({
      wanted: 'compliant',
      told: 'compliant',
      toldAt: expect.any(String),
      confirmedAt: expect.any(String),
      problem: null,
    })
    expect(await tell()).toBe(0)
  })

  test('hears of flapping only the last', async () => {
    await saveRules([{ ...ENCRYPTED, graceDays: 0 }])
    await saveSettings(ON)
    for (const bitLocker of ['off', 'on', 'off', 'on', 'off'] as const) {
      await comes({ bitLocker })
      await judge()
    }
    const before = world.emulator.log.count({ method: 'PATCH' })
    await tell()
    const after = world.emulator.log.count({ method: 'PATCH' })

    expect(after - before).toBe(1)
    expect(inEntra()).toEqual({ isManaged: true, isCompliant: false })
  })

  test('hears nothing while devices are only judged, nor in a pause', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings({ ...OFF, mode: 'reportOnly' })
    await comes({ bitLocker: 'on' })
    await judge()
    expect(await tell()).toBe(0)

    await saveSettings({ ...ON, paused: true })
    await judge()
    expect(await tell()).toBe(0)

    await saveSettings(ON)
    await judge()
    expect(await tell()).toBe(1)
  })

  test('is told that a device is ours no more when it leaves, and when telling is switched off', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    await tell()
    await saveSettings(OFF)
    await judge()
    await tell()
    expect(inEntra()).toEqual({ isManaged: false, isCompliant: false })

    await saveSettings(ON)
    await judge()
    await tell()
    expect(inEntra()).toEqual({ isManaged: true, isCompliant: true })
    await device.unenrol()
    await judge()
    await tell()
    expect(inEntra()).toEqual({ isManaged: false, isCompliant: false })
  })

  test('that refuses this application is asked again in an hour, and the refusal says what to do', async () => {
    world.emulator.scenario.complianceWrites = 'refuse'
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    expect(await tell()).toBe(0)
    expect((await verdict()).entra).toMatchObject({
      told: null,
      problem: {
        code: 'notMdmApplication',
        remedy: expect.stringContaining('Device.ReadWrite.All'),
      },
    })

    world.emulator.scenario.complianceWrites = 'count'
    expect(await tell()).toBe(0)
    world.later(3600)
    expect(await tell()).toBe(1)
    expect((await verdict()).entra.problem).toBeNull()
  })

  test('that says yes and does nothing is not believed', async () => {
    world.emulator.scenario.complianceWrites = 'ignore'
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    await tell()

    expect((await verdict()).entra).toMatchObject({
      told: 'compliant',
      confirmedAt: null,
      problem: { code: 'notKept' },
    })
  })

  test('is told again within a day, and each overwriting by somebody else is counted until we give way', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    await tell()
    const overwrite = () => {
      const found = world.emulator.directory.devices.find(
        ({ deviceId }) => deviceId === device.entraDeviceId,
      )
      world.emulator.directory.updateDevice(found?.id ?? '', { isCompliant: false })
    }
    for (const count of [1, 2, 3]) {
      overwrite()
      world.later(DAY)
      expect(await tell()).toBe(1)
      expect((await verdict()).entra.overwritten).toBe(count)
    }
    overwrite()
    world.later(DAY)

    expect(await tell()).toBe(0)
    expect((await verdict()).entra.problem).toMatchObject({ code: 'twoMasters' })
  })

  test('is told at once when the directory shows that somebody has overwritten a mark', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    await tell()
    await world.synchronise()
    const found = world.emulator.directory.devices.find(
      ({ deviceId }) => deviceId === device.entraDeviceId,
    )
    world.later(60)
    world.emulator.directory.updateDevice(found?.id ?? '', { isCompliant: false })
    await world.synchronise()

    expect(await tell()).toBe(1)
    expect(inEntra()).toEqual({ isManaged: true, isCompliant: true })
  })

  test('in whose eyes another server manages the device is told nothing', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    const found = world.emulator.directory.devices.find(
      ({ deviceId }) => deviceId === device.entraDeviceId,
    )
    const mdmAppId = '0000000a-0000-0000-c000-000000000000'
    world.emulator.directory.updateDevice(found?.id ?? '', { mdmAppId })
    const before = inEntra()
    await judge()

    expect(await tell()).toBe(0)
    expect(inEntra()).toEqual(before)
    expect((await verdict()).entra.problem).toMatchObject({ code: 'otherMdm' })
  })

  test('hears a mark once more from whoever comes after a process that died with it', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    let looks = 0
    const dying: typeof world.api.entra.clients = {
      async find(organization) {
        const client = await world.api.entra.clients.find(organization)
        if (!client) return undefined
        const getEach: typeof client.graph.getEach = async (...asked) => {
          looks += 1
          // The mark is written, and nobody has noted it.
          if (looks === 2) throw new Error('killed')
          return await client.graph.getEach(...asked)
        }
        return { ...client, graph: { ...client.graph, getEach } }
      },
    }
    expect(await tellEntra({ ...parts(), clients: dying })).toBe(0)
    expect(inEntra()).toEqual({ isManaged: true, isCompliant: true })
    expect((await verdict()).entra.told).toBeNull()
    expect(await tell()).toBe(0)
    world.later(300)

    expect(await tell()).toBe(1)
    expect((await verdict()).entra).toMatchObject({ told: 'compliant', problem: null })
  })

  test('that is out of order for a day is told afterwards', async () => {
    await saveRules([ENCRYPTED])
    await saveSettings(ON)
    await comes({ bitLocker: 'on' })
    await judge()
    const broken: typeof world.api.entra.clients = {
      async find(organization) {
        const client = await world.api.entra.clients.find(organization)
        const fail = async () => {
          throw new NetworkError('connectionRefused', 'graph.microsoft.com', 'ECONNREFUSED')
        }
        return client && { ...client, graph: { ...client.graph, getEach: fail, send: fail } }
      },
    }
    for (let hour = 0; hour < 24; hour += 1) {
      await tellEntra({ ...parts(), clients: broken })
      world.later(3600)
    }
    expect((await verdict()).entra).toMatchObject({
      told: null,
      problem: { code: 'notReached', remedy: expect.any(String) },
    })
    expect(await tell()).toBe(1)
    expect((await verdict()).entra).toMatchObject({ told: 'compliant', problem: null })
  })
})

test('telling without anything asked, or asking nothing while telling, is refused with a way on', async () => {
  await saveRules([])
  const on = await world.call('PUT', '/compliance/settings', ON)
  expect(on.json()).toMatchObject({ status: 409, code: 'rulesNeeded', remedy: expect.any(String) })

  await saveRules([ENCRYPTED])
  await saveSettings(ON)
  const none = await world.call('PUT', '/compliance/rules', { rules: [] })
  expect(none.json()).toMatchObject({ status: 409, code: 'rulesNeeded' })
})

test.each([
  [{ rules: [{ id: 'a', check: { kind: 'seen', days: 0 } }] }],
  [{ rules: [{ id: 'a', check: { kind: 'build', atLeast: [] } }] }],
  [{ rules: [{ id: 'a', check: { kind: 'build', atLeast: ['Windows 11'] } }] }],
  [{ rules: [{ id: 'a', check: { kind: 'nonsense' } }] }],
  [{ rules: [ENCRYPTED, ENCRYPTED] }],
  [{ rules: [{ ...ENCRYPTED, graceDays: 366 }] }],
])('rules that make no sense are refused: %j', async (body) => {
  const saved = await world.call('PUT', '/compliance/rules', body)
  expect(saved.statusCode).toBe(422)
})
