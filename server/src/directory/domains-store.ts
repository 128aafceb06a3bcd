import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** The domains of people's user principal names, the most common first. */
export async function listPeoplesDomains(
  db: Db,
  organization: OrganizationId,
  most: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('directory_users')
    .select(sql<string>`lower(split_part(user_principal_name, '@', 2))`.as('domain'))
    .where('organization_id', '=', organization)
    .where('state', '=', 'active')
    .where(sql<boolean>`user_type is distinct from 'Guest'`)
    .groupBy('domain')
    .orderBy(sql`count(*)`, 'desc')
    .orderBy('domain')
    .limit(most)
    .execute()
  return rows.map(({ domain }) => domain)
}
