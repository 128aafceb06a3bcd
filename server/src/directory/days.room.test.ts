import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { openGroups } from '../../testing/tenant-life.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { countDirectory, recordDay } from './days-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 20, groups: 8 })
  ;({ first } = await world.organizations())
  const entraId = openGroups(world.emulator.directory)[0]?.id ?? ''
  const scope = { kind: 'groups' as const, groups: [{ entraId, transitive: false }] }
  await world.connect(first, { settings: { scope } })
  await world.sync(first)
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const DAY_MS = 24 * 60 * 60_000
const kept = () => countDirectory(world.db, first)

/** Makes what was counted of this day wrong, so that it shows whether it is counted anew. */
async function addToKept(memberships: number): Promise<void> {
  await world.db
    .updateTable('directory_days')
    .set((row) => ({ memberships: row('memberships', '+', memberships) }))
    .where('organization_id', '=', first)
    .execute()
}

/** Somebody who is shown, or not, and a group that they are not in and that is not the scope's. */
async function joinable(isShown: boolean) {
  const { directory } = world.emulator
  const here = new Set((await world.copy(first)).users.map((user) => user.entra_id))
  for (const group of openGroups(directory).slice(1)) {
    const inside = new Set(directory.members(group.id).map(({ id }) => id))
    const user = directory.users.find(({ id }) => here.has(id) === isShown && !inside.has(id))
    if (user) return { group: group.id, user: user.id }
  }
  throw new Error('the seed is too small')
}

test('what a later run of a day tells of memberships is added, but not of people who are not shown', async () => {
  const { directory } = world.emulator
  await addToKept(1000)
  const before = await kept()
  const shown = await joinable(true)
  const outside = await joinable(false)
  directory.addMember(shown.group, shown.user)
  directory.addMember(outside.group, outside.user)
  directory.addGroup({ displayName: 'Later' })

  await world.sync(first)

  expect(await kept()).toEqual({
    ...before,
    groups: before.groups + 1,
    memberships: before.memberships + 1,
  })

  directory.removeMember(shown.group, shown.user)
  await world.sync(first)

  expect((await kept()).memberships).toBe(before.memberships)
})

test.each(['somebody is locked', 'a day begins'])('all are counted when %s', async (when) => {
  const { directory } = world.emulator
  const { group, user } = await joinable(true)
  await addToKept(1000)
  if (when === 'a day begins') await world.clock.wait(DAY_MS)
  else directory.deleteUser(user)
  const other = directory.users.find(({ id }) => id !== user)
  directory.removeMember(group, directory.members(group)[0]?.id ?? '')
  directory.updateUser(other?.id ?? '', { city: 'Elsewhere' })

  await world.sync(first)

  const after = await kept()
  await recordDay(world.db, first, world.clock.now())
  expect(after).toEqual(await kept())
})
