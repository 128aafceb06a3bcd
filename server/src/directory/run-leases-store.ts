import type { SyncCounts } from '@mooring/contract/directory'
import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { RunHold, RunProblem, SyncProgress, SyncRunId } from './sync-run.ts'
import { type StoredRun, toStoredRun } from './sync-runs-store.ts'

/** A run whose worker gave no sign of life for this long is anybody's. */
export const LEASE_MS = 12_000

/**
 * Takes a run to work on it: a queued one, or one whose worker died.
 *
 * @returns `undefined` when it is finished or somebody else works on it.
 */
export async function takeRun(
  db: Db,
  organization: OrganizationId,
  id: SyncRunId,
  lease: string,
  now: Date,
): Promise<StoredRun | undefined> {
  const row = await db
    .updateTable('sync_runs')
    .set({
      state: 'running',
      lease,
      heartbeat_at: now,
      started_at: sql<Date>`coalesce(started_at, ${now})`,
    })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where((is) =>
      is.or([
        is('state', '=', 'queued'),
        is.and([
          is('state', '=', 'running'),
          is('heartbeat_at', '<', new Date(now.getTime() - LEASE_MS)),
        ]),
      ]),
    )
    .returningAll()
    .executeTakeFirst()
  return row && toStoredRun(row)
}

/** Runs of any organization that nobody works on: queued, or left by a worker that died. */
export async function findAbandonedRuns(
  db: Kysely<Schema>,
  now: Date,
): Promise<{ organization: OrganizationId; id: SyncRunId }[]> {
  const before = new Date(now.getTime() - LEASE_MS)
  // A worker looks after the runs of every organization.
  const rows = await acrossOrganizations(db)
    .selectFrom('sync_runs')
    .select(['organization_id', 'id'])
    .where((is) =>
      is.or([
        is.and([is('state', '=', 'running'), is('heartbeat_at', '<', before)]),
        is.and([is('state', '=', 'queued'), is('requested_at', '<', before)]),
      ]),
    )
    .execute()
  return rows.map((row) => ({ organization: row.organization_id, id: row.id as SyncRunId })) // written by insertRun
}

/** Whether any run of any organization is under way. */
export async function isAnyRunning(db: Kysely<Schema>): Promise<boolean> {
  const row = await acrossOrganizations(db)
    .selectFrom('sync_runs')
    .select('id')
    .where('state', 'in', ['queued', 'running'])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Frees every run that is said to be worked on: called when this process starts and nobody else can
 * have the database.
 */
export async function freeAllRuns(db: Kysely<Schema>): Promise<void> {
  await acrossOrganizations(db)
    .updateTable('sync_runs')
    .set({ heartbeat_at: new Date(0), lease: null })
    .where('state', '=', 'running')
    .execute()
}

export type RunUpdate = {
  readonly requests: number
  readonly counts: SyncCounts
  readonly progress: SyncProgress
  readonly problem: RunProblem | undefined
}

/**
 * Writes how far a run is, as the worker that holds it.
 *
 * @returns `lost` when another worker has taken the run: what this one was about to write must not
 *   be written. `cancelRequested` when an administrator wants it to stop.
 */
export async function updateRun(
  tx: Db,
  organization: OrganizationId,
  held: { id: SyncRunId; lease: string },
  update: RunUpdate,
  now: Date,
): Promise<'goOn' | 'cancelRequested' | 'lost'> {
  const row = await tx
    .updateTable('sync_runs')
    .set({ heartbeat_at: now, ...columns(update) })
    .where('organization_id', '=', organization)
    .where('id', '=', held.id)
    .where('lease', '=', held.lease)
    .where('state', '=', 'running')
    .returning('cancel_requested')
    .executeTakeFirst()
  if (!row) return 'lost'
  return row.cancel_requested ? 'cancelRequested' : 'goOn'
}

/** A sign of life between two pages. */
export async function beat(
  db: Db,
  organization: OrganizationId,
  held: { id: SyncRunId; lease: string },
  now: Date,
): Promise<void> {
  await db
    .updateTable('sync_runs')
    .set({ heartbeat_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', held.id)
    .where('lease', '=', held.lease)
    .where('state', '=', 'running')
    .execute()
}

/** Lets go of a run, so that another worker need not wait until this one's silence is noticed. */
export async function releaseRun(
  db: Db,
  organization: OrganizationId,
  held: { id: SyncRunId; lease: string },
): Promise<void> {
  await db
    .updateTable('sync_runs')
    .set({ heartbeat_at: new Date(0), lease: null })
    .where('organization_id', '=', organization)
    .where('id', '=', held.id)
    .where('lease', '=', held.lease)
    .execute()
}

/** Ends a run, as the worker that holds it. */
export async function finishRun(
  tx: Db,
  organization: OrganizationId,
  held: { id: SyncRunId; lease: string },
  state: 'succeeded' | 'failed' | 'cancelled' | 'held',
  update: RunUpdate & { readonly holds: readonly RunHold[] },
  now: Date,
): Promise<void> {
  const row = await tx
    .updateTable('sync_runs')
    .set({
      state,
      finished_at: state === 'held' ? null : now,
      lease: null,
      holds: JSON.stringify(update.holds),
      // A wish to stop that came too late is none for what is decided later.
      ...(state === 'held' ? { decision: null, cancel_requested: false } : {}),
      ...columns(update),
    })
    .where('organization_id', '=', organization)
    .where('id', '=', held.id)
    .where('lease', '=', held.lease)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  if (!row) throw new RunLost()
}

/** Another worker has taken the run: what this one was about to write must not be written. */
export class RunLost extends Error {}

function columns(update: RunUpdate) {
  return {
    requests: update.requests,
    counts: JSON.stringify(update.counts),
    progress: JSON.stringify(update.progress),
    problem: update.problem ? JSON.stringify(update.problem) : null,
  }
}
