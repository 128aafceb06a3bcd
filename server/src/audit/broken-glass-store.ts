import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** When a local owner last signed in though people sign in with a provider. @param since no earlier. */
export async function findBrokenGlass(
  db: Db,
  organization: OrganizationId,
  since: Date,
): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date }>`
    select at from audit_events
    where organization_id = ${organization} and details ->> 'breakGlass' = 'true' and at > ${since}
    order by number desc limit 1`.execute(db)
  return rows[0]?.at
}
