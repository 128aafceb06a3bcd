import { ComplianceMode, ComplianceRule } from '@mooring/contract/compliance'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** What an organization asks of its devices, and whether Entra is told. */
export type StoredCompliance = {
  readonly mode: ComplianceMode
  readonly paused: boolean
  readonly untoldCounts: boolean
  readonly rules: readonly ComplianceRule[]
  /** Grows with whatever verdicts or marks depend on. */
  readonly version: number
}

const NOTHING_SAID: StoredCompliance = {
  mode: 'off',
  paused: false,
  untoldCounts: false,
  rules: [],
  version: 0,
}
const Rules = ComplianceRule.array()

/** @param hold until the transaction ends: two who save take turns, and nobody judges meanwhile by the old. */
export async function findCompliance(
  db: Db,
  organization: OrganizationId,
  hold?: 'forUpdate' | 'forShare',
): Promise<StoredCompliance> {
  const query = db
    .selectFrom('compliance_settings')
    .selectAll()
    .where('organization_id', '=', organization)
  const row = await (hold ? query[hold]() : query).executeTakeFirst()
  if (!row) return NOTHING_SAID
  return {
    mode: ComplianceMode.parse(row.mode),
    paused: row.is_paused,
    untoldCounts: row.untold_counts,
    rules: Rules.parse(row.rules),
    version: row.version,
  }
}

/** The same, held, whether anybody has said anything before or not. */
export async function holdCompliance(
  tx: Db,
  organization: OrganizationId,
): Promise<StoredCompliance> {
  await tx
    .insertInto('compliance_settings')
    .values({ organization_id: organization })
    .onConflict((conflict) => conflict.column('organization_id').doNothing())
    .execute()
  return await findCompliance(tx, organization, 'forUpdate')
}

/** Saves it under the next version: everything is judged anew. */
export async function saveCompliance(
  tx: Db,
  organization: OrganizationId,
  { mode, paused, untoldCounts, rules, version }: StoredCompliance,
  { at, by }: { readonly at: Date; readonly by: string },
): Promise<void> {
  await tx
    .updateTable('compliance_settings')
    .set({
      mode,
      is_paused: paused,
      untold_counts: untoldCounts,
      rules: JSON.stringify(rules),
      version: version + 1,
      saved_at: at,
      saved_by: by,
    })
    .where('organization_id', '=', organization)
    .execute()
}
