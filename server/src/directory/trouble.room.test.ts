import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { runSync } from './run-sync.ts'
import { findRun, insertRun } from './sync-runs-store.ts'
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
