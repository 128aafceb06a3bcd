import { Role } from '@mooring/contract/permissions'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Every role that is given to some person or group of the organization, strongest first. */
export async function listGivenRoles(db: Db, organization: OrganizationId): Promise<Role[]> {
  const rows = await db
    .selectFrom('role_assignments')
    .select('role')
    .distinct()
    .where('organization_id', '=', organization)
    .execute()
  const given = new Set<string>(rows.map(({ role }) => role))
  return Role.options.filter((role) => given.has(role))
}
