import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Entra's ids of the groups that give people a role. */
export async function listRoleGroups(db: Db, organization: OrganizationId): Promise<string[]> {
  const rows = await db
    .selectFrom('directory_groups as g')
    .innerJoin('role_assignments as a', (join) =>
      join.onRef('a.organization_id', '=', 'g.organization_id').onRef('a.group_id', '=', 'g.id'),
    )
    .select('g.entra_id')
    .distinct()
    .where('g.organization_id', '=', organization)
    .where('a.organization_id', '=', organization)
    .execute()
  return rows.map(({ entra_id }) => entra_id)
}
