import { removeOldEvents, tellLeftOut } from '../audit/index.ts'
import { keepSubscriptions, startNotifiedSync } from '../change-notifications/index.ts'
import {
  forgetOld,
  reviveAbandonedRuns,
  type StartParts,
  type SyncJob,
  type SyncParts,
  startDueSyncs,
  workOnRun,
} from '../directory/index.ts'
import { forgetOldEnrolments } from '../enrolment/index.ts'
import { endUnenrolments, expireCommands } from '../management/index.ts'
import type { Jobs } from '../platform/jobs.ts'
import { forgetExpired } from '../sign-in/index.ts'
import { forgetAttempts } from '../single-sign-on/index.ts'
import {
  KEEP_JOB,
  NOTIFIED_JOB,
  type NotifiedJob,
  toKeepParts,
  wakeBy,
} from './notification-parts.ts'
import type { Parts } from './parts.ts'

/** Names of the jobs that rooms add themselves. */
const SYNC_JOB = 'directory.sync'

/** Sends the job that works on a run; it is there if and only if the run is. */
export function enqueueSync(jobs: Jobs): StartParts['enqueue'] {
  return async (tx, organization, run) => {
    const job: SyncJob = { organization, run }
    await jobs.send(SYNC_JOB, job, { key: run, within: tx })
  }
}

const HOUR_SECONDS = 60 * 60

/** Every background job and the room that does it. When they are due: `BEATS`. */
export function defineJobs(jobs: Jobs, parts: Parts, sync: SyncParts): void {
  const { db, clock, log } = parts
  jobs.define<SyncJob>(
    SYNC_JOB,
    { timeoutSeconds: 23 * HOUR_SECONDS, retries: 5, atOnce: 2, onePerKey: true },
    async (job, { signal }) => {
      await workOnRun(sync, job, signal)
    },
  )
  jobs.define('directory.revive', { timeoutSeconds: 60, retries: 0, onePerKey: true }, async () => {
    const revived = await reviveAbandonedRuns(db, clock.now(), async (job) => {
      await jobs.send(SYNC_JOB, job, { key: job.run })
    })
    if (revived > 0) log.warn({ runs: revived }, 'synchronisations that nobody worked on go on')
  })
  jobs.define(
    'directory.schedule',
    { timeoutSeconds: 60, retries: 0, onePerKey: true },
    async () => {
      await startDueSyncs({ db, clock, log, enqueue: enqueueSync(jobs) })
    },
  )
  jobs.define(KEEP_JOB, { timeoutSeconds: 600, retries: 0, onePerKey: true }, async () => {
    await keepSubscriptions(toKeepParts(parts, sync.clients))
  })
  jobs.define<NotifiedJob>(
    NOTIFIED_JOB,
    { timeoutSeconds: 60, retries: 3, atOnce: 4, onePerKey: 'waiting' },
    async ({ organization, since }) => {
      const starting = { db, clock, enqueue: enqueueSync(jobs), wake: wakeBy(jobs) }
      await startNotifiedSync(starting, { organization, since: new Date(since) })
    },
  )
  jobs.define('directory.forget-old', { timeoutSeconds: 600, retries: 2, onePerKey: true }, () =>
    forgetOld(db, clock.now()),
  )
  jobs.define(
    'sign-in.forget-expired',
    { timeoutSeconds: 300, retries: 2, onePerKey: true },
    async () => {
      await forgetExpired(db, clock.now())
      await forgetAttempts(db, clock.now())
    },
  )
  jobs.define('enrolment.forget-old', { timeoutSeconds: 600, retries: 2, onePerKey: true }, () =>
    forgetOldEnrolments(db, clock.now()),
  )
  jobs.define(
    'management.expire',
    { timeoutSeconds: 300, retries: 2, onePerKey: true },
    async () => {
      await expireCommands(db, clock.now())
      const ended = await endUnenrolments(db, clock.now())
      if (ended > 0) log.info({ devices: ended }, 'devices left without saying goodbye')
    },
  )
  defineAuditJobs(jobs, parts)
}

function defineAuditJobs(jobs: Jobs, { db, clock }: Parts): void {
  const alone = { timeoutSeconds: 600, retries: 2, onePerKey: true } as const
  jobs.define('audit.tell-left-out', alone, () => tellLeftOut(db, clock.now()))
  jobs.define('audit.remove-old', alone, () => removeOldEvents(db, clock.now()))
}

/** Jobs that come by themselves: cron expressions, in UTC. */
export const BEATS: Readonly<Record<string, string>> = {
  'directory.revive': '* * * * *',
  'directory.schedule': '* * * * *',
  'directory.forget-old': '43 3 * * *',
  [KEEP_JOB]: '*/5 * * * *',
  'sign-in.forget-expired': '7-57/10 * * * *',
  'enrolment.forget-old': '31 3 * * *',
  'management.expire': '3-53/10 * * * *',
  'audit.tell-left-out': '* * * * *',
  'audit.remove-old': '57 2 * * *',
}
