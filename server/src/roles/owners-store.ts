import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** The owners of an organization: local administrators, and people who hold the role. */
export type Owners = { readonly administrators: readonly string[]; readonly people: number }

/** Looks who owns an organization; the local ones stay locked, so that two cannot leave at once. */
export async function lockOwners(tx: Db, organization: OrganizationId): Promise<Owners> {
  const administrators = await tx
    .selectFrom('administrators')
    .select('id')
    .where('organization_id', '=', organization)
    .where('role', '=', 'owner')
    .orderBy('id')
    .forUpdate()
    .execute()
  const { rows } = await sql<{ people: number }>`
    select count(*)::int as people from person_roles
    where organization_id = ${organization} and 'owner' = any(roles)`.execute(tx)
  return { administrators: administrators.map(({ id }) => id), people: rows[0]?.people ?? 0 }
}
