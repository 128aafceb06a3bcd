import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { approveHeldRun } from './decide-run.ts'
import { runSync } from './run-sync.ts'
import { findRun } from './sync-runs-store.ts'

// What runs take away a few at a time: within a day it is added up.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 60, groups: 14 })
  ;({ first } = await world.organizations())
  await world.connect(first, { settings: { brake: { atLeast: 4, percent: 0 } } })
  await world.sync(first)
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const HOUR_MS = 60 * 60_000
const people = () => world.emulator.directory.users.filter((user) => user.accountEnabled !== false)

/** Deletes so many more people, an hour later. */
async function deleteSome(count: number) {
  await world.clock.wait(HOUR_MS)
  const ids = people()
    .slice(0, count)
    .map(({ id }) => id)
  for (const id of ids) world.emulator.directory.deleteUser(id)
  const { id, outcome } = await world.sync(first)
  return { ids, id, kind: outcome.kind, holds: (await findRun(world.db, first, id))?.holds }
}

test('a few people each hour are held once they are more than twice what one run may take', async () => {
  const before = people().length
  const total = (await world.copy(first)).users.length
  const kinds = [(await deleteSome(4)).kind, (await deleteSome(4)).kind]

  const third = await deleteSome(1)

  expect(kinds).toEqual(['succeeded', 'succeeded'])
  expect(third.kind).toBe('held')
  expect(third.holds).toEqual([{ code: 'manyPeopleInDay', values: { removed: 9, present: total } }])
  expect((await world.copy(first)).users).toHaveLength(total - 8)
  expect(before).toBeGreaterThan(9)
})

test('a day later, as many may go again', async () => {
  await deleteSome(4)
  await deleteSome(4)
  await world.clock.wait(24 * HOUR_MS)

  expect((await deleteSome(4)).kind).toBe('succeeded')
})

test('whoever came back meanwhile does not count, nor does a run that takes nothing away', async () => {
  const { ids } = await deleteSome(4)
  await deleteSome(4)
  for (const id of ids) world.emulator.directory.restoreUser(id)

  expect((await world.sync(first)).outcome.kind).toBe('succeeded')
  expect((await deleteSome(4)).kind).toBe('succeeded')
})

test('what somebody approved was looked at, and the runs after it start anew', async () => {
  await deleteSome(4)
  const { id, kind } = await deleteSome(5)
  expect(kind).toBe('held')
  const starting = { db: world.db, clock: world.clock, enqueue: async () => undefined }
  await approveHeldRun(starting, first, { run: id, by: 'test', reason: 'they left' })
  await runSync(world.parts, first, id, new AbortController().signal)

  expect((await deleteSome(4)).kind).toBe('succeeded')
  expect((await deleteSome(1)).holds).toMatchObject([{ values: { removed: 9 } }])
})

test('groups are added up as people are', async () => {
  const { directory } = world.emulator
  const groups = directory.groups.map(({ id }) => id)
  const kinds: string[] = []
  for (const some of [groups.slice(0, 4), groups.slice(4, 8), groups.slice(8, 9)]) {
    for (const id of some) directory.deleteGroup(id, { soft: true })
    const { id, outcome } = await world.sync(first)
    kinds.push(
      outcome.kind,
      ...((await findRun(world.db, first, id))?.holds ?? []).map((hold) => hold.code),
    )
  }

  expect(kinds).toEqual(['succeeded', 'succeeded', 'held', 'manyGroupsInDay'])
})

describe('of a group that people have something by', () => {
  let group: { id: string }
  const membersHere = async () =>
    (await world.copy(first)).edges.filter((edge) => edge.group_entra_id === group.id).length

  beforeEach(async () => {
    const { directory } = world.emulator
    group = directory.addGroup({ displayName: 'Enrollers' })
    for (const { id } of people().slice(0, 20)) directory.addMember(group.id, id)
    Object.assign(world.parts, { groupsInUse: async () => [group.id] })
    await world.sync(first)
  })

  /** Takes so many more out of it, an hour later. */
  async function takeOut(count: number) {
    await world.clock.wait(HOUR_MS)
    const members = world.emulator.directory.members(group.id)
    const ids = members.slice(0, count).map(({ id }) => id)
    for (const id of ids) world.emulator.directory.removeMember(group.id, id)
    const { id, outcome } = await world.sync(first)
    return { ids, id, kind: outcome.kind, run: await findRun(world.db, first, id) }
  }

  test('many members at once are held: all stay, who would go is shown, and goes once that is approved', async () => {
    const { id, kind, run } = await takeOut(5)
    const heldWith = await membersHere()
    const shown = await listProposals(id)
    const starting = { db: world.db, clock: world.clock, enqueue: async () => undefined }
    await approveHeldRun(starting, first, { run: id, by: 'test', reason: 'they left' })
    const approved = await runSync(world.parts, first, id, new AbortController().signal)

    expect(kind).toBe('held')
    expect(run?.holds).toEqual([
      {
        code: 'manyMembersOfGroup',
        values: { group: 'Enrollers', entraId: group.id, removed: 5, present: 20 },
      },
    ])
    expect([heldWith, shown]).toEqual([20, Array(5).fill('removed membership')])
    expect(approved).toEqual({ kind: 'succeeded' })
    expect(await membersHere()).toBe(15)
    expect((await findRun(world.db, first, id))?.counts.memberships.removed).toBe(5)
  })

  test('a few go at once, and many within a day are held', async () => {
    const kinds = [(await takeOut(4)).kind, (await takeOut(4)).kind]
    const before = await membersHere()
    const third = await takeOut(1)

    expect([kinds, before]).toEqual([['succeeded', 'succeeded'], 12])
    expect(third.kind).toBe('held')
    expect(third.run?.holds).toMatchObject([
      { code: 'manyMembersOfGroupInDay', values: { removed: 9, present: 20 } },
    ])
    expect(await membersHere()).toBe(12)
  })

  test('those who were put back while a run was held stay, and nobody has to look any more', async () => {
    const { ids } = await takeOut(5)
    for (const id of ids) world.emulator.directory.addMember(group.id, id)

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await membersHere()).toBe(20)
  })

  test('members of a group within it count as its own do', async () => {
    const { directory } = world.emulator
    const outer = directory.addGroup({ displayName: 'Outer' })
    directory.addMember(outer.id, group.id)
    Object.assign(world.parts, { groupsInUse: async () => [outer.id] })
    await world.sync(first)

    expect((await takeOut(5)).kind).toBe('held')
  })

  test('members of other groups go with the page, however many', async () => {
    Object.assign(world.parts, { groupsInUse: async () => [] })

    expect((await takeOut(15)).kind).toBe('succeeded')
    expect(await membersHere()).toBe(5)
  })

  async function listProposals(run: string): Promise<string[]> {
    const rows = await world.db
      .selectFrom('sync_proposals')
      .select(['change', 'object'])
      .where('organization_id', '=', first)
      .where('run_id', '=', run)
      .execute()
    return rows.map(({ change, object }) => `${change} ${object}`)
  }
})
