import { createServer } from 'node:net'
import { findOldestSuccess, freeAllRuns } from '../directory/index.ts'
import { createLastSeen } from '../management/index.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { openControlSocket } from '../platform/control-socket.ts'
import { addHealthRoutes, addMetricsRoute } from '../platform/http/health-routes.ts'
import { createHttpServer, type HttpServerParts } from '../platform/http/http-server.ts'
import { createJobs, type Jobs } from '../platform/jobs.ts'
import { createLog, type Logger } from '../platform/log.ts'
import { createMetrics, type Metrics } from '../platform/metrics.ts'
import type { CommandParts } from './command.ts'
import { keepJudging } from './compliance-parts.ts'
import type { Config } from './config.ts'
import { holdDataFolder } from './data-folder.ts'
import { openEntraParts } from './entra-parts.ts'
import { BEATS, defineJobs } from './jobs.ts'
import { followAuthorities, listen, readDeviceTls, readTls } from './listeners.ts'
import { addManagementUrls } from './management-parts.ts'
import { openParts, type Parts } from './parts.ts'
import { keepCallingDevices } from './push-parts.ts'
import { runInServer } from './run-command.ts'
import { toSyncParts } from './sync-parts.ts'
import { texts } from './texts.ts'
import { addUrls, isReady } from './urls.ts'

export type { Config } from './config.ts'

/** `web` runs no background jobs, `worker` nothing else. */
export type ServerRole = 'all' | 'web' | 'worker'

export type StartOptions = {
  readonly clock?: Clock
  readonly log?: Logger
  readonly role?: ServerRole
}

export type RunningServer = {
  /** Where it is reached; the public URL, for tests with the port that was free. */
  readonly url: URL
  readonly parts: Parts
  readonly jobs: Jobs
  /** Stops in the reverse order: no new requests, then no jobs, then the database. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts the server: its parts in order, the listener last.
 *
 * With port 0 a free port is taken, and a public URL with port 0 gets it too.
 *
 * @throws what a part throws that cannot start; those before it are stopped again.
 */
export async function startServer(
  given: Config,
  options: StartOptions = {},
): Promise<RunningServer> {
  const { clock = systemClock, role = 'all' } = options
  const config = await withPorts(given)
  const log = options.log ?? createLog(config.logLevel)
  await using stack = new AsyncDisposableStack()

  const runFolder = await holdDataFolder(config, stack)
  const parts = await openParts(config, clock, log)
  stack.defer(() => parts.database.close())
  const metrics = createMetrics(VERSION)
  stack.defer(() => metrics.close())
  const entra = openEntraParts(parts, metrics)
  stack.defer(() => entra.http.close())

  metrics.gauge(
    'mooring_directory_oldest_success_age_seconds',
    'Age of the oldest copy of users, groups or devices of any organization; 0 where there is none',
    async () => {
      const oldest = await findOldestSuccess(parts.db)
      return oldest ? (clock.now().getTime() - oldest.getTime()) / 1000 : 0
    },
  )
  const jobs = createJobs({
    database: parts.database,
    log,
    metrics,
    clock,
    migrate: config.autoMigrate,
  })
  defineJobs(jobs, parts, toSyncParts(parts, entra))
  stack.defer(() => jobs.stop())
  // On the embedded database nobody else can be at work: what is said to be was left by a crash.
  if (parts.database.kind === 'embedded') await freeAllRuns(parts.db)
  await startJobs(jobs, role)
  if (role !== 'web') {
    stack.use(keepCallingDevices(parts))
    stack.use(keepJudging(parts, entra))
  }

  await startListeners({ parts, jobs, role, metrics, stack, entra })
  if (runFolder !== undefined) {
    const command: CommandParts = { ...parts, entra }
    stack.use(await openControlSocket(runFolder, (argv, io) => runInServer(command, argv, io)))
  }

  const moved = stack.move()
  return {
    url: config.publicUrl,
    parts,
    jobs,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

const VERSION = '0.1.0'

async function startJobs(jobs: Jobs, role: ServerRole): Promise<void> {
  await jobs.start(role !== 'web')
  for (const [name, cron] of Object.entries(BEATS)) await jobs.schedule(name, cron)
  // Runs that a crash has left go on now, and not when the minute is full.
  await jobs.send('directory.revive', {})
}

type Listeners = {
  readonly parts: Parts
  readonly entra: ReturnType<typeof openEntraParts>
  readonly jobs: Jobs
  readonly role: ServerRole
  readonly metrics: Metrics
  readonly stack: AsyncDisposableStack
}

/** A worker has no main listener: its health and metrics are on the listener for metrics, if any. */
async function startListeners(given: Listeners): Promise<void> {
  const { parts, entra, jobs, role, metrics, stack } = given
  const { config, log } = parts
  const common: HttpServerParts = {
    publicUrl: config.publicUrl,
    tls: undefined,
    trustedProxies: config.trustedProxies,
    log,
    texts,
    metrics,
  }
  if (config.metricsListen) {
    const app = createHttpServer(common)
    stack.defer(() => app.close())
    addHealthRoutes(app, () => isReady(parts))
    addMetricsRoute(app, metrics)
    await listen(app, config.metricsListen)
  }
  if (role === 'worker') {
    log.info('the worker runs background jobs')
    return
  }
  // Ends after the listener: what the last requests noted is written, too.
  const lastSeen = stack.use(createLastSeen(parts))
  if (config.devices) {
    const tls = config.tls && (await readDeviceTls(config.tls, parts))
    const app = createHttpServer({ ...common, tls })
    stack.defer(() => app.close())
    if (tls) stack.defer(followAuthorities(app, tls, parts))
    addHealthRoutes(app, () => isReady(parts))
    addManagementUrls(app, parts, lastSeen)
    await listen(app, config.devices.listen)
  }
  const tls =
    config.tls && (await (config.devices ? readTls(config.tls) : readDeviceTls(config.tls, parts)))
  const app = createHttpServer({ ...common, tls })
  stack.defer(() => app.close())
  if (tls?.clientAuthorities) stack.defer(followAuthorities(app, tls, parts))
  addUrls(app, { parts, entra, jobs, metrics, lastSeen })
  await listen(app, config.listen)
  log.info({ url: config.publicUrl.origin, ...config.listen, role }, 'the server listens')
}

/** The public URL must be known before anything is built, and so must its port. */
async function withPorts(config: Config): Promise<Config> {
  if (config.listen.port !== 0) return config
  const port = await findFreePort(config.listen.host)
  const publicUrl = new URL(config.publicUrl)
  if (publicUrl.port === '0') publicUrl.port = String(port)
  return { ...config, publicUrl, listen: { ...config.listen, port } }
}

async function findFreePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, host, resolve)
  })
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
