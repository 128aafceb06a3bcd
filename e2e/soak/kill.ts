import { parseArgs } from 'node:util'
import { startPostgres } from '../../server/testing/postgres.ts'
import { killedLife } from '../world/killed-life.ts'

// The long form of killed-at-any-moment.test.ts: seed after seed, each ten deaths of real servers.
// `npm run soak:kill -- --minutes 60 --seed 1`

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } },
})
const postgres = await startPostgres()
const endsAt = performance.now() + Number(values.minutes) * 60_000
try {
  let inside = 0
  for (let seed = Number(values.seed); performance.now() < endsAt; seed += 1) {
    const deaths = await killedLife(postgres, seed)
    inside += deaths.filter(({ isInside }) => isInside).length
    process.stdout.write(`seed ${seed} is well, ${inside} deaths in the middle of a run so far\n`)
  }
} finally {
  await postgres.stop()
}
