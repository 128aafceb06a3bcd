import type { SyncCounts, SyncRunState } from '@mooring/contract/directory'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import {
  NO_COUNTS,
  NOT_STARTED,
  type RunDecision,
  type RunHold,
  type RunProblem,
  type SyncMode,
  type SyncProgress,
  type SyncRunId,
  type SyncTrigger,
} from './sync-run.ts'

/** A synchronisation as it is kept. */
export type StoredRun = {
  readonly id: SyncRunId
  readonly state: SyncRunState
  readonly mode: SyncMode
  readonly dryRun: boolean
  readonly trigger: SyncTrigger
  readonly requestedBy: string
  readonly requestedAt: Date
  readonly startedAt: Date | undefined
  readonly finishedAt: Date | undefined
  /** The last sign of life of whoever works on it. */
  readonly heartbeatAt: Date | undefined
  readonly cancelRequested: boolean
  readonly requests: number
  readonly counts: SyncCounts
  readonly progress: SyncProgress
  readonly problem: RunProblem | undefined
  /** Why the removal brake holds it, or held it; of a dry run why it would. */
  readonly holds: readonly RunHold[]
  readonly decision: RunDecision | undefined
}

export type NewRun = Pick<StoredRun, 'id' | 'mode' | 'trigger' | 'requestedBy' | 'requestedAt'> & {
  readonly dryRun?: boolean
}

/**
 * Notes that a synchronisation is wanted.
 *
 * @returns `false` when one is under way: the database allows one for each organization.
 */
export async function insertRun(
  tx: Db,
  organization: OrganizationId,
  run: NewRun,
): Promise<boolean> {
  const result = await tx
    .insertInto('sync_runs')
    .values({
      organization_id: organization,
      id: run.id,
      state: 'queued',
      mode: run.mode,
      dry_run: run.dryRun ?? false,
      trigger: run.trigger,
      requested_by: run.requestedBy,
      requested_at: run.requestedAt,
      started_at: null,
      finished_at: null,
      heartbeat_at: null,
      lease: null,
      counts: JSON.stringify(NO_COUNTS),
      progress: JSON.stringify(NOT_STARTED),
      problem: null,
    })
    // No target: the index of runs under way is a partial one.
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0n) > 0
}

/** Keeps a run that was carried out elsewhere: what settings would do. */
export async function insertFinishedRun(
  tx: Db,
  organization: OrganizationId,
  run: NewRun & { readonly counts: SyncCounts; readonly holds: readonly RunHold[] },
): Promise<void> {
  await tx
    .insertInto('sync_runs')
    .values({
      organization_id: organization,
      id: run.id,
      state: 'succeeded',
      mode: run.mode,
      dry_run: run.dryRun ?? false,
      trigger: run.trigger,
      requested_by: run.requestedBy,
      requested_at: run.requestedAt,
      started_at: run.requestedAt,
      finished_at: run.requestedAt,
      heartbeat_at: null,
      lease: null,
      counts: JSON.stringify(run.counts),
      progress: JSON.stringify({ ...NOT_STARTED, phase: 'finished' }),
      problem: null,
      holds: JSON.stringify(run.holds),
    })
    .execute()
}

/** The run, or `undefined` when there is none of that name in this organization. */
export async function findRun(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<StoredRun | undefined> {
  const row = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toStoredRun(row)
}

/** Runs, newest first, from after the one given. What settings would do is looked at where they are set. */
export async function listRuns(
  db: Db,
  organization: OrganizationId,
  page: { limit: number; after: { requestedAt: Date; id: string } | undefined },
): Promise<StoredRun[]> {
  let query = db
    .selectFrom('sync_runs')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('trigger', '<>', 'preview')
  if (page.after) {
    const { requestedAt, id } = page.after
    query = query.where(sql<boolean>`(requested_at, id) < (${requestedAt}, ${id})`)
  }
  const rows = await query
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(toStoredRun)
}

/** The run that is queued or running, if there is one. */
export async function findRunUnderWay(
  db: Db,
  organization: OrganizationId,
): Promise<StoredRun | undefined> {
  const row = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return row && toStoredRun(row)
}

/** A row as it is kept: its JSON columns and ids are written by the stores of runs only. */
export function toStoredRun(row: Selectable<Schema['sync_runs']>): StoredRun {
  return {
    id: row.id as SyncRunId,
    state: row.state,
    mode: row.mode,
    dryRun: row.dry_run,
    trigger: row.trigger as SyncTrigger,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    heartbeatAt: row.heartbeat_at ?? undefined,
    cancelRequested: row.cancel_requested,
    requests: row.requests,
    // Runs of an earlier version knew no devices and one stream at a time.
    counts: { ...NO_COUNTS, ...(row.counts as SyncCounts) },
    progress: { ...NOT_STARTED, ...(row.progress as SyncProgress) },
    problem: (row.problem as RunProblem | null) ?? undefined,
    holds: row.holds as RunHold[],
    decision: (row.decision as RunDecision | null) ?? undefined,
  }
}
