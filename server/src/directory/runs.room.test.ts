import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { cancelRun } from './held-runs-store.ts'
import { beat, findAbandonedRuns, LEASE_MS, takeRun } from './run-leases-store.ts'
import { runSync } from './run-sync.ts'
import { findRun, insertRun } from './sync-runs-store.ts'

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
    world.emulator.trouble.add({
      path: '/v1.0/users/delta',
      nth: [3, 4, 5, 6],
      fault: { kind: 'hang' },
    })
    const process = new AbortController()
    await insertRun(world.db, first, newRun('run_a'))
    const dying = runSync(world.parts, first, 'run_a', process.signal)
    await expect
      .poll(async () => (await world.copy(first)).users.length, { interval: 20, timeout: 10_000 })
      .toBe(20)
    process.abort()
    await expect(dying).rejects.toThrow()
    world.emulator.log.clear()
    world.emulator.trouble.clear()

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
      fault: { kind: 'delay', ms: 1500 },
    })
    const slow = runSync(world.parts, first, 'run_a', new AbortController().signal)
    await expect
      .poll(async () => (await world.copy(first)).users.length, { interval: 20, timeout: 10_000 })
      .toBe(20)
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
      fault: { kind: 'delay', ms: 1500 },
    })
    const running = runSync(world.parts, first, 'run_a', new AbortController().signal)
    await expect
      .poll(async () => (await world.copy(first)).users.length, { interval: 20, timeout: 10_000 })
      .toBe(20)

    const at = world.clock.now().toISOString()
    const cancelled = { kind: 'cancelled', by: 'test', at, reason: null } as const
    expect(await cancelRun(world.db, first, 'run_a', cancelled)).toBe(true)

    expect(await running).toEqual({ kind: 'cancelled' })
    const run = await findRun(world.db, first, 'run_a')
    expect(run?.state).toBe('cancelled')
    expect(run?.counts.users.created).toBe((await world.copy(first)).users.length)
  })
})
