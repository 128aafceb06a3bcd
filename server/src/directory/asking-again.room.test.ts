import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findRun } from './sync-runs-store.ts'

// Objects that a run asks for one by one, since delta would not tell them.

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

const HOUR_MS = 60 * 60_000

describe('an object that could not be taken over', () => {
  async function withOdd(): Promise<string> {
    const odd = world.emulator.directory.users[3]?.id ?? ''
    await world.connect(first)
    world.emulator.directory.updateUser(odd, { jobTitle: 7 as unknown as string })
    await world.sync(first)
    await world.clock.wait(HOUR_MS)
    return odd
  }
  const unapplied = async () =>
    (
      await world.db
        .selectFrom('directory_unapplied')
        .select('entra_id')
        .where('organization_id', '=', first)
        .execute()
    ).map((row) => row.entra_id)

  test('is not asked for while its kind is switched off', async () => {
    const odd = await withOdd()
    world.emulator.directory.updateUser(odd, { jobTitle: 'Teacher' })
    await world.connect(first, { syncUsers: false })

    await world.sync(first)

    expect((await world.copy(first)).users.map((user) => user.entra_id)).not.toContain(odd)
    expect(await unapplied()).toEqual([odd])
  })

  test('and is gone in Entra is not forgotten by a worker that lost its run', async () => {
    const odd = await withOdd()
    const { trouble } = world.emulator
    // Gone for whoever asks for it, and not yet told.
    trouble.add({ path: `/v1.0/users/${odd}`, fault: { kind: 'not-found' } })
    trouble.add({ path: `/v1.0/users/${odd}`, fault: { kind: 'delay', ms: 300 } })
    const slow = world.sync(first)
    // From here on nothing is written but what is asked for one by one.
    await expect.poll(readNow, { interval: 20 }).toBe(3)
    await world.db
      .updateTable('sync_runs')
      .set({ lease: 'lease_other' })
      .where('organization_id', '=', first)
      .where('state', '=', 'running')
      .execute()

    expect((await slow).outcome).toEqual({ kind: 'notOurs' })
    expect(await unapplied()).toEqual([odd])
  })

  const readNow = async () =>
    (
      await world.db
        .selectFrom('directory_streams')
        .select('stream')
        .where('organization_id', '=', first)
        .where('last_success_at', '=', world.clock.now())
        .execute()
    ).length
})

