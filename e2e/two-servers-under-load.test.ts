import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changeRandomly, type Emulator, startEmulator } from '@mooring/emulator'
import { expect, test } from 'vitest'
import { startPostgres } from '../server/testing/postgres.ts'
import { type Seen, SynchronisedServer } from './world/synchronised-server.ts'

const STREAMS = ['users', 'groups', 'devices'].map((name) => `/v1.0/${name}/delta`)
/** The promise: nobody waits longer than this for what a dead server was at. */
const TAKE_OVER_MS = 30_000

test('of two servers on one PostgreSQL, one reads each stream while the tenant changes, and the other takes over within half a minute', async () => {
  await using stack = new AsyncDisposableStack()
  const emulator = stack.use(await startEmulator({ users: 60, groups: 14 }))
  emulator.scenario.delta.pageSizes = [5]
  emulator.scenario.latencyMs = 30
  const [a, b] = await startTwo(stack, emulator)
  await a.connect(emulator)
  a.shareTokenWith(b)

  for (const seed of [1, 2, 3]) {
    changeRandomly(emulator.directory, 40, seed)
    emulator.log.clear()
    const run = await startOnBoth([a, b], 'full')
    // The tenant does not stand still while it is read.
    changeRandomly(emulator.directory, 10, 10 + seed)
    expect((await b.untilEnded(run)).state).toBe('succeeded')
    expect(pagesReadTwice(emulator)).toEqual([])
  }
  const last = await a.startRun('delta')
  await a.untilEnded(last)
  expectTruth(await b.look(last), emulator)

  changeRandomly(emulator.directory, 40, 4)
  const orphan = await startOnBoth([a, b], 'full')
  await expect.poll(() => pagesRead(emulator), { timeout: 10_000, interval: 20 }).toBeGreaterThan(3)
  await a.kill()
  const killedAt = Date.now()
  emulator.scenario.latencyMs = 0
  const { state, finishedAt } = await b.untilEnded(orphan)

  expect(state).toBe('succeeded')
  expect(Date.parse(finishedAt ?? '') - killedAt).toBeLessThan(TAKE_OVER_MS)
  expectTruth(await b.look(orphan), emulator)
}, 600_000)

async function startTwo(stack: AsyncDisposableStack, emulator: Emulator) {
  const postgres = await startPostgres()
  stack.defer(() => postgres.stop())
  await postgres.createDatabase('shared')
  const folder = await mkdtemp(join(tmpdir(), 'mooring-two-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const keyFile = join(folder, 'master.key')
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
  const start = async (name: string) =>
    stack.use(
      await SynchronisedServer.start(emulator, {
        DATABASE_URL: postgres.url('shared'),
        MOORING_MASTER_KEY_FILE: keyFile,
        MOORING_DATA_DIR: join(folder, name),
      }),
    )
  return [await start('a'), await start('b')] as const
}

/** Both are asked at the same time: one starts a run, the other says that one is under way. */
async function startOnBoth(servers: readonly SynchronisedServer[], mode: 'full'): Promise<string> {
  const answers = await Promise.all(
    servers.map((server) => server.ask<{ id: string }>('POST', '/directory/sync-runs', { mode })),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409])
  return answers.find(({ status }) => status === 202)?.json.id ?? ''
}

const readings = (emulator: Emulator) =>
  STREAMS.flatMap((path) => emulator.log.entries({ path }).map(({ query }) => `${path}?${query}`))
const pagesRead = (emulator: Emulator) => readings(emulator).length

function pagesReadTwice(emulator: Emulator): string[] {
  const asked = readings(emulator)
  expect(asked.length).toBeGreaterThan(10)
  return asked.filter((page, index) => asked.indexOf(page) !== index)
}

/** Everybody and every membership once, and nobody else. */
function expectTruth({ people, memberships }: Seen, { directory }: Emulator): void {
  const ids = people
    .map((text) => JSON.parse(text))
    .filter(({ state }) => state !== 'removed')
    .map(({ entraId }) => entraId)
  expect(ids.toSorted()).toEqual(directory.users.map(({ id }) => id).toSorted())
  const shown = new Set(directory.users.map(({ id }) => id))
  const isPerson = (edge: string) => shown.has(edge.split(' ')[1] ?? '')
  const truth = directory.groups
    .filter(({ visibility }) => visibility !== 'HiddenMembership')
    .flatMap((group) => directory.members(group.id).map(({ id }) => `${group.id} ${id}`))
  expect(memberships.filter(isPerson)).toEqual(truth.filter(isPerson).toSorted())
}
