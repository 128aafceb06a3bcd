import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { previewSettings } from './preview-settings.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import { lockTenant } from './settle-store.ts'
import { findStream } from './streams-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 30, groups: 14 })
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const stateOf = async (id: string) =>
  (
    await world.db
      .selectFrom('directory_users')
      .select('state')
      .where('organization_id', '=', first)
      .where('entra_id', '=', id)
      .executeTakeFirst()
  )?.state

function plainGroup() {
  const { directory } = world.emulator
  const group = directory.groups.find(
    ({ id, visibility }) =>
      visibility !== 'HiddenMembership' &&
      directory.members(id).filter(({ kind }) => kind === 'user').length > 3,
  )
  if (!group) throw new Error('the seed is too small')
  return group
}

test('a full round in which somebody cannot be read does not lock them', async () => {
  await world.connect(first)
  await world.sync(first)
  const odd = world.emulator.directory.users[3]
  world.emulator.directory.updateUser(odd?.id ?? '', { jobTitle: 7 as unknown as string })

  await world.sync(first, 'full')

  expect(await stateOf(odd?.id ?? '')).toBe('active')
})

test('a full round in which a group cannot be read hides neither it nor its members', async () => {
  await world.connect(first)
  await world.sync(first)
  const before = await world.copy(first)
  world.emulator.directory.updateGroup(plainGroup().id, { description: 7 as unknown as string })

  await world.sync(first, 'full')

  expect(await world.copy(first)).toEqual(before)
})

test('members that came with a group that could not be read are there when it can be', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  const group = plainGroup()
  const inside = new Set(directory.members(group.id).map(({ id }) => id))
  const newcomer = directory.users.find(({ id }) => !inside.has(id))
  directory.addMember(group.id, newcomer?.id ?? '')
  directory.updateGroup(group.id, { description: 7 as unknown as string })
  await world.sync(first)
  directory.updateGroup(group.id, { description: 'mended' })

  await world.sync(first)

  expect(await world.copy(first)).toEqual(truthOf(world.emulator))
})

test('somebody who is restored after the grace period has their memberships again', async () => {
  const { directory } = world.emulator
  await world.connect(first, { settings: { removedUsers: { graceDays: 0 } } })
  await world.sync(first)
  const member = directory.members(plainGroup().id).find(({ kind }) => kind === 'user')
  directory.deleteUser(member?.id ?? '')
  await world.sync(first)
  await world.clock.wait(1000)
  await world.sync(first)
  expect(await stateOf(member?.id ?? '')).toBe('outside')
  directory.restoreUser(member?.id ?? '')

  await world.sync(first)

  expect(await world.copy(first)).toEqual(truthOf(world.emulator))
})

test('somebody who is restored after the grace period and a full round has their memberships again', async () => {
  const { directory } = world.emulator
  await world.connect(first, { settings: { removedUsers: { graceDays: 0 } } })
  await world.sync(first)
  const member = directory.members(plainGroup().id).find(({ kind }) => kind === 'user')
  directory.deleteUser(member?.id ?? '')
  await world.sync(first)
  await world.clock.wait(1000)
  await world.sync(first)
  await world.sync(first, 'full')
  directory.restoreUser(member?.id ?? '')

  await world.sync(first)

  expect(await world.copy(first)).toEqual(truthOf(world.emulator))
})

test('of somebody who never was part of it and is deleted in Entra nothing is kept', async () => {
  const { directory } = world.emulator
  await world.connect(first, { settings: { guests: 'exclude' } })
  await world.sync(first)
  const guest = directory.users.find(({ userType }) => userType === 'Guest')
  expect(await stateOf(guest?.id ?? '')).toBe('outside')
  directory.purgeUser(guest?.id ?? '')

  await world.sync(first)

  expect(await stateOf(guest?.id ?? '')).toBeUndefined()
})

test('an object that Graph refuses when asked again does not spoil the run', async () => {
  const { directory, trouble } = world.emulator
  await world.connect(first)
  const odd = directory.users[3]
  directory.updateUser(odd?.id ?? '', { jobTitle: 7 as unknown as string })
  await world.sync(first)
  await world.clock.wait(60 * 60_000)
  trouble.add({ path: `/v1.0/users/${odd?.id}`, fault: { kind: 'answer', status: 400 } })

  const { outcome } = await world.sync(first)

  expect(outcome).toEqual({ kind: 'succeeded' })
})

test('memberships that a full round under way has not met yet are not let go', async () => {
  const { directory, scenario, trouble } = world.emulator
  await world.connect(first, { settings: { brake: { atLeast: 3, percent: 0 } } })
  await world.sync(first)
  for (const { id } of directory.users.slice(0, 5)) directory.purgeUser(id)
  expect((await world.sync(first, 'full')).outcome.kind).toBe('held')
  const before = (await world.copy(first)).edges
  // The next full round breaks off after one small page.
  scenario.delta.pageSizes = [1]
  await world.connect(first, { settings: { brake: { atLeast: 1000, percent: 100 } } })
  trouble.add({ path: '/v1.0/groups/delta', after: 1, fault: { kind: 'answer', status: 403 } })

  await world.sync(first, 'full')

  expect((await findStream(world.db, first, 'groups'))?.round).toBe('full')
  const gone = new Set(directory.users.map(({ id }) => id))
  const kept = (await world.copy(first)).edges
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.filter((edge) => gone.has(edge.member_entra_id))).toEqual(
    before.filter((edge) => gone.has(edge.member_entra_id)),
  )
})

test('settings are tried out while a page is written, and neither waits for the other forever', async () => {
  // One connection has nobody to wait for.
  if (database.kind === 'embedded') return
  await world.connect(first)
  await world.sync(first)
  const waiting = () =>
    sql<{ count: number }>`select count(*)::int as count from pg_locks where not granted`.execute(
      world.db,
    )

  const [previewed] = await world.db.transaction().execute(async (tx) => {
    await lockTenant(tx, world.emulator.tenant.id)
    const preview = previewSettings(world.parts, first, DEFAULT_SETTINGS, { by: 'test' })
    await expect.poll(async () => (await waiting()).rows[0]?.count, { interval: 20 }).toBe(1)
    await tx
      .updateTable('directory_states')
      .set({ rescope_all: false })
      .where('organization_id', '=', first)
      .execute()
    return [preview]
  })

  expect((await previewed)?.state).toBe('succeeded')
})
