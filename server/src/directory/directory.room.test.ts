import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listGroups } from './groups-store.ts'
import { listMembers } from './members-store.ts'
import { findStream } from './streams-store.ts'
import { findRun } from './sync-runs-store.ts'
import { listUsers } from './users-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database)
  ;({ first, second } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const listed = { limit: 50, sort: 'displayName' } as const

describe('the first synchronisation', () => {
  test('brings every person, group and membership, exactly', async () => {
    await world.connect(first)

    const { outcome, id } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
    const run = await findRun(world.db, first, id)
    expect(run?.counts.users.created).toBe(world.emulator.directory.users.length)
    expect(run?.counts.groups.created).toBe(world.emulator.directory.groups.length)
    expect(run?.counts.memberships.added).toBe(truthOf(world.emulator).edges.length)
  })

  test('survives pages of every kind: empty, doubled, sliced, with tombstones and replays', async () => {
    Object.assign(world.emulator.scenario.delta, {
      pageSizes: [7, 3],
      memberSlice: 2,
      membersPerPage: 5,
      openGroups: 3,
      emptyPageEvery: 3,
      duplicateEvery: 4,
      tombstones: 5,
      linkSpelling: 'rotate',
    })
    await world.connect(first)

    await world.sync(first)

    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('with users on and groups off creates no group, and the reverse no person', async () => {
    await world.connect(first, { syncGroups: false })
    await world.connect(second, { syncUsers: false })

    await world.sync(first)
    await world.sync(second)

    const users = await world.copy(first)
    const groups = await world.copy(second)
    expect([users.users.length > 0, users.groups, users.edges]).toEqual([true, [], []])
    expect([groups.users, groups.groups.length > 0, groups.edges.length > 0]).toEqual([
      [],
      true,
      true,
    ])
  })

  test('of one organization is not seen by the other', async () => {
    await world.connect(first)
    await world.sync(first)
    const mine = (await listUsers(world.db, first, listed)).users[0]
    const group = (await listGroups(world.db, first, listed)).groups[0]

    expect((await listUsers(world.db, second, listed)).users).toEqual([])
    expect((await listGroups(world.db, second, listed)).groups).toEqual([])
    expect(
      (
        await listMembers(world.db, second, group?.entra_id ?? '', {
          limit: 50,
          cursor: undefined,
          transitive: true,
        })
      ).members,
    ).toEqual([])
    expect(mine).toBeDefined()
  })
})

describe('the next synchronisation', () => {
  beforeEach(async () => {
    await world.connect(first)
    await world.sync(first)
  })

  test('without changes writes nothing and needs a handful of requests', async () => {
    const { id } = await world.sync(first)

    const run = await findRun(world.db, first, id)
    expect(run?.counts.users).toEqual({
      created: 0,
      updated: 0,
      disabled: 0,
      removed: 0,
      restored: 0,
      failed: 0,
    })
    expect(run?.counts.memberships).toEqual({ added: 0, removed: 0 })
    expect(run?.requests).toBeLessThanOrEqual(4)
  })

  test('brings what changed: names, locks, swaps, members, deletions', async () => {
    const { directory } = world.emulator
    const [a, b, c, d] = directory.users.filter((user) => user.accountEnabled !== false)
    const group = directory.groups.find((candidate) => directory.members(candidate.id).length > 2)
    if (!a || !b || !c || !d || !group) throw new Error('the seed is too small')
    directory.updateUser(a.id, { displayName: 'Renamed Person', department: null })
    directory.swapUserPrincipalNames(b.id, c.id)
    directory.updateUser(d.id, { accountEnabled: false })
    directory.removeMember(group.id, directory.members(group.id)[0]?.id ?? '')
    directory.addUser({
      userPrincipalName: 'new.person@contoso.example',
      displayName: 'New Person',
    })

    const { id } = await world.sync(first)

    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
    const run = await findRun(world.db, first, id)
    expect(run?.counts.users).toMatchObject({ created: 1, disabled: 1, updated: 3 })
  })

  test('hides somebody in the recycle bin with the memberships, and restores both', async () => {
    const { directory } = world.emulator
    const group = directory.groups.find((candidate) =>
      directory.members(candidate.id).some((member) => member.kind === 'user'),
    )
    const member = directory.members(group?.id ?? '').find((candidate) => candidate.kind === 'user')
    if (!group || !member) throw new Error('the seed is too small')
    const membersHere = async () =>
      (
        await listMembers(world.db, first, group.id, {
          limit: 1000,
          cursor: undefined,
          transitive: false,
        })
      ).members.map((row) => row.entraId)

    directory.deleteUser(member.id)
    await world.sync(first)
    expect(await membersHere()).not.toContain(member.id)
    const hidden = await listUsers(world.db, first, { ...listed, state: 'removed' })
    expect(hidden.users.map((user) => user.entra_id)).toEqual([member.id])

    directory.restoreUser(member.id)
    await world.sync(first)
    expect(await membersHere()).toContain(member.id)
  })

  test('reads everything again when Graph has forgotten the cursor, and changes nobody', async () => {
    world.emulator.clock.advance(8 * 24 * 3600_000)
    const before = await world.db
      .selectFrom('directory_users')
      .select(['id', 'entra_id'])
      .where('organization_id', '=', first)
      .orderBy('id')
      .execute()

    const { outcome, id } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    const after = await world.db
      .selectFrom('directory_users')
      .select(['id', 'entra_id'])
      .where('organization_id', '=', first)
      .orderBy('id')
      .execute()
    expect(after).toEqual(before)
    const run = await findRun(world.db, first, id)
    expect(run?.counts.users).toMatchObject({ created: 0, updated: 0, removed: 0 })
    expect((await findStream(world.db, first, 'users'))?.generation).toBe(2)
  })

  test('in full hides what has left without a word', async () => {
    const { directory } = world.emulator
    const gone = directory.users.at(-1)
    if (!gone) throw new Error('the seed is empty')
    directory.purgeUser(gone.id)

    await world.sync(first, 'full')

    const { users, groups } = truthOf(world.emulator)
    expect(await world.copy(first)).toMatchObject({ users, groups })
    const hidden = await listUsers(world.db, first, { ...listed, state: 'removed' })
    expect(hidden.users.map((user) => user.entra_id)).toEqual([gone.id])
  })

  test('in full stops before it hides more than may vanish unasked', async () => {
    const { directory } = world.emulator
    const before = await world.copy(first)
    for (const user of directory.users.slice(0, 25)) directory.purgeUser(user.id)

    const { outcome, id } = await world.sync(first, 'full')

    expect(outcome).toEqual({ kind: 'held' })
    expect((await findRun(world.db, first, id))?.holds).toMatchObject([
      { code: 'manyPeople', values: { removed: 25, present: before.users.length } },
    ])
    expect(await world.copy(first)).toEqual(before)
  })

  test('goes on with what changed after a full round was stopped', async () => {
    const { directory } = world.emulator
    const gone = directory.users.slice(0, 25)
    for (const user of gone) directory.deleteUser(user.id)
    world.emulator.scenario.delta.tombstones = 0
    expect((await world.sync(first, 'full')).outcome).toEqual({ kind: 'held' })
    for (const user of gone) directory.restoreUser(user.id)

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect((await world.copy(first)).users).toEqual(truthOf(world.emulator).users)
  })

  test('in full stops before it drops more memberships than may vanish unasked', async () => {
    const { directory } = world.emulator
    const before = await world.copy(first)
    world.emulator.directory.announcePurgedMembers = false
    for (const group of directory.groups) {
      for (const member of directory.members(group.id).slice(1))
        directory.removeMember(group.id, member.id)
    }

    const { outcome, id } = await world.sync(first, 'full')

    expect(outcome).toEqual({ kind: 'held' })
    expect((await findRun(world.db, first, id))?.holds).toMatchObject([{ code: 'manyMemberships' }])
    expect((await world.copy(first)).edges).toEqual(before.edges)
  })

  test('keeps everything when the secret is replaced', async () => {
    const before = await world.copy(first)
    const { id: _id, value } = world.emulator.apps.addSecret(world.emulator.app.clientId)

    await world.connect(first, { secret: value })
    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await world.copy(first)).toEqual(before)
  })
})
