import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Api } from '../demo/api.ts'
import { startServerProcess } from '../demo/server-process.ts'
import { readCpuSeconds } from './cpu.ts'
import type { EmulatorProcess } from './emulator-process.ts'
import { readPeakMiB } from './memory.ts'
import { type BenchPostgres, startBenchPostgres } from './postgres.ts'
import { findChild } from './processes.ts'

export const ORG = '/organizations/default'

export type DatabaseKind = 'postgres' | 'embedded'

/** The real server on a fresh database, connected to the emulated tenant by the public API. */
export type Mooring = AsyncDisposable & {
  readonly api: Api
  readonly url: string
  readonly postgres: BenchPostgres | undefined
  /** Its environment, for another process on the same database. */
  readonly settings: Readonly<Record<string, string>>
  /** Runs a command as an administrator would. @returns what it printed on stdout. */
  command(...args: string[]): Promise<string>
  peakMiB(): number
  /** What the server has had of the processors so far, and its PostgreSQL. */
  cpuSeconds(): { server: number; database: number }
}

/**
 * Starts it and does by the API what an administrator does in the portal.
 *
 * @param settings of the server's environment, besides.
 */
export async function startMooring(
  emulator: EmulatorProcess,
  database: DatabaseKind,
  settings: Readonly<Record<string, string>> = {},
): Promise<Mooring> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const keyFile = join(folder, 'master.key')
  writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  const postgres = database === 'postgres' ? stack.use(await startBenchPostgres()) : undefined
  const environment = {
    MOORING_DATA_DIR: join(folder, 'data'),
    MOORING_MASTER_KEY_FILE: keyFile,
    MOORING_CLOUD: 'custom',
    MOORING_ENTRA_AUTHORITY_URL: emulator.url,
    MOORING_GRAPH_URL: emulator.url,
    ...(postgres ? { DATABASE_URL: postgres.url } : {}),
    ...(emulator.certificate
      ? { NODE_EXTRA_CA_CERTS: writeCertificate(folder, emulator.certificate) }
      : {}),
    ...settings,
  }
  const server = stack.use(await startServerProcess(environment))
  const pid = findChild('server/src/main.ts serve')
  const api = new Api(server.url)
  await signIn(api, await server.command('admin', 'create', '--email', 'bench@example.org'))
  await connect(api, emulator)
  const kept = stack.move()
  return {
    api,
    url: server.url,
    postgres,
    settings: environment,
    command: server.command,
    peakMiB: () => readPeakMiB(pid),
    cpuSeconds: () => ({ server: readCpuSeconds(pid), database: postgres?.cpuSeconds() ?? 0 }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** @returns the path of a file with this certificate. */
export function writeCertificate(folder: string, pem: string): string {
  const file = join(folder, 'emulator.pem')
  writeFileSync(file, pem)
  return file
}

async function signIn(api: Api, link: string): Promise<void> {
  const token = new URL(link.trim()).hash.slice(1)
  const password = randomBytes(12).toString('base64url')
  const session = await api.call<{ csrfToken: string }>('POST', '/password', { token, password })
  api.useSession(session, password)
}

/** Takes over all that the tenant has, whatever changes, and only when it is ordered. */
const EVERYTHING = {
  schedule: { kind: 'off' },
  scope: { kind: 'all' },
  guests: 'include',
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  brake: { atLeast: 100_000, percent: 100 },
  changeNotifications: false,
}

async function connect(api: Api, emulator: EmulatorProcess): Promise<void> {
  await api.callProven('PUT', `${ORG}/directory/settings`, EVERYTHING)
  const expiresAt = new Date(Date.now() + 180 * 24 * 3600_000).toISOString()
  await api.call('PUT', `${ORG}/entra/connection`, {
    tenantId: emulator.tenantId,
    clientId: emulator.clientId,
    credential: { kind: 'secret', value: emulator.secret, expiresAt },
    syncUsers: true,
    syncGroups: true,
  })
}

type ObjectCounts = {
  created: number
  updated: number
  disabled: number
  removed: number
  restored: number
  failed: number
}

/** A finished run as the API tells it. */
type Run = {
  id: string
  state: string
  requests: number
  startedAt: string | null
  finishedAt: string | null
  problem?: { detail: string }
  counts: {
    users: ObjectCounts
    groups: ObjectCounts
    memberships: { added: number; removed: number }
  }
}

/** What a synchronisation took. */
export type SyncFigures = {
  /** From the call that orders it until the API says that it is over. */
  readonly seconds: number
  /** Of that, the run itself: without waiting for the background job to begin. */
  readonly runMs: number
  /** As Mooring counts them. */
  readonly requests: number
  /** As the emulator has seen them. */
  readonly graphRequests: number
  readonly counts: Run['counts']
}

/** Orders a synchronisation and waits for its end. @throws when it does not succeed. */
export async function synchronise(api: Api, emulator: EmulatorProcess): Promise<SyncFigures> {
  await emulator.control('DELETE', '/log')
  const startedAt = performance.now()
  let run = await api.call<Run>('POST', `${ORG}/directory/sync-runs`, { mode: 'delta' })
  while (run.state === 'queued' || run.state === 'running') {
    // Asking takes of the processors that the run needs: at most 2 % of how long it has taken is overlooked.
    await delay(Math.max(50, (performance.now() - startedAt) / 50))
    run = await api.call<Run>('GET', `${ORG}/directory/sync-runs/${run.id}`)
  }
  const seconds = (performance.now() - startedAt) / 1000
  if (run.state !== 'succeeded') {
    throw new Error(`the synchronisation ${run.state}: ${run.problem?.detail}`)
  }
  const runMs = Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')
  const graphRequests = (await readGraphLog(emulator)).length
  return { seconds, runMs, requests: run.requests, graphRequests, counts: run.counts }
}

type GraphRequest = {
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** From its arrival until its answer was made; added latency comes on top. */
  readonly durationMs: number
}

/** The requests that Graph has had since its log was cleared. */
export async function readGraphLog(emulator: EmulatorProcess): Promise<readonly GraphRequest[]> {
  type Entry = GraphRequest & { readonly inBatch: boolean }
  const entries = await emulator.control<Entry[]>('GET', '/log?side=graph')
  return entries.filter((entry) => !entry.inBatch)
}

type Page<T> = { items: T[]; nextCursor: string | null }

/** Every item of a list, in its order. @param filter `name=value`, besides. */
export async function readAll<T>(api: Api, path: string, filter = ''): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page<T> = await api.call(
      'GET',
      `${path}?limit=1000${cursor ? `&cursor=${cursor}` : ''}${filter ? `&${filter}` : ''}`,
    )
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}
