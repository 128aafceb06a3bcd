import type { PGlite } from '@electric-sql/pglite'
import { fromKysely, fromPglite, PgBoss } from 'pg-boss'
import type { Clock } from './clock.ts'
import type { Database, Db } from './database.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

/** What a job does. It may run more than once: after a crash somebody else starts it again. */
export type JobHandler<Data> = (
  data: Data,
  /** `signal` aborts when the process stops or the job's time is up. */
  context: { readonly signal: AbortSignal; readonly log: Logger },
) => Promise<void>

export type JobOptions = {
  /** After this long the job counts as stuck and is started again. */
  readonly timeoutSeconds: number
  /** How often it is tried again after it failed, with growing waits. */
  readonly retries: number
  /** How many of them one process works on at a time. */
  readonly atOnce?: number
  /**
   * While one with the same key waits or runs, another is not added. Without a key: one at all.
   * `waiting`: one more may wait while one runs, so that what happens meanwhile is not missed.
   */
  readonly onePerKey?: boolean | 'waiting'
}

export type SendOptions = {
  readonly key?: string
  readonly startAfterMs?: number
  /** The job exists if and only if this transaction commits. */
  readonly within?: Db
}

/** Background work, on both databases; any number of processes share it. */
export type Jobs = {
  define<Data extends object>(name: string, options: JobOptions, run: JobHandler<Data>): void
  /**
   * Adds a job. Inside a transaction `within` is a must: the embedded database has one connection,
   * and a job sent beside the transaction would wait for it for ever.
   *
   * @returns whether it was added; `false` when `onePerKey` holds it back.
   */
  send(name: string, data: object, options?: SendOptions): Promise<boolean>
  /** Adds a job each time the cron expression says, in UTC; by one process, whichever is first. */
  schedule(name: string, cron: string): Promise<void>
  /** @param works whether this process runs jobs, or only adds them. */
  start(works: boolean): Promise<void>
  /** Tells running jobs to stop, waits up to ten seconds for them, and leaves the rest to others. */
  stop(): Promise<void>
  /** For tests: runs every job that is due, and those that they add; returns how many ran. */
  runDue(): Promise<number>
}

export type JobParts = {
  readonly database: Database
  readonly log: Logger
  readonly metrics: Metrics
  readonly clock: Clock
  /** Whether the tables that jobs are kept in may be made or brought up to date. */
  readonly migrate: boolean
}

type Definition = { readonly options: JobOptions; readonly run: JobHandler<object> }
type Taken = { readonly id: string; readonly data: object; readonly signal: AbortSignal }

/** pg-boss's words for `onePerKey`. */
const POLICIES = { true: 'exclusive', false: 'standard', waiting: 'short' } as const

const STOP_MS = 10_000
/** A worker that says nothing for this long is dead, and its jobs are free again … */
const HEARTBEAT_SECONDS = 12
/** … which is noticed this often: together well under half a minute. */
const SUPERVISE_SECONDS = 5
const POOL_SIZE = 3

