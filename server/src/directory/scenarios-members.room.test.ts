import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listEffectiveGroups } from './effective-groups-store.ts'
import { listMembers } from './members-store.ts'
import { findRun } from './sync-runs-store.ts'

// Memberships that Graph tells of late, in part, or not at all.

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
const membersHere = async (group: string) =>
  (await world.copy(first)).edges
    .filter((edge) => edge.group_entra_id === group)
    .map((edge) => edge.member_entra_id)
/** Who is shown as a member, also through groups within. */
async function shownIn(group: string) {
  const page = { limit: 1000, cursor: undefined, transitive: true }
  const { members } = await listMembers(world.db, first, group, page)
  return members.map(({ entraId }) => entraId).toSorted()
}
const effectively = async (person: string) =>
  (await listEffectiveGroups(world.db, first, person)).map(({ group }) => group.entra_id)

test('members of every kind are kept before they are here, and people count once they come', async () => {
  const { directory, trouble } = world.emulator
  const kinds = new Set(
    directory.groups.flatMap(({ id }) => directory.members(id).map(({ kind }) => kind)),
  )
  const group = plainGroup().id
  const scope = { kind: 'groups' as const, groups: [{ entraId: group, transitive: false }] }
  await world.connect(first, { settings: { scope } })
  trouble.add({ path: '/v1.0/users/delta', fault: { kind: 'forbidden' } })

  await world.sync(first)
  const early = await world.copy(first)
  trouble.clear()
  await world.sync(first)

  expect([...kinds].toSorted()).toEqual(
    expect.arrayContaining(['device', 'group', 'orgContact', 'servicePrincipal', 'user']),
  )
  expect([early.users, early.edges]).toEqual([[], truthOf(world.emulator).edges])
  expect((await world.copy(first)).users.map((user) => user.entra_id)).toEqual(
    directory
      .members(group)
      .filter(({ kind }) => kind === 'user')
      .map(({ id }) => id)
      .toSorted(),
  )
})

test('a change of a membership alone says nothing of the person, and counts for their groups', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  const group = plainGroup().id
  const inside = new Set(directory.members(group).map(({ id }) => id))
  const newcomer = directory.users.find(({ id }) => !inside.has(id))?.id ?? ''
  const { id: outer } = directory.addGroup({ displayName: 'Outer' })
  directory.addMember(outer, group)
  await world.sync(first)
  directory.addMember(group, newcomer)

  const { id } = await world.sync(first)

  const run = await findRun(world.db, first, id)
  expect(run?.counts.memberships).toEqual({ added: 1, removed: 0 })
  expect(run?.counts.users).toMatchObject({ created: 0, updated: 0 })
  expect(run?.progress.streams.find(({ stream }) => stream === 'users')?.objects).toBe(0)
  expect(await effectively(newcomer)).toEqual(expect.arrayContaining([group, outer]))
})

test('somebody in the recycle bin drops out of their groups though no group says so, and is in them again when back', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  const group = plainGroup().id
  const member = directory.members(group).find(({ kind }) => kind === 'user')?.id ?? ''
  const { id: outer } = directory.addGroup({ displayName: 'Outer' })
  directory.addMember(outer, group)
  await world.sync(first)
  const before = await shownIn(outer)
  const { counts } = await afterwards(() => directory.deleteUser(member))
  const away = await shownIn(outer)

  await afterwards(() => directory.restoreUser(member))

  expect(before).toContain(member)
  expect(counts?.memberships).toEqual({ added: 0, removed: 0 })
  expect(away).toEqual(before.filter((id) => id !== member))
  expect(await shownIn(outer)).toEqual(before)
})

test('somebody deleted for good is a member of nothing though no group says so', async () => {
  const { directory, scenario } = world.emulator
  directory.announcePurgedMembers = false
  scenario.delta.silentPurges = true
  await world.connect(first)
  await world.sync(first)
  const group = plainGroup().id
  const member = directory.members(group).find(({ kind }) => kind === 'user')?.id ?? ''
  expect(await membersHere(group)).toContain(member)

  await afterwards(() => directory.purgeUser(member))

  const { edges } = await world.copy(first)
  expect(edges.filter((edge) => edge.member_entra_id === member)).toEqual([])
  expect(edges).toEqual(truthOf(world.emulator).edges)
})

test('members of a hidden group stay when they may no longer be read, also after a full round', async () => {
  const { apps, app, directory } = world.emulator
  apps.grant(app.clientId, ['Member.Read.Hidden'])
  await world.connect(first)
  await world.sync(first)
  const hidden = directory.groups.find(
    ({ id, visibility }) => visibility === 'HiddenMembership' && directory.members(id).length > 0,
  )
  const before = await membersHere(hidden?.id ?? '')
  apps.revoke(app.clientId, ['Member.Read.Hidden'])
  // The token at hand still has the permission.
  await world.clock.wait(2 * 60 * 60 * 1000)

  await world.sync(first, 'full')

  expect(before.length).toBeGreaterThan(0)
  expect(await membersHere(hidden?.id ?? '')).toEqual(before)
  const row = await world.db
    .selectFrom('directory_groups')
    .select(['state', 'visibility'])
    .where('organization_id', '=', first)
    .where('entra_id', '=', hidden?.id ?? '')
    .executeTakeFirst()
  expect(row).toEqual({ state: 'active', visibility: 'HiddenMembership' })
})

test('a group may take the name that another has', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  const [one, two] = directory.groups
  directory.updateGroup(one?.id ?? '', { displayName: two?.displayName ?? '' })

  const { outcome } = await world.sync(first)

  expect(outcome).toEqual({ kind: 'succeeded' })
  expect((await world.copy(first)).groups).toEqual(truthOf(world.emulator).groups)
})

test('a guest without a mail address gets none from the user principal name', async () => {
  const { directory } = world.emulator
  const guest = directory.users.find(({ userType }) => userType === 'Guest')
  directory.updateUser(guest?.id ?? '', { mail: null })
  await world.connect(first)

  await world.sync(first)

  const row = await world.db
    .selectFrom('directory_users')
    .select(['user_principal_name', 'mail', 'user_type'])
    .where('organization_id', '=', first)
    .where('entra_id', '=', guest?.id ?? '')
    .executeTakeFirst()
  expect(row).toMatchObject({ mail: null, user_type: 'guest' })
  expect(row?.user_principal_name).toContain('#EXT#')
})

async function afterwards(happens: () => unknown) {
  happens()
  const { id } = await world.sync(first)
  return { counts: (await findRun(world.db, first, id))?.counts }
}
