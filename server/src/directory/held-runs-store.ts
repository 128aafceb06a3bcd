import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { RunDecision, SyncRunId } from './sync-run.ts'
import { type StoredRun, toStoredRun } from './sync-runs-store.ts'

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
  return row && toStoredRun(row)
}

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
