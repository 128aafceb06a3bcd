import { parseArgs } from 'node:util'
import { migrations } from '../migrations/index.ts'
import { openDatabase } from '../src/platform/database.ts'
import { migrate } from '../src/platform/migrate.ts'
import { connectedWorld } from './connected.ts'
import { largeGroup } from './large-group.ts'

// The long form of large-groups.room.test.ts: one group, loaded whole, of which many come and go at
// once. `npm run soak:groups -- --members 300000 --flip 50000`

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '300000' },
    flip: { type: 'string', default: '50000' },
  },
})
const [members, flip] = [Number(values.members), Number(values.flip)]
const database = await openDatabase({ kind: 'embedded', folder: 'memory' })
await migrate(database, migrations)
const { db, kind } = database
const closing = { truncate: async () => undefined, [Symbol.asyncDispose]: () => database.close() }
await using world = await connectedWorld({ kind, db, database, ...closing }, { users: 1000 })
Object.assign(world.parts, { batchSize: 5000 })
const { first } = await world.organizations()
const group = await largeGroup(world, first, members)
for (let number = 0; number < flip; number += 1) {
  world.emulator.directory.addUser({
    userPrincipalName: `late.${number}@contoso.example`,
    displayName: `Late ${number}`,
  })
}
await timed(`a first load of ${members} members`, () => group.load())
await timed(`${flip} come and as many go`, () => group.flip(flip))
const most = await group.readSlowly(5000)
process.stdout.write(`${most.members} members at once at most, ${most.waiting} pages waiting\n`)
await database.close()

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1000
  process.stdout.write(`${what}: ${seconds.toFixed(1)} s\n`)
}
