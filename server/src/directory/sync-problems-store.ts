import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Problem } from './object-plan.ts'
import type { SyncRunId } from './sync-run.ts'

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
