import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { dice } from '../../testing/dice.ts'
import { openGroups } from '../../testing/tenant-life.ts'
import { triedOutLife } from '../../testing/tried-out-life.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 45, groups: 14 })
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const groupAt = (index: number) => openGroups(world.emulator.directory)[index]?.id ?? ''

// Longer, with other dice: `npm run soak:sync`.
test.each([
  ['of everybody', 1, () => ({ brake: { atLeast: 5, percent: 0 } })],
  [
    'of a group and all within it, without guests',
    2,
    () => ({
      guests: 'exclude' as const,
      removedUsers: { graceDays: 5 },
      scope: {
        kind: 'groups' as const,
        groups: [4, 5].map((at) => ({ entraId: groupAt(at), transitive: true })),
      },
    }),
  ],
])(
  'what a dry run shows is what the run after it does, on any day %s (seed %i)',
  async (_who, seed, rules) => {
    await world.connect(first, { settings: rules() })
    await world.sync(first)
    const life = triedOutLife(world, first, dice(seed))

    for (let day = 0; day < 6; day += 1) await life.day(40)

    expect(life.seen.changes).toBeGreaterThan(0)
    if (seed === 1) expect(life.seen.holds).toBeGreaterThan(0)
  },
  120_000,
)
