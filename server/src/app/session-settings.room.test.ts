import { POLL_SCHEDULE } from '@mooring/contract/poll-schedule'
import type { WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { openDeviceCaller } from './push-parts.ts'

// When devices come: by themselves as they were told, and at once when Microsoft's push service calls them.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let device: WindowsDevice
let id: string
let home: OrganizationId
let callDevices: () => Promise<void>

beforeAll(async () => {
  world = await enrolmentWorld(database)
  home = await world.reset()
  await world.ready()
  callDevices = openDeviceCaller(world.api.parts)
})
beforeEach(async () => {
  await acrossOrganizations(world.db).deleteFrom('session_settings').execute()
  world.emulator.push.forget()
  await world.again()
  await enrol()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function enrol() {
  device = world.device({ push: world.emulator.push })
  const report = await device.enrol({ kind: 'oobe', user: world.person().id })
  expect(report).toMatchObject({ ok: true })
  id = (await world.devices())[0].id
}
async function comes() {
  const report = await device.checkIn()
  expect(report.violations).toEqual([])
  expect(report).toMatchObject({ ok: true })
  return report
}
async function done(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) {
  const answer = await world.call(method, path, body)
  expect(answer.statusCode, answer.body).toBeLessThan(300)
  return answer.json()
}
const POLL = './Device/Vendor/MSFT/DMClient/Provider/Mooring/Poll/'
const every = () => device.valueOf(`${POLL}IntervalForRemainingScheduledRetries`)
const LATER = { ...POLL_SCHEDULE, second: { times: 4, minutes: 30 }, afterwardsMinutes: 480 }

describe('the schedule', () => {
  test('is in the document of a device that enrols', async () => {
    expect(every()).toBe('60')
    await done('PUT', '/session-settings/poll', LATER)
    await world.again()
    await enrol()
    expect(every()).toBe('480')
    expect(device.valueOf(`${POLL}IntervalForSecondSetOfRetries`)).toBe('30')
  })

  test('reaches an enrolled device in its next session, which then costs nothing again', async () => {
    await comes()
    const said = await done('PUT', '/session-settings/poll', LATER)
    expect(said).toMatchObject({ poll: LATER, pollSaved: { at: world.clock.now().toISOString() } })

    const report = await comes()

    const written = report.commands.filter(({ name }) => name === 'Replace')
    expect(written.map(({ target }) => target)).toEqual([
      expect.stringMatching(/NumberOfSecondRetries$/),
      expect.stringMatching(/IntervalForSecondSetOfRetries$/),
      expect.stringMatching(/IntervalForRemainingScheduledRetries$/),
    ])
    expect(every()).toBe('480')
    expect((await comes()).messages).toBe(1)
    expect((await done('GET', `/devices/${id}/commands`)).items).toEqual([])
  })

  test('that a device does not take is tried again in an hour, and not all the time', async () => {
    await comes()
    device.refuse(`${POLL}IntervalForRemainingScheduledRetries`, 500)
    await done('PUT', '/session-settings/poll', LATER)
    await comes()
    expect((await comes()).messages).toBe(1)
    device.refuse(`${POLL}IntervalForRemainingScheduledRetries`, undefined)
    world.later(3601)
    await comes()
    expect(every()).toBe('480')
  })

  test('that somebody has changed on the device is put right once a day', async () => {
    await done('PUT', '/session-settings/poll', LATER)
    await comes()
    device.drift(`${POLL}IntervalForRemainingScheduledRetries`, '9999')
    world.later(24 * 3600 + 1)
    await comes()
    expect(every()).toBe('480')
  })

  test.each([
    ['too seldom', { ...POLL_SCHEDULE, afterwardsMinutes: 1441 }],
    ['too often', { ...POLL_SCHEDULE, afterwardsMinutes: 1 }],
    ['more often as time goes by', { ...POLL_SCHEDULE, second: { times: 1, minutes: 120 } }],
    ['a round without an end', { ...POLL_SCHEDULE, first: { times: 0, minutes: 3 } }],
    ['half a minute', { ...POLL_SCHEDULE, first: { times: 3, minutes: 0.5 } }],
    ['more than it has', { ...POLL_SCHEDULE, third: 1 }],
  ])('is not taken: %s', async (_why, body) => {
    const answer = await world.call('PUT', '/session-settings/poll', body)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalidInput'])
    expect(await done('GET', '/session-settings')).toMatchObject({ poll: POLL_SCHEDULE })
  })

  test('of one organization is not that of another', async () => {
    await done('PUT', '/session-settings/poll', LATER)
    await world.addOrganization('north')
    const north = await world.call('GET', '/session-settings', undefined, 'north')
    expect(north.json()).toMatchObject({ poll: POLL_SCHEDULE, pollSaved: null, push: null })
  })
})

const app = (more: object = {}) => ({
  packageSid: world.emulator.pushApp.sid,
  packageFamilyName: world.emulator.pushApp.familyName,
  secret: world.emulator.pushApp.secret,
  ...more,
})
const contact = async () => await done('GET', `/devices/${id}/contact`)
const give = (kind: string) => done('POST', `/devices/${id}/commands`, { kind })
/** Credentials are saved, and the device has named its channel. */
async function ready() {
  await done('PUT', '/session-settings/push', app())
  await comes()
  expect(await contact()).toMatchObject({ push: 'ready' })
  world.emulator.push.forget()
}
/** The device listens; what its sessions were. */
function listens() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = device.listen((report) => {
    expect(report.violations).toEqual([])
    resolve()
  })
  return { came: promise, stop }
}
const sent = () => world.emulator.push.sent.map(({ status }) => status)

describe('a device that can be called', () => {
  test('comes at once for what is urgent, and only once', async () => {
    await ready()
    const { came, stop } = listens()
    await give('reboot')
    await callDevices()
    await came
    stop()
    expect((await done('GET', `/devices/${id}/commands`)).items).toMatchObject([
      { kind: 'reboot', state: 'succeeded' },
    ])
    await callDevices()
    expect(sent()).toEqual([200])
    expect(await contact()).toMatchObject({
      lastCall: { outcome: 'received', calledAt: world.clock.now().toISOString() },
      nextCallAt: null,
    })
  })

  test('is left in peace for what can wait', async () => {
    await ready()
    await give('updateSignatures')
    await callDevices()
    expect(sent()).toEqual([])
  })

  test('comes when somebody asks it to, whatever for', async () => {
    await ready()
    const { came, stop } = listens()
    await give('renewCertificate')
    expect(await done('POST', `/devices/${id}/call`)).toMatchObject({
      nextCallAt: world.clock.now().toISOString(),
    })
    await callDevices()
    await came
    stop()
    expect((await done('GET', `/devices/${id}/commands`)).items).toMatchObject([
      { state: 'succeeded' },
    ])
  })

  test('is called once a minute at most, however much it is told', async () => {
    await ready()
    await give('reboot')
    await callDevices()
    world.later(1)
    await give('lock')
    await give('sync')
    await callDevices()
    expect(sent()).toEqual([200])
    world.later(60)
    await callDevices()
    expect(sent()).toEqual([200, 200])
  })

  test('is called by one of two servers that look at the same time', async () => {
    await ready()
    await give('reboot')
    await Promise.all([callDevices(), openDeviceCaller(world.api.parts)()])
    expect(sent()).toEqual([200])
  })

  test('gets one token for many calls, and another one when that does not count any more', async () => {
    const { push } = world.emulator
    await ready()
    await give('lock')
    await callDevices()
    const asked = push.tokenRequests
    world.later(61)
    await give('lock')
    await callDevices()
    expect(push.tokenRequests).toBe(asked)
    push.revokeTokens()
    world.later(61)
    await give('lock')
    await callDevices()
    expect(push.tokenRequests).toBe(asked + 1)
    expect(sent()).toEqual([200, 200, 401, 200])
  })

  test.each([404, 410])('with a channel that is over names another one: %i', async (status) => {
    const { push } = world.emulator
    await ready()
    push.stage(status)
    await give('lock')
    await callDevices()
    expect(await contact()).toMatchObject({
      push: 'waiting',
      lastCall: { outcome: 'channelGone' },
      nextCallAt: null,
    })
    push.endChannels(device.profile.hardwareId)
    world.later(3601)
    await comes()
    expect(await contact()).toMatchObject({ push: 'ready' })
  })

  test.each([
    ['throttled', 406],
    ['throttled', 429],
    ['unavailable', 503],
  ])('is called later when the service says so: %s, %i', async (outcome, status) => {
    await ready()
    world.emulator.push.stage(status, { 'retry-after': '300' })
    await give('lock')
    await callDevices()
    const nextCallAt = new Date(world.clock.now().getTime() + 300_000).toISOString()
    expect(await contact()).toMatchObject({ lastCall: { outcome }, nextCallAt })
    world.later(299)
    await callDevices()
    expect(sent()).toEqual([status])
    world.later(1)
    await callDevices()
    expect(sent()).toEqual([status, 200])
  })

  test('is not called for ever when the service is down', async () => {
    await ready()
    await give('lock')
    for (let round = 0; round < 12; round += 1) {
      world.emulator.push.stage(500)
      await callDevices()
      world.later(3600)
    }
    expect(sent()).toHaveLength(6)
    expect(await contact()).toMatchObject({
      lastCall: { outcome: 'unavailable' },
      nextCallAt: null,
    })
  })

  test.each([
    'https://169.254.169.254/latest/meta-data/',
    'http://localhost:9/',
    'https://notify.windows.com.example.org/',
    'file:///etc/passwd',
    'no address at all',
  ])('is never called where it likes: %s', async (uri) => {
    await ready()
    await world.db
      .updateTable('device_standings')
      .set((is) => ({
        facts: is.cast(
          is.val(
            JSON.stringify({
              './Device/Vendor/MSFT/DMClient/Provider/Mooring/Push/ChannelURI': {
                value: uri,
                code: 200,
                since: 0,
              },
            }),
          ),
          'jsonb',
        ),
      }))
      .where('organization_id', '=', home)
      .execute()
    await give('lock')
    await callDevices()
    expect(sent()).toEqual([])
    expect(await contact()).toMatchObject({ lastCall: { outcome: 'noChannel' } })
  })
})

describe('credentials', () => {
  test('are told to nobody, and kept where they can be read by nobody', async () => {
    const said = await done('PUT', '/session-settings/push', app())
    const { secret } = world.emulator.pushApp
    expect(JSON.stringify(said)).not.toContain(secret)
    expect(JSON.stringify(await done('GET', '/session-settings'))).not.toContain(secret)
    const events = await done('GET', '/audit-events?action=session-settings.push-saved')
    expect(JSON.stringify(events)).not.toContain(secret)
    const kept = await acrossOrganizations(world.db).selectFrom('secrets').selectAll().execute()
    for (const { ciphertext } of kept) {
      expect(Buffer.from(ciphertext).toString('latin1')).not.toContain(secret)
    }
  })

  test('that the service does not take are said, and nobody is called in vain', async () => {
    await done('PUT', '/session-settings/push', app({ secret: 'this is not the secret' }))
    await comes()
    await give('lock')
    await callDevices()
    expect(await done('GET', '/session-settings')).toMatchObject({
      push: { last: { outcome: 'credentialsRefused' } },
    })
    await done('PUT', '/session-settings/push', app())
    expect(await done('GET', '/session-settings')).toMatchObject({ push: { last: null } })
    world.later(61)
    await callDevices()
    expect(await done('GET', '/session-settings')).toMatchObject({
      push: { last: { outcome: 'received' } },
    })
  })

  test('of another application need their own secret', async () => {
    const { secret, ...other } = app({ packageSid: 'S-1-15-2-1-2-3-4-5-6-7' })
    const first = await world.call('PUT', '/session-settings/push', other)
    expect([first.statusCode, first.json().code]).toEqual([422, 'pushSecretNeeded'])
    await done('PUT', '/session-settings/push', app())
    const second = await world.call('PUT', '/session-settings/push', other)
    expect([second.statusCode, second.json().code]).toEqual([422, 'pushSecretNeeded'])
    const { secret: _, ...same } = app()
    await done('PUT', '/session-settings/push', same)
    expect(secret).not.toBe('')
  })

  test('that are removed are destroyed, and devices are told to forget them', async () => {
    const FAMILY = './Device/Vendor/MSFT/DMClient/Provider/Mooring/Push/PFN'
    await ready()
    expect(device.valueOf(FAMILY)).toBe(world.emulator.pushApp.familyName)
    const before = await acrossOrganizations(world.db).selectFrom('secrets').select('id').execute()
    expect(await done('DELETE', '/session-settings/push')).toMatchObject({ push: null })
    const after = await acrossOrganizations(world.db).selectFrom('secrets').select('id').execute()
    expect(after).toHaveLength(before.length - 1)
    await comes()
    expect(device.valueOf(FAMILY)).toBeUndefined()
    const refused = await world.call('POST', `/devices/${id}/call`)
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'pushOff'])
    expect(await contact()).toMatchObject({ push: 'off', nextCallAt: null })
  })

  test.each([
    { packageSid: 'ms-app://nobody' },
    { packageSid: "ms-app://S-1-15-2-1-2-3-4-5-6-7'; drop table devices" },
    { packageFamilyName: 'Contoso' },
    { packageFamilyName: '../../x_8wekyb3d8bbwe' },
    { secret: '' },
    { secret: 'x'.repeat(401) },
    { tokenUrl: 'https://example.org' },
  ])('that cannot be right are not taken: %#', async (wrong) => {
    const answer = await world.call('PUT', '/session-settings/push', app(wrong))
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'invalidInput'])
  })
})
