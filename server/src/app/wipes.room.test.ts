import type { WindowsDevice } from '@mooring/emulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { recordAudit, SYSTEM } from '../audit/index.ts'
import { endUnenrolments, expireCommands } from '../management/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import { addDevice, type Browser, createBrowser, sendProven } from './testing.ts'

// Who takes devices away, within the guard, with simulated PCs that lose what they lose.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let ada: Browser
let bela: Browser

beforeAll(async () => {
  world = await enrolmentWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(async () => {
  await world.again()
  for (const table of ['wipe_requests', 'wipe_guards', 'administrators'] as const) {
    await acrossOrganizations(world.db).deleteFrom(table).execute()
  }
  ada = await createBrowser(world.api.parts, world.api.app, 'ada@example.org')
  bela = await createBrowser(world.api.parts, world.api.app, 'bela@example.org', 'device-manager')
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const base = '/api/v1/organizations/default'
const send = (who: Browser, path: string, payload?: object, method: 'POST' | 'PUT' = 'POST') =>
  sendProven(world.api.app, who, { method, url: base + path, ...(payload ? { payload } : {}) })
const read = async (path: string) => (await world.call('GET', path)).json()

async function enrol(person = 0): Promise<{ device: WindowsDevice; id: string }> {
  const device = world.device()
  const report = await device.enrol({ kind: 'oobe', user: world.person(person).id })
  expect(report).toMatchObject({ ok: true })
  const found = (await world.devices()).find(
    ({ name }: { name: string }) => name === device.profile.name,
  )
  return { device, id: found.id }
}
const wipe = (devices: readonly string[], confirmation: string, more: object = {}) => ({
  kind: 'wipe',
  devices,
  reason: 'lost on the train',
  confirmation,
  ...more,
})
const cookieOf = (answer: { cookies: { name: string; value: string }[] }) =>
  answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
const attention = async (): Promise<string[]> =>
  (await read('/overview')).attention.map(({ code }: { code: string }) => code)
async function addDevices(count: number): Promise<string[]> {
  const { id } = await loadHomeOrganization(world.db)
  const ids: string[] = []
  while (ids.length < count) ids.push(await addDevice(world.api.parts, id))
  return ids
}

describe('one device', () => {
  test('is wiped when it comes, is let go of, and can enrol anew', async () => {
    const { device, id } = await enrol()
    const asked = await send(ada, '/wipes', wipe([id], device.profile.name))
    expect(asked.statusCode, world.api.logged().slice(-3000)).toBe(201)
    expect(asked.json()).toMatchObject({ state: 'released', beyond: null })

    const report = await device.checkIn()

    expect(report).toMatchObject({ wiped: 'doWipe', violations: [] })
    expect(await world.devices()).toMatchObject([{ state: 'wiped' }])
    expect((await read(`/wipes/${asked.json().id}`)).devices).toMatchObject([
      { id, state: 'succeeded' },
    ])
    expect(await device.enrol({ kind: 'oobe', user: world.person().id })).toMatchObject({
      ok: true,
    })
    expect(await device.checkIn()).toMatchObject({ ok: true })
  })

  test.each([
    ['wipeKeepUserData', 'doWipePersistUserData'],
    ['wipeCloud', 'doWipeCloud'],
  ])('loses what %s says', async (kind, done) => {
    const { device, id } = await enrol()
    await send(ada, '/wipes', wipe([id], device.profile.name, { kind }))
    expect(await device.checkIn()).toMatchObject({ wiped: done })
  })

  test('that is unenrolled says goodbye, and is no longer served', async () => {
    const { device, id } = await enrol()
    await send(ada, '/wipes', wipe([id], device.profile.name, { kind: 'unenrol' }))
    const kept = device.clone()
    expect(await device.checkIn()).toMatchObject({ unenrolled: 'server' })
    expect(await world.devices()).toMatchObject([{ state: 'unenrolled' }])
    expect(await kept.checkIn()).toMatchObject({ end: 'refused' })
  })

  test('that agrees to leave and does not say goodbye has left after a day, and not before', async () => {
    const { device, id } = await enrol()
    await send(ada, '/wipes', wipe([id], device.profile.name, { kind: 'unenrol' }))
    await world.db
      .updateTable('device_commands')
      .set({ state: 'succeeded', ended_at: world.clock.now(), answers: '[]' })
      .where('organization_id', '=', (await loadHomeOrganization(world.db)).id)
      .where('device_id', '=', id)
      .execute()
    const kept = device.clone()

    world.later(23 * 3600)
    expect(await endUnenrolments(world.db, world.clock.now())).toBe(0)
    expect(await world.devices()).toMatchObject([{ state: 'enrolled' }])
    expect((await read(`/devices/${id}/commands`)).items[0].result.text).toContain('24 hours')
    world.later(2 * 3600)
    expect(await endUnenrolments(world.db, world.clock.now())).toBe(1)

    expect(await world.devices()).toMatchObject([{ state: 'unenrolled' }])
    expect(await kept.checkIn()).toMatchObject({ end: 'refused' })
    expect((await read('/audit-events?action=device.unenrolled')).items[0]).toMatchObject({
      actor: { kind: 'system' },
      details: { withoutGoodbye: true },
    })
    expect(await endUnenrolments(world.db, world.clock.now())).toBe(0)
  })

  test('that enrolled anew is not wiped for what was asked of the Windows before', async () => {
    const { device, id } = await enrol()
    await device.checkIn()
    await send(ada, '/wipes', wipe([id], device.profile.name))
    world.later(60)
    // The same Entra device, so that it is the same device here.
    const again = world.device({ profile: device.profile })
    const deviceId = device.entraDeviceId ?? ''
    const user = world.person().id
    const token = () => world.emulator.enrolment.enrolmentToken({ user, deviceId })
    expect(await again.enrol({ kind: 'oobe', user }, { token })).toMatchObject({ ok: true })

    const report = await again.checkIn()

    expect(report).not.toHaveProperty('wiped')
    // All of it is read again: it is another Windows.
    expect(report.messages).toBeGreaterThan(1)
    const { items } = await read(`/devices/${id}/commands`)
    expect(items).toMatchObject([{ kind: 'wipe', state: 'cancelled' }])
    expect((await send(ada, '/wipes', wipe([id], device.profile.name))).statusCode).toBe(201)
  })

  test('can be asked for again when nobody knows whether it was done', async () => {
    const { device, id } = await enrol()
    const kept = device.clone()
    const body = wipe([id], device.profile.name)
    await send(ada, '/wipes', body)
    await device.checkIn({ faults: ['losesStatus'] })
    expect((await send(ada, '/wipes', body)).json().code).toBe('wipeDeviceWaits')
    world.later(11 * 60)
    await kept.checkIn()
    expect((await send(ada, '/wipes', body)).statusCode).toBe(201)
    expect(await kept.checkIn()).toMatchObject({ wiped: 'doWipe' })
  })

  test('that does not come for a week is spared, and says so', async () => {
    const { device, id } = await enrol()
    const asked = (await send(ada, '/wipes', wipe([id], device.profile.name))).json()
    world.later(7 * 24 * 3600)
    await expireCommands(world.db, world.clock.now())
    expect((await read(`/wipes/${asked.id}`)).devices).toMatchObject([{ state: 'expired' }])
    expect(await device.checkIn()).not.toHaveProperty('wiped')
  })

  test('is not wiped twice when its answer got lost', async () => {
    const { device, id } = await enrol()
    const asked = await send(ada, '/wipes', wipe([id], device.profile.name))
    const before = device.clone()
    await device.checkIn({ faults: ['losesStatus'] })
    // As if it had come back from the wipe with its disk intact, and begins with the very same words.
    world.later(11 * 60)
    const report = await before.checkIn()
    expect(report.commands.filter(({ target }) => target?.includes('RemoteWipe'))).toEqual([])
    expect((await read(`/wipes/${asked.json().id}`)).devices).toMatchObject([{ state: 'sent' }])
  })

  test.each([
    ['with another name typed', { confirmation: 'OTHER' }, 'wipeConfirmation'],
    ['that is of nobody here', { devices: ['dev_nobody'] }, 'wipeDeviceUnknown'],
  ])('%s is not wiped', async (_name, more, code) => {
    const { device, id } = await enrol()
    const answer = await send(ada, '/wipes', { ...wipe([id], device.profile.name), ...more })
    expect([answer.statusCode, answer.json().code]).toEqual([422, code])
  })

  test('is not asked for twice, by a script, or without a proof', async () => {
    const { device, id } = await enrol()
    const body = wipe([id], device.profile.name)
    const script = await world.call('POST', '/wipes', body)
    expect([script.statusCode, script.json().code]).toEqual([403, 'sessionNeeded'])
    const unproven = await world.api.app.inject({
      method: 'POST',
      url: `${base}/wipes`,
      headers: ada.headers(),
      payload: body,
    })
    expect([unproven.statusCode, unproven.json().code]).toEqual([403, 'stepUpNeeded'])
    expect((await send(ada, '/wipes', body)).statusCode).toBe(201)
    expect((await send(bela, '/wipes', body)).json().code).toBe('wipeDeviceWaits')
  })
})

describe('several devices', () => {
  test('wait, and those that were not told yet are taken back', async () => {
    const [first, second] = [await enrol(0), await enrol(1)]
    const asked = await send(ada, '/wipes', wipe([first.id, second.id], '2'))
    expect(asked.json()).toMatchObject({ state: 'held', beyond: null })
    expect(await first.device.checkIn()).not.toHaveProperty('wiped')
    world.later(10 * 60)
    expect(await first.device.checkIn()).toMatchObject({ wiped: 'doWipe' })

    const taken = await world.call('POST', `/wipes/${asked.json().id}/cancel`)

    expect(taken.json()).toMatchObject({ state: 'cancelled' })
    expect(await second.device.checkIn()).not.toHaveProperty('wiped')
    expect(await world.call('POST', `/wipes/${asked.json().id}/cancel`)).toMatchObject({
      statusCode: 409,
    })
  })

  test('can be spared one by one', async () => {
    const [first, second] = [await enrol(0), await enrol(1)]
    await send(ada, '/wipes', wipe([first.id, second.id], '2'))
    const { items } = await read(`/devices/${second.id}/commands`)
    const taken = await world.call('POST', `/devices/${second.id}/commands/${items[0].id}/cancel`)
    expect(taken.json()).toMatchObject({ kind: 'wipe', state: 'cancelled' })
    world.later(10 * 60)
    expect(await first.device.checkIn()).toMatchObject({ wiped: 'doWipe' })
    expect(await second.device.checkIn()).not.toHaveProperty('wiped')
  })

  test('beyond the limit go with a second person, who sees the very list', async () => {
    const { device, id } = await enrol()
    const devices = [id, ...(await addDevices(5))]
    const asked = (await send(ada, '/wipes', wipe(devices, '6'))).json()
    expect(asked).toMatchObject({ state: 'awaitingApproval', beyond: 'personHour' })
    const approve = `/wipes/${asked.id}/approve`
    expect(await device.checkIn()).not.toHaveProperty('wiped')

    const own = await send(ada, approve, { listHash: asked.listHash })
    const other = await send(bela, approve, { listHash: 'another' })
    const good = await send(bela, approve, { listHash: asked.listHash })

    expect(own.json().code).toBe('wipeOwnApproval')
    expect(other.json().code).toBe('wipeListChanged')
    expect(good.json()).toMatchObject({ state: 'held', approved: { name: 'bela@example.org' } })
    expect(await device.checkIn()).not.toHaveProperty('wiped')
    world.later(10 * 60)
    expect(await device.checkIn()).toMatchObject({ wiped: 'doWipe' })
  })

  test('that nobody approves within a day are spared; until then the overview tells of them', async () => {
    const asked = (await send(ada, '/wipes', wipe(await addDevices(6), '6'))).json()
    expect(await attention()).toContain('wipeAwaiting')
    world.later(24 * 3600)
    expect(await attention()).not.toContain('wipeAwaiting')
    const again = { ...bela, ...(await bela.again()) }
    const late = await send(again, `/wipes/${asked.id}/approve`, { listHash: asked.listHash })
    expect(late.json().code).toBe('wipeNotWaiting')
    expect(await read(`/wipes/${asked.id}`)).toMatchObject({ state: 'expired' })
  })
})

describe('frozen', () => {
  test('nothing is wiped, also of what was let go already; two people let it go on', async () => {
    const { device, id } = await enrol()
    await send(ada, '/wipes', wipe([id], device.profile.name))
    expect((await world.call('POST', '/wipe-guard/freeze')).json()).toMatchObject({
      frozen: { at: expect.any(String) },
    })
    expect(await device.checkIn()).not.toHaveProperty('wiped')
    expect(await attention()).toContain('wipesFrozen')
    const [other] = await addDevices(1)
    expect((await send(ada, '/wipes', wipe([other ?? ''], 'LAPTOP-1'))).json().code).toBe(
      'wipesFrozen',
    )

    await send(ada, '/wipe-guard/thaw')
    expect((await send(ada, '/wipe-guard/thaw')).json()).toMatchObject({
      frozen: { at: expect.any(String) },
      thawAsked: { name: 'ada@example.org' },
    })
    expect((await send(bela, '/wipe-guard/thaw')).json()).toMatchObject({ frozen: null })
    expect(await device.checkIn()).toMatchObject({ wiped: 'doWipe' })
  })
})

test('limits can be lowered, and never be raised beyond the highest there are', async () => {
  const lower = { perPersonHour: 0, perDay: 5, holdMinutes: 60 }
  expect((await send(ada, '/wipe-guard/limits', lower, 'PUT')).json()).toMatchObject({
    limits: lower,
  })
  const [one] = await addDevices(1)
  expect((await send(ada, '/wipes', wipe([one ?? ''], 'LAPTOP-1'))).json()).toMatchObject({
    state: 'awaitingApproval',
  })
  const higher = { ...lower, perPersonHour: 6 }
  expect((await send(ada, '/wipe-guard/limits', higher, 'PUT')).statusCode).toBe(422)
})

describe('a stolen session of an owner', () => {
  test('loses five devices in an hour, however it asks, and makes itself no second person', async () => {
    // The organization has been here for long, and so have its people.
    const founded = new Date(world.clock.now().getTime() - 100 * 24 * 3600_000)
    await world.db.updateTable('organizations').set({ created_at: founded }).execute()
    const devices = await addDevices(30)
    const states: string[] = []
    const ask = async (who: Browser, ids: readonly string[]) => {
      const confirmation = ids.length === 1 ? 'LAPTOP-1' : String(ids.length)
      const asked = (await send(who, '/wipes', wipe(ids, confirmation))).json()
      for (const _ of ids) states.push(asked.state)
      return asked
    }
    const queue = [...devices]
    const take = (count: number) => queue.splice(0, count)

    // Three at once, which are taken back when one of them was told: what was told stays spent.
    const three = await ask(ada, take(3))
    await acrossOrganizations(world.db)
      .updateTable('device_commands')
      .set({ state: 'sent' })
      .where('device_id', '=', devices[0] ?? '')
      .execute()
    await world.call('POST', `/wipes/${three.id}/cancel`)
    for (let left = 8; left > 0; left -= 1) await ask(ada, take(1))
    await ask(ada, take(10))
    // A second owner, made for it.
    const invited = await send(ada, '/administrators', { email: 'eve@example.org', role: 'owner' })
    expect(invited.statusCode, invited.body).toBe(201)
    const eve = await world.api.app.inject({
      method: 'POST',
      url: '/api/v1/password',
      payload: {
        token: new URL(invited.json().passwordLink).hash.slice(1),
        password: 'the long password of eve',
      },
    })
    const second: Browser = {
      administrator: invited.json().id,
      email: 'eve@example.org',
      password: 'the long password of eve',
      headers: () => ({ cookie: cookieOf(eve), 'x-csrf-token': String(eve.json().csrfToken) }),
      read: () => {},
      again: () => Promise.reject(new Error('not needed')),
    }
    const waiting = await ask(ada, take(5))
    const approved = await send(second, `/wipes/${waiting.id}/approve`, {
      listHash: waiting.listHash,
    })
    await ask(second, take(1))

    expect(approved.json().code).toBe('wipeNewcomer')
    expect(states.filter((state) => state === 'released' || state === 'held')).toHaveLength(
      // Three of which two were spared, and four single ones.
      3 + 4,
    )
    const { rows } = await sql<{ lost: number }>`
      select count(*)::int as lost from device_commands
      where batch_id is not null and state in ('queued', 'sent')`.execute(
      acrossOrganizations(world.db),
    )
    expect(rows[0]?.lost).toBe(5)
  })
})

test('two requests at the same moment do not spend the same budget', async () => {
  const devices = await addDevices(10)
  const [first, second] = await Promise.all([
    send(ada, '/wipes', wipe(devices.slice(0, 5), '5')),
    ada.again().then((elsewhere) => send(elsewhere, '/wipes', wipe(devices.slice(5), '5'))),
  ])
  const beyond = [first, second].map((answer) => answer.json().beyond)
  expect(beyond.sort()).toEqual(['personHour', null].sort())
})

// The last one: what it records is recent for a day.
test('where roles of more people changed than are told by name, nobody counts as a second person', async () => {
  const { id } = await loadHomeOrganization(world.db)
  const long = new Date(world.clock.now().getTime() - 100 * 24 * 3600_000)
  await world.db.updateTable('organizations').set({ created_at: long }).execute()
  world.later(2 * 24 * 3600)
  const [asker, second] = [await ada.again(), await bela.again()]
  const asked = (await send(asker, '/wipes', wipe(await addDevices(6), '6'))).json()
  const note = {
    action: 'role.followed-directory',
    object: { kind: 'user', id: 'usr_somebody', name: 'Somebody' },
    details: { changes: 201 },
  } as const
  await recordAudit(world.db, id, { note, occasion: { at: world.clock.now(), actor: SYSTEM } })

  const approved = await send(second, `/wipes/${asked.id}/approve`, { listHash: asked.listHash })

  expect(asked.beyond).toBe('personHour')
  expect(approved.json().code).toBe('wipeNewcomer')
})
