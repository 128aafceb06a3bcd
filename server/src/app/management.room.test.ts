import type { WindowsDevice } from '@mooring/emulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'

// A simulated Windows device that was enrolled here, and the whole server over HTTP.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let device: WindowsDevice
let id: string

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(async () => {
  await world.again()
  device = world.device()
  const report = await device.enrol({ kind: 'oobe', user: world.person().id })
  expect(report).toMatchObject({ ok: true })
  id = (await world.devices())[0].id
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const path = (rest: string) => `/devices/${id}${rest}`
const tell = async (command: object) => {
  const answer = await world.call('POST', path('/commands'), command)
  expect(answer.statusCode, answer.body).toBe(202)
  return answer.json().id as string
}
const commands = async () => (await world.call('GET', path('/commands'))).json().items
const facts = async (): Promise<Record<string, string | null>> => {
  const { items } = (await world.call('GET', path('/facts'))).json()
  return Object.fromEntries(
    items.map(({ uri, value }: { uri: string; value: string | null }) => [uri, value]),
  )
}
const changes = async () => (await world.call('GET', path('/facts/changes'))).json().items
/** A session in which the server did nothing that Windows does not take. */
async function comes(options: Parameters<WindowsDevice['checkIn']>[0] = {}, whose = device) {
  const report = await whose.checkIn(options)
  expect(report.violations).toEqual([])
  return report
}
const SECURE_BOOT = './Device/Vendor/MSFT/DeviceStatus/SecureBootState'
const CAMERA = './Device/Vendor/MSFT/Policy/Config/Camera/AllowCamera'
const refusals = async () => {
  const { items } = (await world.call('GET', '/audit-events?action=device.session-refused')).json()
  return items.map(({ details }: { details: { reason: string } }) => details.reason)
}

describe('a device that comes', () => {
  test('is asked for everything the first time, and for nothing the second', async () => {
    const first = await comes()
    expect(first).toMatchObject({ ok: true, end: 'done' })
    expect(first.messages).toBeGreaterThan(1)
    expect(await facts()).toMatchObject({
      [SECURE_BOOT]: '1',
      './DevDetail/SwV': expect.stringMatching(/^10\.0\./),
    })

    const before = await rowsWritten()
    const second = await comes()
    expect(second).toMatchObject({ ok: true, end: 'done', messages: 1 })
    expect(await rowsWritten()).toEqual(before)
  })

  test('is asked again for what can change within an hour, and what changed is kept', async () => {
    await comes()
    device.set({ secureBoot: false })
    world.later(3601)
    await comes()
    expect((await facts())[SECURE_BOOT]).not.toBe('1')
    expect(await changes()).toContainEqual(
      expect.objectContaining({ uri: SECURE_BOOT, before: '1' }),
    )
  })

  test('is found by what it told, and by what it tells now', async () => {
    const found = async (query: string) => (await world.devices(query)).length
    await comes()
    expect(await found('?firewall=yes&tpm=2.0&freeStorageBelowGb=400')).toBe(1)

    device.set({ firewall: 'off', freeStorageMb: 5000 })
    world.later(25 * 3600)
    await comes()
    expect(await found('?firewall=yes')).toBe(0)
    expect(await found('?firewall=no&freeStorageBelowGb=10')).toBe(1)
  })

  test('is seen in the list, though a check-in by itself writes nothing', async () => {
    await comes()
    await world.api.lastSeen.flush()
    expect(await world.devices()).toMatchObject([{ lastSeenAt: world.clock.now().toISOString() }])
  })

  test('goes on after its message was repeated, and is not told anything twice', async () => {
    await tell({ kind: 'defenderScan' })
    const report = await comes({ faults: ['repeatsMessage'] })
    expect(report).toMatchObject({ ok: true })
    const scans = report.commands.filter(({ target }) => target?.includes('Defender/Scan'))
    expect(scans).toHaveLength(1)
    expect(await commands()).toMatchObject([{ kind: 'defenderScan', state: 'succeeded' }])
  })

  test('gets the same answer again when one got lost', async () => {
    await tell({ kind: 'reboot' })
    const report = await comes({ faults: ['losesAnswer'] })
    expect(report.commands.filter(({ target }) => target?.includes('RebootNow'))).toHaveLength(1)
    expect(await commands()).toMatchObject([{ kind: 'reboot', state: 'succeeded' }])
  })
})

describe('a command', () => {
  test('waits for its device, is carried out, and says what came of it', async () => {
    await tell({ kind: 'rename', name: 'ROOM-12' })
    expect(await commands()).toMatchObject([{ state: 'queued', result: null }])
    await comes()
    expect(await commands()).toMatchObject([
      { kind: 'rename', state: 'succeeded', result: { text: 'Done.', answers: [{ code: 200 }] } },
    ])
  })

  test('that the device refuses has failed, with Windows’ own error', async () => {
    const uri = './Device/Vendor/MSFT/RemoteLock/Lock'
    device.refuse(uri, 405, '0x80070032')
    await tell({ kind: 'lock' })
    await comes()
    expect(await commands()).toMatchObject([
      {
        state: 'failed',
        result: { answers: [{ uri, code: 405, originalError: '0x80070032' }] },
      },
    ])
  })

  test('that can be taken back is not told any more', async () => {
    const command = await tell({ kind: 'reboot' })
    const taken = await world.call('POST', path(`/commands/${command}/cancel`))
    expect(taken.json()).toMatchObject({ state: 'cancelled' })
    await comes()
    expect(device.isRebootPending).toBe(false)
    const late = await world.call('POST', path(`/commands/${command}/cancel`))
    expect([late.statusCode, late.json().code]).toEqual([409, 'commandNotWaiting'])
  })

  test('to synchronise reads everything again', async () => {
    await comes()
    expect((await comes()).messages).toBe(1)
    await tell({ kind: 'sync' })
    const report = await comes()
    expect(report.commands.map(({ target }) => target)).toContain(SECURE_BOOT)
    expect(await commands()).toMatchObject([{ kind: 'sync', state: 'succeeded' }])
    expect((await comes()).messages).toBe(1)
  })

  test('that is taken back at the moment it would be handed out is either', async () => {
    const command = await tell({ kind: 'reboot' })
    const [report, taken] = await Promise.all([
      comes(),
      world.call('POST', path(`/commands/${command}/cancel`)),
    ])
    const isDone = report.commands.some(({ target }) => target?.includes('RebootNow'))
    expect(taken.statusCode).toBe(isDone ? 409 : 200)
    expect(device.isRebootPending).toBe(isDone)
  })

  test('that must not be done twice stays sent and uncertain when its session breaks off', async () => {
    await tell({ kind: 'reboot' })
    await tell({ kind: 'rename', name: 'ROOM-13' })
    await comes({ faults: ['losesStatus'] })
    const again = await comes()
    expect(again.commands.filter(({ target }) => target?.includes('RebootNow'))).toEqual([])
    expect(await commands()).toMatchObject([
      { kind: 'rename', state: 'succeeded' },
      { kind: 'reboot', state: 'sent', uncertain: true },
    ])
  })

  test('written by hand writes and reads a setting, and what the user changed is seen', async () => {
    const write = { verb: 'Replace', uri: CAMERA, format: 'int', data: '0' }
    await tell({ kind: 'syncml', operations: [write, { verb: 'Get', uri: CAMERA }] })
    await comes()
    expect((await commands())[0]).toMatchObject({
      state: 'succeeded',
      result: { answers: [{ code: 200 }, { code: 200, data: '0' }] },
    })
    device.drift(CAMERA, '1')
    await tell({ kind: 'syncml', operations: [{ verb: 'Get', uri: CAMERA }] })
    await comes()
    expect((await commands())[0]).toMatchObject({ result: { answers: [{ data: '1' }] } })
  })

  test.each([
    ['./Device/Vendor/MSFT/RemoteWipe/doWipe', 'commandGuarded'],
    ['./Vendor/MSFT/remotewipe/doWipeProtected', 'commandGuarded'],
    ['./Device/Vendor/MSFT/%52emoteWipe/doWipe', 'commandGuarded'],
    ['./Device/Vendor/MSFT/%2552emoteWipe/doWipe', 'commandGuarded'],
    ['./Device/Vendor/MSFT/DMClient/Provider/Mooring/Unenroll', 'commandGuarded'],
  ])('cannot wipe or unenrol by hand: %s', async (uri, code) => {
    const operations = [{ verb: 'Exec', uri }]
    const answer = await world.call('POST', path('/commands'), { kind: 'syncml', operations })
    expect([answer.statusCode, answer.json().code]).toEqual([422, code])
    expect(await commands()).toEqual([])
  })
})

describe('nobody else', () => {
  const send = (headers: Record<string, string>, body: string) =>
    world.api.app.inject({
      method: 'POST',
      url: '/ManagementServer/MDM.svc?mode=Maintenance&Platform=WoA',
      headers: { 'content-type': 'application/vnd.syncml.dm+xml', ...headers },
      payload: body,
    })

  test('is served without a proof, and nothing is said to them', async () => {
    const { log } = await comes({ keepMessages: true })
    const said = log.find(({ from }) => from === 'device')?.text ?? ''
    const answer = await send({}, said)
    expect([answer.statusCode, answer.body]).toEqual([403, ''])
  })

  test('is served with a signature that is of another message, or none', async () => {
    const { log } = await comes({ keepMessages: true })
    const said = log.find(({ from }) => from === 'device')?.text ?? ''
    for (const signature of ['', 'AAAA', Buffer.from('no DER').toString('base64')]) {
      expect((await send({ 'mdm-signature': signature }, said)).statusCode).toBe(403)
    }
  })

  test('is a device after its certificate was revoked', async () => {
    await comes()
    const { items } = (await world.call('GET', '/enrolments')).json()
    const { certificate } = items[0]
    await world.call('POST', `/certificates/${certificate.id}/revoke`, { reason: 'keyCompromise' })
    expect(await device.checkIn()).toMatchObject({ ok: false, end: 'refused' })
    expect(await refusals()).toContain('certificateRevoked')
  })

  test('is another device of ours, even with a certificate of its own', async () => {
    const other = world.device()
    await other.enrol({ kind: 'oobe', user: world.person(1).id })
    const kept = JSON.parse(JSON.stringify(other))
    const mine = JSON.parse(JSON.stringify(device))
    // The certificate and key of the one, the name of the other.
    const { certificate, privateKey } = kept.enrolment
    const mixed = { ...mine, enrolment: { ...mine.enrolment, certificate, privateKey } }
    const thief = Object.getPrototypeOf(device).constructor.fromJson(JSON.stringify(mixed), {
      entra: world.emulator.enrolment,
      now: () => world.clock.now(),
    }) as WindowsDevice
    expect(await thief.checkIn()).toMatchObject({ ok: false, end: 'refused' })
    expect(await refusals()).toContain('sourceWrong')
  })
})

test('a user who disconnects takes the device out: its certificate ends, and what waited is taken back', async () => {
  await comes()
  await tell({ kind: 'rename', name: 'TOO-LATE' })
  const kept = device.clone()
  expect(await device.unenrol()).toMatchObject({ unenrolled: 'user' })
  expect(await world.devices()).toMatchObject([{ state: 'unenrolled' }])
  expect(await commands()).toMatchObject([{ state: 'cancelled' }])
  expect(await kept.checkIn()).toMatchObject({ ok: false, end: 'refused' })
  const late = await world.call('POST', path('/commands'), { kind: 'reboot' })
  expect([late.statusCode, late.json().code]).toEqual([409, 'deviceNotEnrolled'])
})

/** Which versions of its rows the database holds: any write would change them. */
async function rowsWritten() {
  const { rows } = await sql`
    select s.xmin::text as standing, d.xmin::text as device, c.xmin::text as certificate
    from devices d join device_standings s on s.device_id = d.id join certificates c on c.device_id = d.id
    where d.id = ${id}`.execute(acrossOrganizations(world.db))
  return rows
}
