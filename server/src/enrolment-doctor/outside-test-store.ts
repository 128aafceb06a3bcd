import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { OutsideFinding, StoredOutsideTest } from './outside-finding.ts'

/** What the organization's last test found. */
export async function findOutsideTest(
  db: Db,
  organization: OrganizationId,
): Promise<StoredOutsideTest | undefined> {
  const row = await db
    .selectFrom('outside_tests')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return (
    row && {
      testedAt: row.tested_at,
      testedBy: row.tested_by,
      // Written by saveOutsideTest only.
      findings: row.findings as OutsideFinding[],
    }
  )
}

/** Keeps a test in place of the one before. */
export async function saveOutsideTest(
  tx: Db,
  organization: OrganizationId,
  { testedAt, testedBy, findings }: StoredOutsideTest,
): Promise<void> {
  const row = {
    tested_at: testedAt,
    tested_by: testedBy,
    findings: JSON.stringify(findings),
  }
  await tx
    .insertInto('outside_tests')
    .values({ organization_id: organization, ...row })
    .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
    .execute()
}
