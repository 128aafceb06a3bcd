import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addDevice, asToken, testApi } from './testing.ts'

// Groups of devices: of chosen ones, and of whatever a filter finds.

const database = await testDatabase()
const { app, parts, ...api } = testApi(
  database.database,
  steppingClock(new Date('2026-11-25T12:00:00Z')),
)
let home: OrganizationId
let north: OrganizationId

beforeAll(async () => {
  home = (await loadHomeOrganization(parts.db)).id
})
beforeEach(async () => {
  await database.truncate()
  home = (await loadHomeOrganization(parts.db)).id
  north = newId('org') as OrganizationId
  await parts.db
    .insertInto('organizations')
    .values({ id: north, slug: 'north', name: 'N' })
    .execute()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
async function call(method: Method, path: string, payload?: object, slug = 'default') {
  const headers = await asToken(parts, 'owner')
  const url = `/api/v1/organizations/${slug}${path}`
  const answer = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  return { status: answer.statusCode, body: answer.body ? answer.json() : undefined }
}
const create = async (name: string, more: object = {}) =>
  (await call('POST', '/device-groups', { name, ...more })).body
const devicesIn = async (group: string) =>
  (await call('GET', `/devices?group=${group}`)).body.items.map(({ id }: { id: string }) => id)

test('a group of chosen devices has whoever was put in, once, until they are taken out', async () => {
  const [one, two] = [await addDevice(parts, home), await addDevice(parts, home)]
  const group = await create('Room 12', { description: 'ground floor' })
  const members = `/device-groups/${group.id}/members`
  expect(group).toMatchObject({ name: 'Room 12', filter: null, deviceCount: 0 })

  const added = await call('POST', members, { devices: [one, two, one] })
  const again = await call('POST', members, { devices: [two] })

  expect(added.body).toEqual({ changed: 2, deviceCount: 2 })
  expect(again.body).toEqual({ changed: 0, deviceCount: 2 })
  expect(new Set(await devicesIn(group.id))).toEqual(new Set([one, two]))
  const removed = await call('POST', `${members}/remove`, { devices: [one, 'dev_none'] })
  expect(removed.body).toEqual({ changed: 1, deviceCount: 1 })
  expect((await call('GET', '/device-groups')).body.items).toMatchObject([{ deviceCount: 1 }])
})

test('a group with a filter has whatever the filter finds now, and nobody is put in by hand', async () => {
  const one = await addDevice(parts, home)
  const group = await create('Windows 11', { filter: { operatingSystem: 'windows11' } })
  const old = await create('Old', { filter: { operatingSystem: 'windows10' } })

  expect(group).toMatchObject({ filter: { operatingSystem: 'windows11' }, deviceCount: 1 })
  expect([await devicesIn(group.id), await devicesIn(old.id)]).toEqual([[one], []])
  const put = await call('POST', `/device-groups/${old.id}/members`, { devices: [one] })
  expect([put.status, put.body.code]).toEqual([409, 'deviceGroupFiltered'])
  const changed = await call('PATCH', `/device-groups/${old.id}`, { filter: { state: 'enrolled' } })
  expect(changed.body).toMatchObject({ deviceCount: 1 })
  expect((await call('GET', '/device-groups?search=WINDOWS')).body.items).toMatchObject([
    { name: 'Windows 11', deviceCount: null },
  ])
})

test('no two groups have one name, also where only capitals differ', async () => {
  const group = await create('Room 12')
  const other = await create('Room 13')
  const made = await call('POST', '/device-groups', { name: 'ROOM 12' })
  const renamed = await call('PATCH', `/device-groups/${other.id}`, { name: 'room 12' })
  expect([made.status, made.body.code]).toEqual([409, 'deviceGroupNameTaken'])
  expect([renamed.status, renamed.body.code]).toEqual([409, 'deviceGroupNameTaken'])
  const own = await call('PATCH', `/device-groups/${group.id}`, { name: 'ROOM 12' })
  expect(own.body).toMatchObject({ name: 'ROOM 12' })
  expect((await call('POST', '/device-groups', { name: 'Room 12' }, 'north')).status).toBe(201)
})

test('a group that is deleted takes no device along', async () => {
  const one = await addDevice(parts, home)
  const group = await create('Room 12')
  await call('POST', `/device-groups/${group.id}/members`, { devices: [one] })

  expect((await call('DELETE', `/device-groups/${group.id}`)).status).toBe(204)

  expect((await call('GET', '/devices')).body.items).toMatchObject([{ id: one }])
  expect(await devicesIn(group.id)).toEqual([])
  expect((await call('GET', `/device-groups/${group.id}`)).body.code).toBe('deviceGroupUnknown')
})

test('neither groups nor devices of another organization can be reached', async () => {
  const theirs = await addDevice(parts, north)
  const one = await addDevice(parts, home)
  const group = await create('Room 12')
  const mixed = await call('POST', `/device-groups/${group.id}/members`, { devices: [one, theirs] })
  expect([mixed.status, mixed.body.code]).toEqual([422, 'deviceGroupStranger'])
  expect(await devicesIn(group.id)).toEqual([])
  for (const [method, path, payload] of [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', '', undefined],
    ['POST', '/members', { devices: [theirs] }],
    ['POST', '/members/remove', { devices: [one] }],
  ] as const) {
    const answer = await call(method, `/device-groups/${group.id}${path}`, payload, 'north')
    expect([answer.status, answer.body.code]).toEqual([404, 'deviceGroupUnknown'])
  }
  expect((await call('GET', '/device-groups', undefined, 'north')).body.items).toEqual([])
})

test.each([
  [{ name: '' }],
  [{ name: 'x'.repeat(101) }],
  [{ name: 'A', filter: { group: 'dgr_1', state: 'gone' } }],
  [{ name: 'A', filter: 'everything' }],
])('%o makes no group', async (body) => {
  expect((await call('POST', '/device-groups', body)).body.code).toBe('invalidInput')
})

test('only who may manage devices changes groups', async () => {
  const headers = await asToken(parts, 'auditor')
  const url = '/api/v1/organizations/default/device-groups'
  const made = await app.inject({ method: 'POST', url, headers, payload: { name: 'Room 12' } })
  expect([made.statusCode, made.json().code]).toEqual([403, 'notAllowed'])
  expect((await app.inject({ method: 'GET', url, headers })).statusCode).toBe(200)
})
