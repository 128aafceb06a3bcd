import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { largeGroup } from '../../testing/large-group.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

// With 50,000 and 300,000 members: `npm run soak:groups`; what memory 300,000 take: `npm run bench:sync`.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 60, groups: 14 })
  // As a run does by default, and not page by page.
  Object.assign(world.parts, { batchSize: 5000 })
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

test('a dynamic group that flips 2,500 of its 5,000 members tells each of them once', async () => {
  const group = await largeGroup(world, first, 5000)
  await group.load()
  for (let number = 0; number < 2500; number += 1) {
    world.emulator.directory.addUser({
      userPrincipalName: `late.${number}@contoso.example`,
      displayName: `Late ${number}`,
    })
  }

  await group.flip(2500)

  const { id: _id, outcome } = await world.sync(first)
  expect(outcome).toEqual({ kind: 'succeeded' })
  await group.compare()
})

test('of a group of 30,000 no more than a batch of members is written at once, and no more than another waits', async () => {
  const group = await largeGroup(world, first, 30_000)

  const { members, waiting, all } = await group.readSlowly(5000)

  expect(all).toBeGreaterThanOrEqual(30_000)
  expect(members).toBeLessThanOrEqual(5000)
  // Nine pages of 500 members, which are the next batch, and the one that does not fit into it.
  expect(waiting).toBeLessThanOrEqual(10)
})
