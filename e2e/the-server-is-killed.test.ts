import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Emulator, startEmulator } from '@mooring/emulator'
import { expect, test } from 'vitest'
import { startPostgres } from '../server/testing/postgres.ts'
import { type ServerProcess, startServerProcess } from './demo/server-process.ts'

const ORG = '/api/v1/organizations/default'

type Run = { id: string; state: string; counts: { users: { created: number } } }

/** Calls the API with a token, as a script would. */
async function call<T>(
  server: ServerProcess,
  token: string,
  method: string,
  path: string,
  body?: object,
) {
  const answer = await fetch(server.url + ORG + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, json: (await answer.json()) as T }
}

const entra = (emulator: Emulator) => ({
  MOORING_CLOUD: 'custom',
  MOORING_ENTRA_AUTHORITY_URL: emulator.url,
  MOORING_GRAPH_URL: emulator.url,
})

async function makeToken(server: ServerProcess): Promise<string> {
  return (await server.command('token', 'create', '--name', 'story', '--role', 'owner')).trim()
}

async function connect(server: ServerProcess, token: string, emulator: Emulator) {
  const saved = await call(server, token, 'PUT', '/entra/connection', {
    tenantId: emulator.tenant.id,
    clientId: emulator.app.clientId,
    credential: { kind: 'secret', value: emulator.app.secret },
    syncUsers: true,
    syncGroups: true,
  })
  expect(saved.status).toBe(200)
}

/** Many small pages, each a while apart, so that there is a middle to be killed in. */
async function slowEmulator() {
  const emulator = await startEmulator({ users: 120, groups: 20 })
  emulator.scenario.delta.pageSizes = [4]
  emulator.scenario.latencyMs = 60
  return emulator
}

const usersHere = async (server: ServerProcess, token: string) =>
  (await call<{ total: number }>(server, token, 'GET', '/directory/users')).json.total

const runOf = async (server: ServerProcess, token: string, id: string) =>
  (await call<Run>(server, token, 'GET', `/directory/sync-runs/${id}`)).json

test('a server that is killed in the middle of a synchronisation goes on where it was, on its embedded database', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-killed-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const emulator = stack.use(await slowEmulator())
  const settings = { MOORING_DATA_DIR: folder, ...entra(emulator) }
  const first = stack.use(await startServerProcess(settings))
  const token = await makeToken(first)
  await connect(first, token, emulator)
  const { json: started } = await call<Run>(first, token, 'POST', '/directory/sync-runs', {})
  await expect
    .poll(() => usersHere(first, token), { timeout: 20_000, interval: 50 })
    .toBeGreaterThan(20)

  await first.kill()
  emulator.log.clear()
  emulator.scenario.latencyMs = 0
  const second = stack.use(await startServerProcess(settings))
  const before = await usersHere(second, token)
  await expect
    .poll(async () => (await runOf(second, token, started.id)).state, {
      timeout: 75_000,
      interval: 250,
    })
    .toBe('succeeded')

  expect(before).toBeGreaterThan(20)
  expect(await usersHere(second, token)).toBe(insidersOf(emulator))
  expect((await runOf(second, token, started.id)).counts.users.created).toBe(insidersOf(emulator))
  // What was committed before is not asked for again: 120 people are 30 pages.
  expect(emulator.log.count({ path: '/v1.0/users/delta' })).toBeLessThanOrEqual(
    30 - Math.floor(before / 4) + 2,
  )
})

test('a second server on the same data directory is refused with a sentence that says what to do', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'mooring-twice-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  stack.use(await startServerProcess({ MOORING_DATA_DIR: folder }))

  await expect(startServerProcess({ MOORING_DATA_DIR: folder })).rejects.toThrow(
    /uses the data folder .* Stop it first/,
  )
})

test('two servers that start at once on one empty PostgreSQL share the work, and one takes over from the other', async () => {
  await using stack = new AsyncDisposableStack()
  const postgres = await startPostgres()
  stack.defer(() => postgres.stop())
  await postgres.createDatabase('shared')
  const folder = await mkdtemp(join(tmpdir(), 'mooring-two-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const keyFile = join(folder, 'master.key')
  await writeFile(keyFile, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 })
  const emulator = stack.use(await slowEmulator())
  const settings = {
    DATABASE_URL: postgres.url('shared'),
    MOORING_MASTER_KEY_FILE: keyFile,
    ...entra(emulator),
  }
  const servers = await Promise.all([
    startServerProcess({ ...settings, MOORING_DATA_DIR: join(folder, 'a') }),
    startServerProcess({ ...settings, MOORING_DATA_DIR: join(folder, 'b') }),
  ])
  for (const server of servers) stack.use(server)
  const [a, b] = servers
  const token = await makeToken(a)
  await connect(b, token, emulator)

  const started = await Promise.all(
    servers.map((server) => call<Run>(server, token, 'POST', '/directory/sync-runs', {})),
  )
  expect(started.map(({ status }) => status).toSorted()).toEqual([202, 409])
  const id = started.find(({ status }) => status === 202)?.json.id ?? ''
  await expect
    .poll(() => usersHere(a, token), { timeout: 20_000, interval: 50 })
    .toBeGreaterThan(20)

  // Whichever works on it: both are killed in turn, the first one only if it does.
  await a.kill()
  const killedAt = performance.now()
  const before = await usersHere(b, token)
  await expect
    .poll(
      async () =>
        (await usersHere(b, token)) > before || (await runOf(b, token, id)).state === 'succeeded',
      {
        timeout: 30_000,
        interval: 200,
      },
    )
    .toBe(true)
  expect(performance.now() - killedAt).toBeLessThan(30_000)
  await expect
    .poll(async () => (await runOf(b, token, id)).state, { timeout: 60_000, interval: 250 })
    .toBe('succeeded')

  expect(await usersHere(b, token)).toBe(insidersOf(emulator))
  expect((await runOf(b, token, id)).counts.users.created).toBe(insidersOf(emulator))
})

/** Guests are left out unless an administrator lets them in. */
function insidersOf({ directory }: Emulator): number {
  return directory.users.filter((user) => user.userType !== 'Guest').length
}
