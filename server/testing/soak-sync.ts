import { parseArgs } from 'node:util'
import type { DirectorySettings } from '@mooring/contract/directory'
import { migrations } from '../migrations/index.ts'
import { openDatabase } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import { connectedWorld } from './connected.ts'
import { dice } from './dice.ts'
import { watchedLife } from './oracle.ts'
import { openGroups } from './tenant-life.ts'
import { triedOutLife } from './tried-out-life.ts'

// The long form of oracle.room.test.ts and dry-run-days.room.test.ts: seed after seed, each a tenant of its own, until the time is
// over or something is wrong. `npm run soak:sync -- --minutes 60 --seed 1`

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } },
})
const endsAt = performance.now() + Number(values.minutes) * 60_000
let seed = Number(values.seed)
let happenings = 0
for (; performance.now() < endsAt; seed += 1) {
  try {
    happenings += await live(seed)
    process.stdout.write(`seed ${seed} is well, ${happenings} happenings so far\n`)
  } catch (error) {
    process.stderr.write(`seed ${seed} went wrong: npm run soak:sync -- --seed ${seed}\n`)
    throw error
  }
}

async function live(number: number): Promise<number> {
  const database = await openDatabase({ kind: 'embedded', folder: 'memory' })
  await migrate(database, migrations)
  const { db, kind } = database
  const closing = { truncate: async () => undefined, [Symbol.asyncDispose]: () => database.close() }
  await using world = await connectedWorld(
    { kind, db, database, ...closing },
    { users: 50, groups: 14 },
  )
  const { first } = await world.organizations()
  const roll = dice(number)
  const life = await watchedLife(world, first, roll, someRules())
  for (let day = 0; day < 20; day += 1) await life.day(200)
  const triedOut = triedOutLife(world, first, roll)
  for (let day = 0; day < 10; day += 1) await triedOut.day(80)
  await database.close()
  return life.seen.happenings

  function someRules(): Partial<DirectorySettings> {
    const groups = [0, 1, 2].map(() => ({
      entraId: roll.pick(openGroups(world.emulator.directory))?.id ?? '',
      transitive: roll(2) === 0,
    }))
    return {
      scope: roll(3) === 0 ? { kind: 'all' } : { kind: 'groups', groups },
      guests: roll(2) ? 'include' : 'exclude',
      disabledUsers: roll(2) ? 'lock' : 'ignore',
      removedUsers: { graceDays: roll.pick([0, 10, 31]) ?? 0 },
      customFields: [{ name: 'town', attribute: 'city' }],
    }
  }
}
