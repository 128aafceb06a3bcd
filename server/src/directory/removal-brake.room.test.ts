import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
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