describe('memberships of somebody who came back', () => {
  const stale = async () =>
    (
      await world.db
        .selectFrom('directory_users')
        .select('entra_id')
        .where('organization_id', '=', first)
        .where('memberships_stale', '=', true)
        .execute()
    ).map((row) => row.entra_id)
  const groupsOf = async (person: string) =>
    (await world.copy(first)).edges
      .filter((edge) => edge.member_entra_id === person)
      .map((edge) => edge.group_entra_id)

  /** People in a group who are away and, in the next run, back. */
  async function returning(count: number) {
    const { directory } = world.emulator
    await world.connect(first)
    await world.sync(first)
    const group = directory.groups.find(
      ({ id, visibility }) =>
        visibility !== 'HiddenMembership' &&
        directory.members(id).filter(({ kind }) => kind === 'user').length >= count,
    )
    const people = directory
      .members(group?.id ?? '')
      .filter(({ kind }) => kind === 'user')
      .slice(0, count)
      .map(({ id }) => id)
    for (const id of people) directory.deleteUser(id)
    await world.sync(first)
    for (const id of people) directory.restoreUser(id)
    return { group: group?.id ?? '', people }
  }

  test('stay open for whom Graph refuses, and the others are asked about', async () => {
    const { people } = await returning(2)
    const [refused] = people.toSorted()
    world.emulator.trouble.add({
      path: `/v1.0/users/${refused}/memberOf`,
      fault: { kind: 'answer', status: 400 },
    })

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await stale()).toEqual([refused])
  })

  test.each(['a list that leads in a circle', 'no list at all'])(
    'stay open where Graph answers with %s, and the run comes to its end',
    async (answer) => {
      const { people } = await returning(1)
      const [person] = people
      const next = `${world.emulator.url}/v1.0/users/${person}/memberOf?$skiptoken=x`
      const circle = { value: [], '@odata.nextLink': next }
      const body = answer === 'no list at all' ? { value: 7 } : circle
      world.emulator.trouble.add({
        path: '/v1.0/users/*/memberOf',
        fault: { kind: 'answer', status: 200, body },
      })

      expect((await world.sync(first)).outcome).toEqual({ kind: 'succeeded' })
      expect(await stale()).toEqual(people)
      world.emulator.trouble.clear()
      await world.sync(first)

      expect(await stale()).toEqual([])
      expect(await world.copy(first)).toEqual(truthOf(world.emulator))
    },
  )

  test('are no longer asked about where that is forbidden, and the run goes on', async () => {
    const { people } = await returning(2)
    world.emulator.trouble.add({ path: '/v1.0/users/*/memberOf', fault: { kind: 'forbidden' } })

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect((await stale()).toSorted()).toEqual(people.toSorted())
    for (const one of people) {
      expect(world.emulator.log.count({ path: `/v1.0/users/${one}/memberOf` })).toBe(1)
    }
    expect(world.emulator.log.count({ path: '/v1.0/$batch' })).toBe(1)
  })

  test('of twenty people are asked for in one request', async () => {
    await world.connect(first)
    await world.sync(first)
    const people = world.emulator.directory.users.slice(0, 20).map(({ id }) => id)
    for (const id of people) world.emulator.directory.deleteUser(id)
    await world.sync(first)
    for (const id of people) world.emulator.directory.restoreUser(id)
    const asked = (await findRun(world.db, first, (await world.sync(first, 'delta')).id))?.requests

    expect(await stale()).toEqual([])
    expect(world.emulator.log.count({ path: '/v1.0/$batch' })).toBe(1)
    // And a page of each stream.
    expect(asked).toBe(4)
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('are asked for again alone where Graph throttles one of them, after its wait', async () => {
    const { people } = await returning(2)
    const [one = ''] = people
    world.emulator.trouble.add({
      path: `/v1.0/users/${one}/memberOf`,
      count: 1,
      fault: { kind: 'throttle', retryAfter: '7' },
    })
    world.emulator.log.clear()

    await world.sync(first)

    const calls = world.emulator.log.entries({ path: `/v1.0/users/${one}/memberOf` })
    expect(calls.map(({ status, inBatch }) => [status, inBatch])).toEqual([
      [429, true],
      [200, false],
    ])
    expect(world.emulator.log.earlyCalls()).toEqual([])
    expect(world.clock.waitedMs).toContain(7000)
    expect(await stale()).toEqual([])
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('of somebody who is gone again meanwhile are asked for no more', async () => {
    const { people } = await returning(2)
    const [gone = ''] = people
    world.emulator.trouble.add({
      path: `/v1.0/users/${gone}/memberOf`,
      fault: { kind: 'not-found' },
    })

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await stale()).toEqual([])
    expect(world.emulator.log.count({ path: `/v1.0/users/${gone}/memberOf` })).toBe(1)
  })

  test('that fill more than a page are followed to their end', async () => {
    const { directory } = world.emulator
    await world.connect(first)
    const person = directory.users[0]?.id ?? ''
    for (let count = 0; count < 120; count += 1) {
      directory.addMember(directory.addGroup({ displayName: `One of many ${count}` }).id, person)
    }
    await world.sync(first)
    const other = directory.users[1]?.id ?? ''
    for (const id of [person, other]) directory.deleteUser(id)
    await world.sync(first)
    for (const id of [person, other]) directory.restoreUser(id)
    world.emulator.log.clear()

    await world.sync(first)

    const calls = world.emulator.log.entries({ path: `/v1.0/users/${person}/memberOf` })
    expect(calls.map(({ inBatch }) => inBatch)).toEqual([true, false])
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('that delta told a moment ago survive an answer that has not heard of them', async () => {
    const { directory, trouble } = world.emulator
    const {
      people: [person = ''],
    } = await returning(1)
    const joined = directory.groups.find(
      ({ id, visibility }) =>
        visibility !== 'HiddenMembership' &&
        !directory.members(id).some((one) => one.id === person),
    )
    directory.addMember(joined?.id ?? '', person)
    trouble.add({
      path: `/v1.0/users/${person}/memberOf`,
      count: 1,
      fault: { kind: 'answer', status: 200, body: { value: [] } },
    })

    await world.sync(first)

    expect(await groupsOf(person)).toEqual([joined?.id])
    expect(await stale()).toEqual([person])

    await world.sync(first)

    expect(await stale()).toEqual([])
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('that ended while somebody was away are gone, however new they were', async () => {
    const { directory, scenario } = world.emulator
    scenario.delta.losesChangesWhileAway = true
    await world.connect(first)
    await world.sync(first)
    const group = directory.groups.find(({ visibility }) => visibility !== 'HiddenMembership')
    const inside = new Set(directory.members(group?.id ?? '').map(({ id }) => id))
    const person = directory.users.find(({ id }) => !inside.has(id))?.id ?? ''
    directory.addMember(group?.id ?? '', person)
    await world.sync(first)
    directory.deleteUser(person)
    await world.sync(first)
    directory.removeMember(group?.id ?? '', person)
    directory.restoreUser(person)

    await world.sync(first)

    expect(await groupsOf(person)).not.toContain(group?.id)
    expect(await stale()).toEqual([])
  })
})
