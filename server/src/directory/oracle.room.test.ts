import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { dice } from '../../testing/dice.ts'
import { watchedLife } from '../../testing/oracle.ts'
import { openGroups } from '../../testing/tenant-life.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 50, groups: 14 })
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const groupAt = (index: number) => openGroups(world.emulator.directory)[index]?.id ?? ''

test.each([
  ['everybody', 1, () => ({ scope: { kind: 'all' } as const })],
  [
    'the members of two groups, without guests',
    2,
    () => ({
      guests: 'exclude' as const,
      scope: {
        kind: 'groups' as const,
        groups: [0, 3].map((at) => ({ entraId: groupAt(at), transitive: false })),
      },
    }),
  ],
  [
    'a group and all within it, without locked accounts',
    3,
    () => ({
      disabledUsers: 'ignore' as const,
      removedUsers: { graceDays: 0 },
      scope: {
        kind: 'groups' as const,
        groups: [4, 5, 6].map((at) => ({ entraId: groupAt(at), transitive: true })),
      },
    }),
  ],
])(
  'through changes, trouble and sudden deaths a copy of %s stays what the tenant is (seed %i)',
  async (_who, seed, rules) => {
    const roll = dice(seed)
    const life = await watchedLife(world, first, roll, {
      removedUsers: { graceDays: 10 },
      customFields: [{ name: 'town', attribute: 'city' }],
      ...rules(),
    })

    for (let day = 0; day < 8; day += 1) await life.day(120)

    expect(life.seen.deaths).toBeGreaterThan(0)
  },
  120_000,
)
