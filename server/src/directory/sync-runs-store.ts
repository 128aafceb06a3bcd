import type { SyncCounts, SyncRunState } from '@mooring/contract/directory'
import type { Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Problem } from './object-plan.ts'
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
  return row && fromRow(row)
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
  return rows.map(fromRow)
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
  return row && fromRow(row)
}

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
  return row && fromRow(row)
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

/** Closes runs that are held, because a later one has looked at everything again. */
export async function supersedeHeld(
  tx: Db,
  organization: OrganizationId,
  by: SyncRunId,
  now: Date,
): Promise<void> {
  const decision: RunDecision = { kind: 'superseded', by, at: now.toISOString(), reason: null }
  // The later run has a list of its own; while one waits, each run would otherwise leave another.
  await sql`
    delete from sync_proposals as p using sync_runs as r
    where p.organization_id = ${organization} and r.organization_id = ${organization}
      and r.id = p.run_id and r.state = 'held' and r.id <> ${by}`.execute(tx)
  await tx
    .updateTable('sync_runs')
    .set({ state: 'cancelled', finished_at: now, decision: JSON.stringify(decision) })
    .where('organization_id', '=', organization)
    .where('state', '=', 'held')
    .where('id', '<>', by)
    .execute()
}

/** The run that waits for somebody to decide, if there is one. */
export async function findHeldRun(
  db: Db,
  organization: OrganizationId,
): Promise<StoredRun | undefined> {
  const row = await db
    .selectFrom('sync_runs')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('state', '=', 'held')
    .executeTakeFirst()
  return row && fromRow(row)
}

/** Lets a held run go on. @returns `false` when it is not held. */
export async function approveRun(
  tx: Db,
  organization: OrganizationId,
  id: string,
  decision: RunDecision,
): Promise<boolean> {
  const row = await tx
    .updateTable('sync_runs')
    .set({ state: 'queued', decision: JSON.stringify(decision), cancel_requested: false })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('state', '=', 'held')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
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

/** Asks a run to stop. A queued or held one is over at once. @returns `false` when there is nothing to stop. */
export async function cancelRun(
  db: Db,
  organization: OrganizationId,
  id: string,
  decision: RunDecision,
): Promise<boolean> {
  const now = new Date(decision.at)
  const row = await db
    .updateTable('sync_runs')
    .set({
      cancel_requested: true,
      state: sql<
        'cancelled' | 'running'
      >`case state when 'running' then state else 'cancelled' end`,
      finished_at: sql<Date | null>`case state when 'running' then null else ${now}::timestamptz end`,
      decision: sql<
        string | null
      >`case state when 'held' then ${JSON.stringify(decision)}::jsonb else decision end`,
    })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running', 'held'])
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Keeps the objects that a page could not take over. */
export async function insertProblems(
  tx: Db,
  organization: OrganizationId,
  run: SyncRunId,
  problems: readonly Problem[],
  now: Date,
): Promise<void> {
  if (problems.length === 0) return
  await tx
    .insertInto('sync_problems')
    .values(
      problems.map((problem) => ({
        organization_id: organization,
        run_id: run,
        kind: problem.kind,
        entra_id: problem.entraId ?? null,
        code: problem.code,
        values: JSON.stringify(problem.values),
        at: now,
      })),
    )
    .execute()
}

/** The objects that a run could not take over, in the order in which they were met. */
export async function listProblems(
  db: Db,
  organization: OrganizationId,
  run: string,
  page: { limit: number; after: number | undefined },
) {
  return await db
    .selectFrom('sync_problems')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('run_id', '=', run)
    .where('id', '>', String(page.after ?? 0))
    .orderBy('id')
    .limit(page.limit)
    .execute()
}

function columns(update: RunUpdate) {
  return {
    requests: update.requests,
    counts: JSON.stringify(update.counts),
    progress: JSON.stringify(update.progress),
    problem: update.problem ? JSON.stringify(update.problem) : null,
  }
}

// The JSON columns and the ids are written by this file only.
function fromRow(row: Selectable<Schema['sync_runs']>): StoredRun {
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
