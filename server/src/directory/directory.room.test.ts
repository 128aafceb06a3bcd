import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listGroups } from './groups-store.ts'
import { listMembers } from './members-store.ts'
import { runSync } from './run-sync.ts'
import { findStream } from './streams-store.ts'
import {
  beat,
  cancelRun,
  findAbandonedRuns,
  findRun,
  insertRun,
  LEASE_MS,
  takeRun,
} from './sync-runs-store.ts'
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

describe('trouble', () => {
  test.each(['2', '2.128', '0', null])(
    'with a Retry-After of %j no page is lost, and there is a pause',
    async (retryAfter) => {
      await world.connect(first)
      world.emulator.scenario.delta.pageSizes = [10]
      const fault = { kind: 'throttle', retryAfter } as const
      world.emulator.trouble.add({ path: '/v1.0/users/delta', nth: [2, 4], fault })

      const { outcome } = await world.sync(first)

      expect(outcome).toEqual({ kind: 'succeeded' })
      expect(await world.copy(first)).toEqual(truthOf(world.emulator))
      // Where the header names no pause the back-off decides; half of its ceiling, by this world's chance.
      const expected = { '2': 2000, '2.128': 2128 }[retryAfter ?? ''] ?? 1000
      expect(world.clock.waitedMs[0]).toBe(expected)
    },
  )

  test.each([
    { kind: 'answer', status: 503 },
    { kind: 'html', status: 502 },
    { kind: 'reset' },
    { kind: 'reset', when: 'midway' },
    { kind: 'truncate' },
  ] as const)('a page that fails with %j is asked for again', async (fault) => {
    await world.connect(first)
    world.emulator.scenario.delta.pageSizes = [10]
    world.emulator.trouble.add({ path: '/v1.0/users/delta', nth: [2, 3], fault })

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test.each([
    { kind: 'corrupt-json' },
    { kind: 'oversize', sizeBytes: 40_000_000 },
    { kind: 'gzip-bomb', sizeBytes: 400_000_000 },
    { kind: 'html', status: 200 },
    { kind: 'empty-page' },
    { kind: 'stale-page' },
    { kind: 'duplicate-items' },
    { kind: 'drift', how: 'new-fields' },
  ] as const)('%j on one page neither loses nor invents anybody', async (fault) => {
    await world.connect(first)
    world.emulator.scenario.delta.pageSizes = [10]
    world.emulator.trouble.add({ path: '/v1.0/users/delta', nth: [2], fault })

    await world.sync(first)
    await world.sync(first)

    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test.each(['resync', 'expired-sync-state'] as const)(
    '%s in the middle of a round starts it over',
    async (kind) => {
      await world.connect(first)
      world.emulator.scenario.delta.pageSizes = [10]
      world.emulator.trouble.add({ path: '/v1.0/users/delta', nth: [3], fault: { kind } })

      const { outcome } = await world.sync(first)

      expect(outcome).toEqual({ kind: 'succeeded' })
      expect(await world.copy(first)).toEqual(truthOf(world.emulator))
    },
  )

  test('a link to another host is not followed, and the token does not go there', async () => {
    await world.connect(first)
    world.emulator.scenario.delta.pageSizes = [10]
    world.emulator.trouble.add({
      path: '/v1.0/users/delta',
      nth: [1],
      fault: { kind: 'foreign-link' },
    })

    const { outcome } = await world.sync(first)

    expect(outcome).toMatchObject({ kind: 'failed', problem: { code: 'untrustedLink' } })
    // Nor does it stand in the way of the run after it.
    expect((await world.sync(first)).outcome).toEqual({ kind: 'succeeded' })
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('an organization that is deleted meanwhile ends its run without a word', async () => {
    const { clients, parts, db } = world
    await world.connect(second)
    const id = newId('run')
    await insertRun(db, second, {
      ...{ id, mode: 'full', trigger: 'api', requestedBy: 'a test' },
      requestedAt: world.clock.now(),
    })
    const find: typeof clients.find = async (organization) => {
      const client = await clients.find(organization)
      if (!client) return undefined
      const get: typeof client.graph.get = async (target, options) => {
        if (target.includes('/delta')) {
          await db.deleteFrom('organizations').where('id', '=', second).execute()
        }
        return await client.graph.get(target, options)
      }
      return { ...client, graph: { ...client.graph, get } }
    }
    const { signal } = new AbortController()

    const outcome = await runSync({ ...parts, clients: { ...clients, find } }, second, id, signal)

    expect(outcome).toEqual({ kind: 'notOurs' })
    expect(world.log).toEqual([])
  })

  test('a name that no database can keep stops nobody, and is kept as far as it can be', async () => {
    await world.connect(first)
    const [nul, half, long] = world.emulator.directory.users
    if (!nul || !half || !long) throw new Error('no users')
    world.emulator.directory.updateUser(nul.id, { displayName: 'A\u0000B' })
    world.emulator.directory.updateUser(half.id, { displayName: 'C\ud800D' })
    world.emulator.directory.updateUser(long.id, { displayName: `${'e'.repeat(399)}🤷` })

    const { outcome } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    const { users } = await listUsers(world.db, first, { ...listed, limit: 1000 })
    const names = new Map(users.map((user) => [user.entra_id, user.display_name]))
    expect([nul, half, long].map(({ id }) => names.get(id))).toEqual([
      'A\ufffdB',
      'C\ufffdD',
      `${'e'.repeat(399)}🤷`,
    ])
  })

  test('a nextLink that leads in a circle ends the run', async () => {
    await world.connect(first)
    world.emulator.scenario.delta.pageSizes = [10]
    world.emulator.trouble.add({
      path: '/v1.0/users/delta',
      after: 1,
      fault: { kind: 'looping-link' },
    })

    const { outcome } = await world.sync(first)

    expect(outcome).toMatchObject({ kind: 'failed', problem: { code: 'loopingLink' } })
  })

  test('an object that cannot be read is told, and the others are taken over', async () => {
    await world.connect(first)
    const odd = world.emulator.directory.users[3]
    if (!odd) throw new Error('the seed is too small')
    // A number where a text belongs, as after a change of Microsoft's.
    world.emulator.directory.updateUser(odd.id, { jobTitle: 7 as unknown as string })

    const { outcome, id } = await world.sync(first)

    expect(outcome).toEqual({ kind: 'succeeded' })
    const run = await findRun(world.db, first, id)
    expect(run?.counts.users.failed).toBe(1)
    const problems = await world.db
      .selectFrom('sync_problems')
      .selectAll()
      .where('organization_id', '=', first)
      .execute()
    expect(problems).toMatchObject([
      {
        kind: 'user',
        entra_id: odd.id,
        code: 'unreadableProperty',
        values: { property: 'jobTitle' },
      },
    ])
    expect((await world.copy(first)).users).toHaveLength(world.emulator.directory.users.length - 1)
  })

  test('a permission that is missing for groups lets people go on, and is named', async () => {
    await world.connect(first)
    world.emulator.apps.revoke(world.emulator.app.clientId, ['Group.Read.All'])

    const { outcome } = await world.sync(first)

    expect(outcome).toMatchObject({
      kind: 'failed',
      problem: { code: 'Authorization_RequestDenied', values: { permission: 'Group.Read.All' } },
    })
    expect((await world.copy(first)).users).toEqual(truthOf(world.emulator).users)
  })

  test('a wrong secret fails once and does not hammer the token endpoint', async () => {
    await world.connect(first, { secret: 'wrong~secret+value/=' })

    const { outcome } = await world.sync(first)

    expect(outcome).toMatchObject({ kind: 'failed', problem: { code: 'AADSTS7000215' } })
    expect(world.emulator.log.count({ side: 'login' })).toBeLessThanOrEqual(2)
  })

  test('nothing that a run leaves behind contains the secret or a token', async () => {
    await world.connect(first)
    world.emulator.trouble.add({
      path: '/v1.0/groups/delta',
      fault: { kind: 'answer', status: 403 },
    })
    await world.sync(first)

    const token = (await (await world.clients.find(first))?.tokens.token())?.value ?? 'none'
    const runs = JSON.stringify(
      await world.db
        .selectFrom('sync_runs')
        .selectAll()
        .where('organization_id', '=', first)
        .execute(),
    )
    for (const text of [runs, world.log.join('')]) {
      expect(text).not.toContain(world.emulator.app.secret)
      expect(text).not.toContain(token)
    }
  })
})

describe('a run', () => {
  const newRun = (id: `run_${string}`) =>
    ({
      id,
      mode: 'delta',
      trigger: 'api',
      requestedBy: 'test',
      requestedAt: world.clock.now(),
    }) as const

  test('is alone in its organization', async () => {
    expect(await insertRun(world.db, first, newRun('run_a'))).toBe(true)
    expect(await insertRun(world.db, first, newRun('run_b'))).toBe(false)
    expect(await insertRun(world.db, second, newRun('run_c'))).toBe(true)
  })

  test('is held by one worker, and taken over when that one falls silent', async () => {
    await insertRun(world.db, first, newRun('run_a'))

    const mine = await takeRun(world.db, first, 'run_a', 'lease_1', world.clock.now())
    const theirs = await takeRun(world.db, first, 'run_a', 'lease_2', world.clock.now())
    await world.clock.wait(LEASE_MS + 1)
    const abandoned = await findAbandonedRuns(world.db, world.clock.now())
    const later = await takeRun(world.db, first, 'run_a', 'lease_2', world.clock.now())

    expect([mine?.id, theirs, later?.id]).toEqual(['run_a', undefined, 'run_a'])
    expect(abandoned).toEqual([{ organization: first, id: 'run_a' }])
  })

  test('that shows signs of life is nobody else\u2019s', async () => {
    await insertRun(world.db, first, newRun('run_a'))
    await takeRun(world.db, first, 'run_a', 'lease_1', world.clock.now())
    await world.clock.wait(LEASE_MS)
    await beat(world.db, first, { id: 'run_a', lease: 'lease_1' }, world.clock.now())
    await world.clock.wait(LEASE_MS - 1)

    expect(await takeRun(world.db, first, 'run_a', 'lease_2', world.clock.now())).toBeUndefined()
  })

  test('whose worker died goes on where the last page was committed', async () => {
    world.emulator.scenario.delta.pageSizes = [10]
    await world.connect(first)
    // The third page never comes; the process is stopped while it waits.
    world.emulator.trouble.add({ path: '/v1.0/users/delta', nth: [3], fault: { kind: 'hang' } })
    const process = new AbortController()
    await insertRun(world.db, first, newRun('run_a'))
    const dying = runSync(world.parts, first, 'run_a', process.signal)
    await expect.poll(async () => (await world.copy(first)).users.length, { interval: 20 }).toBe(20)
    process.abort()
    await expect(dying).rejects.toThrow()
    world.emulator.log.clear()

    const outcome = await runSync(world.parts, first, 'run_a', new AbortController().signal)

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
    // 60 people are six pages; the first two were not asked for again.
    expect(world.emulator.log.count({ path: '/v1.0/users/delta' })).toBeLessThanOrEqual(5)
  })

  test('that somebody else has taken writes nothing more', async () => {
    world.emulator.scenario.delta.pageSizes = [10]
    await world.connect(first)
    await insertRun(world.db, first, newRun('run_a'))
    world.emulator.trouble.add({
      path: '/v1.0/users/delta',
      nth: [3],
      fault: { kind: 'delay', ms: 300 },
    })
    const slow = runSync(world.parts, first, 'run_a', new AbortController().signal)
    await expect.poll(async () => (await world.copy(first)).users.length, { interval: 20 }).toBe(20)
    await world.db
      .updateTable('sync_runs')
      .set({ lease: 'lease_other' })
      .where('organization_id', '=', first)
      .where('id', '=', 'run_a')
      .execute()

    expect(await slow).toEqual({ kind: 'notOurs' })
    expect((await world.copy(first)).users).toHaveLength(20)
  })

  test('stops after its present page when an administrator says so, and what was committed stays', async () => {
    world.emulator.scenario.delta.pageSizes = [10]
    await world.connect(first)
    await insertRun(world.db, first, newRun('run_a'))
    world.emulator.trouble.add({
      path: '/v1.0/users/delta',
      nth: [3],
      fault: { kind: 'delay', ms: 300 },
    })
    const running = runSync(world.parts, first, 'run_a', new AbortController().signal)
    await expect.poll(async () => (await world.copy(first)).users.length, { interval: 20 }).toBe(20)

    const at = world.clock.now().toISOString()
    const cancelled = { kind: 'cancelled', by: 'test', at, reason: null } as const
    expect(await cancelRun(world.db, first, 'run_a', cancelled)).toBe(true)

    expect(await running).toEqual({ kind: 'cancelled' })
    const run = await findRun(world.db, first, 'run_a')
    expect(run?.state).toBe('cancelled')
    expect(run?.counts.users.created).toBe((await world.copy(first)).users.length)
  })
})

describe('what people look at', () => {
  beforeEach(async () => {
    await world.connect(first)
    await world.sync(first)
  })

  test('is paged without a person lost or doubled', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listUsers(world.db, first, {
        ...listed,
        limit: 7,
        ...(cursor ? { cursor } : {}),
      })
      seen.push(...page.users.map((user) => user.entra_id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)

    expect(seen.toSorted()).toEqual(
      world.emulator.directory.users.map((user) => user.id).toSorted(),
    )
  })

  test.each(['displayName', 'userPrincipalName', 'department'] as const)(
    'is sorted by %s, both ways',
    async (sort) => {
      const up = await listUsers(world.db, first, { limit: 1000, sort })
      const down = await listUsers(world.db, first, { limit: 1000, sort, descending: true })

      expect(down.users.map((user) => user.id)).toEqual(up.users.map((user) => user.id).reverse())
      expect(up.total).toBe(up.users.length)
    },
  )

  test('is found by the beginning of any word of it', async () => {
    const somebody = world.emulator.directory.users.find((user) => user.surname && user.givenName)
    const typed = `${somebody?.surname?.slice(0, 4)} ${somebody?.givenName?.slice(0, 3)}`

    const page = await listUsers(world.db, first, { ...listed, search: typed })

    expect(page.users.map((user) => user.entra_id)).toContain(somebody?.id)
    expect(page.total).toBeLessThan(world.emulator.directory.users.length)
  })

  test.each(["'); drop table directory_users; --", '\\', '%', ':*', '\u0000'])(
    'takes %j as a text to search for',
    async (search) => {
      await expect(listUsers(world.db, first, { ...listed, search })).resolves.toBeDefined()
    },
  )

  test.each(['', 'x', 'W10', 'eyJhIjoxfQ', Buffer.from('["a"]').toString('base64url')])(
    'refuses the cursor %j, which it did not make',
    async (cursor) => {
      if (cursor === '') return
      await expect(listUsers(world.db, first, { ...listed, cursor })).rejects.toThrow(
        'cursorInvalid',
      )
    },
  )

  test('shows each member of nested groups once, also where they form a circle', async () => {
    const { directory } = world.emulator
    for (const group of directory.groups) {
      const expected = new Set<string>()
      const visit = (id: string, seen: Set<string>) => {
        if (seen.has(id)) return
        seen.add(id)
        for (const member of directory.members(id)) {
          expected.add(member.id)
          if (member.kind === 'group') visit(member.id, seen)
        }
      }
      if (group.visibility === 'HiddenMembership') continue
      visit(group.id, new Set())
      expected.delete(group.id)

      const { members } = await listMembers(world.db, first, group.id, {
        limit: 1000,
        cursor: undefined,
        transitive: true,
      })

      expect(members.map((member) => member.entraId).toSorted()).toEqual([...expected].toSorted())
    }
  })
})