/** Jobs are kept by pg-boss in a schema of their own, `pgboss`. */
export function createJobs(parts: JobParts): Jobs {
  const { log, metrics, clock } = parts
  const boss = createBoss(parts)
  const definitions = new Map<string, Definition>()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()

  async function work(name: string, { run }: Definition, job: Taken): Promise<void> {
    const jobLog = log.child({ job: name, jobId: job.id })
    const startedAt = clock.now().getTime()
    const signal = AbortSignal.any([job.signal, stopping.signal])
    const finish = (outcome: 'done' | 'failed') =>
      metrics.observeJob(name, outcome, clock.now().getTime() - startedAt)
    try {
      await run(job.data, { signal, log: jobLog })
      finish('done')
    } catch (error) {
      finish('failed')
      if (stopping.signal.aborted)
        jobLog.info('a job was interrupted; another process takes it over')
      else jobLog.error({ err: error }, 'a job failed')
      // The queue keeps what is thrown, and it is no place for details.
      throw new Error('The job failed; the log says why.')
    }
  }

  function track(work: Promise<void>): Promise<void> {
    const settled = work.catch(() => {}).finally(() => running.delete(settled))
    running.add(settled)
    return work
  }

  async function startQueues(): Promise<void> {
    for (const [name, { options }] of definitions) {
      const settings = {
        expireInSeconds: options.timeoutSeconds,
        heartbeatSeconds: HEARTBEAT_SECONDS,
        retryLimit: options.retries,
        retryDelay: 5,
        retryBackoff: true,
        retryDelayMax: 600,
        deleteAfterSeconds: 24 * 60 * 60,
        notify: true,
      }
      const policy = POLICIES[`${options.onePerKey ?? false}`]
      await boss.createQueue(name, { ...settings, policy })
      await boss.updateQueue(name, settings)
    }
  }

  async function startWorkers(): Promise<void> {
    for (const [name, definition] of definitions) {
      const options = {
        localConcurrency: definition.options.atOnce ?? 1,
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 5,
        heartbeatRefreshSeconds: HEARTBEAT_SECONDS / 3,
      }
      await boss.work<object>(name, options, async (jobs) => {
        for (const job of jobs) await track(work(name, definition, job))
      })
    }
  }

  async function runOne(name: string, definition: Definition): Promise<boolean> {
    const [job] = await boss.fetch<object>(name)
    if (!job) return false
    await track(work(name, definition, { ...job, signal: stopping.signal })).then(
      () => boss.complete(name, job.id),
      (error: Error) => boss.fail(name, job.id, error),
    )
    return true
  }

  return {
    define(name, options, run) {
      // `Data` is what `send` was given for this name, which the type of `run` alone knows.
      definitions.set(name, { options, run: run as JobHandler<object> })
    },

    async send(name, data, { key, startAfterMs, within } = {}) {
      const id = await boss.send(name, data, {
        ...(key === undefined ? {} : { singletonKey: key }),
        ...(startAfterMs ? { startAfter: Math.ceil(startAfterMs / 1000) } : {}),
        ...(within ? { db: fromKysely(within) } : {}),
      })
      return id !== null
    },

    async schedule(name, cron) {
      await boss.schedule(name, cron, {}, { tz: 'UTC' })
    },

    async start(works) {
      await boss.start()
      await startQueues()
      if (parts.database.kind === 'embedded') await freeJobs(parts.database.pglite)
      if (works) await startWorkers()
    },

    async stop() {
      stopping.abort()
      await boss.stop({ graceful: true, timeout: STOP_MS })
    },

    async runDue() {
      for (let count = 0; ; ) {
        let isQuiet = true
        for (const [name, definition] of definitions) {
          while (await runOne(name, definition)) {
            count++
            isQuiet = false
          }
        }
        // Workers of this process may have taken some, and those may have added more.
        if (running.size > 0) {
          await Promise.all(running)
          isQuiet = false
        }
        if (isQuiet) return count
      }
    },
  }
}

/**
 * On the embedded database nobody else can be at work: what is said to be was left by a crash, and
 * need not wait until its heartbeat counts as lost.
 */
async function freeJobs(pglite: PGlite): Promise<void> {
  await pglite.exec(`
    update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null
    where state = 'active'`)
}

/** Makes the tables that jobs are kept in, or brings them up to date, and runs no job. */
export async function migrateJobs(parts: Pick<JobParts, 'database' | 'log'>): Promise<void> {
  const boss = createBoss({ ...parts, migrate: true })
  await boss.start()
  await boss.stop({ graceful: false })
}

type BossParts = Pick<JobParts, 'database' | 'log' | 'migrate'>

function createBoss({ database, log, migrate }: BossParts): PgBoss {
  const boss = new PgBoss({
    schema: 'pgboss',
    ...(database.kind === 'embedded'
      ? { db: fromPglite(database.pglite), backend: 'pglite' }
      : {
          connectionString: database.pool.options.connectionString ?? '',
          max: POOL_SIZE,
          application_name: 'mooring jobs',
        }),
    migrate,
    createSchema: migrate,
    useListenNotify: true,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    registerInstance: false,
    reindex: false,
  })
  boss.on('error', (error) => log.error({ err: error }, 'the job queue failed'))
  boss.on('warning', ({ message }) => log.warn({ reason: message }, 'the job queue warns'))
  return boss
}
