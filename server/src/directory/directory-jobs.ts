import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { restoreIndexes } from './deferred-indexes-store.ts'
import type { SyncOutcome, SyncParts } from './reading.ts'
import { findAbandonedRuns, isAnyRunning } from './run-leases-store.ts'
import { runSync } from './run-sync.ts'
import { STREAM_KINDS } from './stream-kinds.ts'
import type { SyncRunId } from './sync-run.ts'

/** What the job that works on a run is told. */
export type SyncJob = { readonly organization: OrganizationId; readonly run: SyncRunId }

/** Works on the run that the job names. A run that is over or in other hands is none of its business. */
export async function workOnRun(
  parts: SyncParts,
  job: SyncJob,
  signal: AbortSignal,
): Promise<SyncOutcome> {
  return await runSync(parts, job.organization, job.run, signal)
}

const TABLES = Object.values(STREAM_KINDS).flatMap((kind) => kind.tables)

/** Sends a job for every run that nobody works on: its worker died, or its job was lost. */
export async function reviveAbandonedRuns(
  db: Database['db'],
  now: Date,
  send: (job: SyncJob) => Promise<void>,
): Promise<number> {
  const abandoned = await findAbandonedRuns(db, now)
  for (const { organization, id } of abandoned) await send({ organization, run: id })
  // A first load that was given up for good leaves nobody to make them.
  if (!(await isAnyRunning(db))) await restoreIndexes(db, TABLES)
  return abandoned.length
}
