import { expect, test } from 'vitest'
import { startWorld } from './world/world.ts'

test('a new server is alive and ready, and shows strangers nothing', async () => {
  await using world = await startWorld()
  const status = async (path: string) => (await fetch(new URL(path, world.server.url))).status

  expect(await status('/healthz')).toBe(200)
  expect(await status('/readyz')).toBe(200)
  expect(await status('/api/v1/organizations')).toBe(401)
})
