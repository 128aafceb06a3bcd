import { EnrolmentRules } from '@mooring/contract/enrolment'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { DEFAULT_RULES } from './decide-enrolment.ts'

export type StoredRules = {
  readonly rules: EnrolmentRules
  /** Absent while nobody has saved any. */
  readonly saved: { readonly at: Date; readonly by: string } | undefined
}

export async function findRules(db: Db, organization: OrganizationId): Promise<StoredRules> {
  const row = await db
    .selectFrom('enrolment_settings')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  if (!row) return { rules: DEFAULT_RULES, saved: undefined }
  return {
    // A rule that came later has its default.
    rules: EnrolmentRules.parse({ ...DEFAULT_RULES, ...(row.settings as object) }),
    saved: { at: row.updated_at, by: row.updated_by },
  }
}

/** Entra's ids of the groups whose members may enrol devices. */
export async function listRuleGroups(db: Db, organization: OrganizationId): Promise<string[]> {
  const { who } = (await findRules(db, organization)).rules
  return who.kind === 'groups' ? who.groups.map(({ entraId }) => entraId) : []
}

export async function saveRules(
  tx: Db,
  organization: OrganizationId,
  { rules, at, by }: { readonly rules: EnrolmentRules; readonly at: Date; readonly by: string },
): Promise<void> {
  const row = {
    organization_id: organization,
    settings: JSON.stringify(rules),
    updated_at: at,
    updated_by: by,
  }
  await tx
    .insertInto('enrolment_settings')
    .values(row)
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}
