import type { WindowsDevice } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { enrolmentWorld } from '../../testing/enrolment-world.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addDevice, asPerson, asToken, createBrowser } from './testing.ts'

// People and their own devices: what they see, what they may do, and what they never hear of.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof enrolmentWorld>>
let home: OrganizationId
/** A device of the first person, and one of the second. */
let device: WindowsDevice
let mine: string
let theirs: string

const ALL = { sync: true, restart: true, lock: true, reportLost: true, lockWhenLost: true }
const NONE = { sync: false, restart: false, lock: false, reportLost: false, lockWhenLost: true }

beforeAll(async () => {
  world = await enrolmentWorld(database)
  home = await world.reset()
  await world.ready()
})
beforeEach(async () => {
  await world.again()
  await world.db.deleteFrom('self_service_settings').where('organization_id', '=', home).execute()
  device = await enrolled(0)
  await enrolled(1)
  mine = await deviceOf(0)
  theirs = await deviceOf(1)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function enrolled(person: number): Promise<WindowsDevice> {
  const made = world.device()
  const report = await made.enrol({ kind: 'oobe', user: world.person(person).id })
  expect(report).toMatchObject({ ok: true })
  return made
}
const deviceOf = async (person: number): Promise<string> =>
  (await world.devices(`?user=${world.person(person).id}`))[0].id
async function idOf(person: number): Promise<string> {
  const { id } = await world.db
    .selectFrom('directory_users')
    .select('id')
    .where('organization_id', '=', home)
    .where('entra_id', '=', world.person(person).id)
    .executeTakeFirstOrThrow()
  return id
}
const signIn = async (person = 0) => asPerson(world.api.parts, home, await idOf(person))
type Headers = Awaited<ReturnType<typeof signIn>>

const send = (headers: Headers, method: 'GET' | 'POST', path: string, payload?: object) =>
  world.api.app.inject({
    method,
    url: `/api/v1/account/devices${path}`,
    headers,
    ...(payload ? { payload } : {}),
  })
const list = async (headers: Headers) => (await send(headers, 'GET', '')).json().items
const allow = async (settings: object) => {
  const saved = await world.call('PUT', '/self-service-settings', settings)
  expect(saved.statusCode, saved.body).toBe(200)
}
const commandsOf = async (id: string) =>
  (await world.call('GET', `/devices/${id}/commands`)).json().items
const LOSS = { reason: 'left on the train to Ulm' }

test('somebody sees what is their own, and nothing of anybody else', async () => {
  const items = await list(await signIn())

  expect(items).toMatchObject([
    { id: mine, name: device.profile.name, standing: 'new', lost: null, requests: [] },
  ])
  const told = JSON.stringify(items)
  expect(told).not.toContain(theirs)
  expect(told).not.toContain(world.person(1).id)
})

test('a device of somebody else, of another organization or of nobody is not there, whatever is asked of it', async () => {
  const headers = await signIn()
  const elsewhere = newId('org')
  await world.db
    .insertInto('organizations')
    .values({ id: elsewhere, slug: elsewhere.toLowerCase(), name: 'Elsewhere' })
    .execute()
  const foreign = await addDevice(world.api.parts, elsewhere)
  // Not even where the same person of Entra has it.
  await world.db
    .updateTable('devices')
    .set({ user_entra_id: world.person(0).id })
    .where('organization_id', '=', elsewhere)
    .where('id', '=', foreign)
    .execute()

  for (const id of [theirs, foreign, 'dev_unknown', '%2e%2e']) {
    const answers = [
      await send(headers, 'GET', `/${id}`),
      await send(headers, 'POST', `/${id}/acts`, { act: 'lock' }),
      await send(headers, 'POST', `/${id}/loss`, LOSS),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404])
  }

  expect(await commandsOf(theirs)).toEqual([])
  expect((await list(headers)).map(({ id }: { id: string }) => id)).toEqual([mine])
  await world.db.deleteFrom('organizations').where('id', '=', elsewhere).execute()
})

test('what somebody asks of their device reaches it, once, and is recorded as theirs', async () => {
  const headers = await signIn()
  device.set({ lockPin: true })

  const asked = await send(headers, 'POST', `/${mine}/acts`, { act: 'lock' })
  await send(headers, 'POST', `/${mine}/acts`, { act: 'lock' })

  expect(asked.statusCode, asked.body).toBe(202)
  expect(asked.json().requests).toMatchObject([{ kind: 'lock', state: 'queued', isOwn: true }])
  const report = await device.checkIn()
  expect(report.commands.filter(({ target }) => target?.includes('RemoteLock'))).toHaveLength(1)
  expect((await list(headers))[0].requests).toMatchObject([{ kind: 'lock', state: 'succeeded' }])
  const name = world.person(0).displayName
  expect(await commandsOf(mine)).toMatchObject([{ kind: 'lock', createdBy: name }])
  const events = await world.call('GET', '/audit-events?action=device.command-given&limit=1')
  expect(events.json().items).toMatchObject([
    { actor: { kind: 'user', id: await idOf(0), name }, details: { selfService: true } },
  ])
})

test('only what the organization allows can be done, by default no restart and never a wipe', async () => {
  const headers = await signIn()
  const act = async (name: string) =>
    (await send(headers, 'POST', `/${mine}/acts`, { act: name })).statusCode

  const byDefault = [await act('sync'), await act('lock'), await act('restart')]
  await allow(NONE)
  const without = [await act('sync'), await act('lock'), await act('restart')]
  const loss = await send(headers, 'POST', `/${mine}/loss`, LOSS)
  await allow(ALL)

  expect(byDefault).toEqual([202, 202, 403])
  expect(without).toEqual([403, 403, 403])
  expect([loss.statusCode, loss.json().code]).toEqual([403, 'ownActNotAllowed'])
  expect(await act('restart')).toBe(202)
  expect([await act('wipe'), await act('unenrol')]).toEqual([422, 422])
})

test('a device that is reported lost is locked, shown to administrators, and lost until they lift it', async () => {
  const headers = await signIn()

  const reported = await send(headers, 'POST', `/${mine}/loss`, LOSS)
  const again = await send(headers, 'POST', `/${mine}/loss`, LOSS)

  expect(reported.json()).toMatchObject({
    standing: 'lost',
    lost: LOSS,
    mayReportLost: false,
    requests: [{ kind: 'lock', state: 'queued' }],
  })
  expect([again.statusCode, again.json().code]).toEqual([409, 'deviceLostAlready'])
  const at = world.clock.now().toISOString()
  expect(await world.devices(`?user=${world.person(0).id}`)).toMatchObject([{ lostAt: at }])
  const seen = await world.call('GET', `/devices/${mine}`)
  expect(seen.json()).toMatchObject({
    lostAt: at,
    loss: { reason: LOSS.reason, by: world.person(0).displayName },
  })

  const lifted = await world.call('DELETE', `/devices/${mine}/loss`)
  const twice = await world.call('DELETE', `/devices/${mine}/loss`)

  expect(lifted.json()).toMatchObject({ lostAt: null, loss: null })
  expect([twice.statusCode, twice.json().code]).toEqual([409, 'deviceNotLost'])
  expect(await list(headers)).toMatchObject([{ standing: 'new', lost: null }])
})

test('of what administrators ask, people hear what it is and how it stands, and of a wipe or scripts nothing', async () => {
  await world.call('POST', `/devices/${mine}/commands`, { kind: 'rename', name: 'SECRET-NAME' })
  const operations = [{ verb: 'Get', uri: './DevDetail/SwV' }]
  await world.call('POST', `/devices/${mine}/commands`, { kind: 'syncml', operations })
  await world.db
    .insertInto('device_commands')
    .values({
      organization_id: home,
      id: newId('cmd'),
      device_id: mine,
      batch_id: 'wip_1',
      kind: 'wipe',
      parameters: '{}',
      steps: '[]',
      needs_user: false,
      repeatable: false,
      state: 'held',
      created_at: world.clock.now(),
      created_by: 'the boss',
      reason: 'leaves the company',
      not_before: null,
      expires_at: new Date('2030-01-01'),
      sent_at: null,
      ended_at: null,
      answers: null,
    })
    .execute()

  const [shown] = await list(await signIn())

  expect(shown.requests).toEqual([
    { kind: 'rename', state: 'queued', uncertain: false, isOwn: false, at: null },
  ])
  expect(JSON.stringify(shown)).not.toMatch(/SECRET-NAME|boss|leaves|token/)
})

test('whoever has the device next hears nothing of what was asked before', async () => {
  await send(await signIn(0), 'POST', `/${mine}/acts`, { act: 'lock' })
  world.later(60)
  await world.db
    .updateTable('devices')
    .set({ user_entra_id: world.person(1).id, enrolled_at: world.clock.now() })
    .where('organization_id', '=', home)
    .where('id', '=', mine)
    .execute()

  const items = await list(await signIn(1))

  expect(items.map(({ id }: { id: string }) => id)).toEqual([mine, theirs])
  expect(items[0].requests).toEqual([])
  expect(await list(await signIn(0))).toEqual([])
})

test('whoever is removed in Entra does nothing any more, signed in as they are', async () => {
  const { id } = await directoryRows(world.db, home).user(900, 'Gone Tomorrow')
  await world.db
    .updateTable('devices')
    .set({ user_entra_id: guid(900) })
    .where('organization_id', '=', home)
    .where('id', '=', mine)
    .execute()
  const headers = await asPerson(world.api.parts, home, id)
  expect(await list(headers)).toHaveLength(1)

  await world.db
    .updateTable('directory_users')
    .set({ state: 'removed', state_reason: 'recycleBin' })
    .where('organization_id', '=', home)
    .where('id', '=', id)
    .execute()

  const answers = [
    await send(headers, 'GET', ''),
    await send(headers, 'POST', `/${mine}/acts`, { act: 'lock' }),
    await send(headers, 'POST', `/${mine}/loss`, LOSS),
  ]
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401])
  expect(await commandsOf(mine)).toEqual([])
})

test('administrators have no devices of their own, tokens are nobody, and a call from elsewhere is refused', async () => {
  const { parts, app } = world.api
  const owner = await createBrowser(parts, app, `own${mine}@example.org`)
  const { 'x-csrf-token': _token, ...forged } = await signIn()

  expect(await list(owner.headers())).toEqual([])
  expect((await send(owner.headers(), 'GET', `/${mine}`)).statusCode).toBe(404)
  expect((await send(await asToken(parts, 'owner'), 'GET', '')).statusCode).toBe(403)
  expect((await send(forged, 'POST', `/${mine}/acts`, { act: 'lock' })).statusCode).toBe(403)
  const settings = await app.inject({
    method: 'PUT',
    url: '/api/v1/organizations/default/self-service-settings',
    headers: await signIn(),
    payload: ALL,
  })
  expect(settings.statusCode).toBe(403)
})
