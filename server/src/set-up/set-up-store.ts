import type { StepId, Track } from '@mooring/contract/set-up'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Who marked which steps as done, and when (RFC 3339). */
export type Marks = { readonly [Step in StepId]?: { readonly by: string; readonly at: string } }

/** What people have done in an organization's guide. */
export type StoredGuide = {
  readonly track: Track | undefined
  readonly draft: { readonly tenantId: string | undefined; readonly clientId: string | undefined }
  readonly marked: Marks
  readonly changedBy: string
  readonly changedAt: Date
}

/** What to change; what is absent stays as it is. */
export type GuideChange = {
  readonly track?: Track
  /** `null` empties the field. */
  readonly tenantId?: string | null
  readonly clientId?: string | null
  readonly mark: readonly StepId[]
  readonly unmark: readonly StepId[]
}

/** The organization's guide, once anybody has changed something in it. */
export async function findGuide(
  db: Db,
  organization: OrganizationId,
): Promise<StoredGuide | undefined> {
  const row = await db
    .selectFrom('set_up_guides')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    track: row.track ?? undefined,
    draft: {
      tenantId: row.draft_tenant_id ?? undefined,
      clientId: row.draft_client_id ?? undefined,
    },
    marked: row.marked as Marks, // written by changeGuide only
    changedBy: row.changed_by,
    changedAt: row.changed_at,
  }
}

/**
 * Changes what is named and nothing else, in one statement: administrators who work side by side do
 * not undo each other's changes.
 */
export async function changeGuide(
  db: Db,
  organization: OrganizationId,
  change: GuideChange,
  by: string,
  now: Date,
): Promise<void> {
  const added = JSON.stringify(
    Object.fromEntries(change.mark.map((step) => [step, { by, at: now.toISOString() }])),
  )
  const removed = JSON.stringify(change.unmark)
  const fields = {
    ...(change.track === undefined ? {} : { track: change.track }),
    ...(change.tenantId === undefined ? {} : { draft_tenant_id: change.tenantId }),
    ...(change.clientId === undefined ? {} : { draft_client_id: change.clientId }),
    changed_by: by,
    changed_at: now,
  }
  await db
    .insertInto('set_up_guides')
    .values({
      organization_id: organization,
      track: null,
      draft_tenant_id: null,
      draft_client_id: null,
      marked: added,
      ...fields,
    })
    .onConflict((conflict) =>
      conflict.column('organization_id').doUpdateSet({
        ...fields,
        marked: sql`(set_up_guides.marked || ${added}::jsonb)
          - array(select jsonb_array_elements_text(${removed}::jsonb))`,
      }),
    )
    .execute()
}
