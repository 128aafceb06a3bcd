import { expect, test } from 'vitest'
import { startPostgres } from '../server/testing/postgres.ts'
import { killedLife } from './world/killed-life.ts'

// Longer, with other dice: `npm run soak:kill`.
test('a server that is killed in any phase of a synchronisation ends where an undisturbed one does, on both databases', async () => {
  await using stack = new AsyncDisposableStack()
  const postgres = await startPostgres()
  stack.defer(() => postgres.stop())

  const deaths = await killedLife(postgres, 1)

  expect(deaths).toHaveLength(10)
  expect(deaths.filter(({ isInside }) => isInside).length).toBeGreaterThan(4)
}, 600_000)
