import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** What an object is called here at present, and our id of it. */
export type ObjectName = { readonly id: string; readonly name: string | null }

/**
 * Names of people, groups and devices that the organization has, by Entra id. Whoever is outside
 * it has none.
 */
export async function findObjectNames(
  db: Db,
  organization: OrganizationId,
  entraIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ObjectName>> {
  if (entraIds.size === 0) return new Map()
  const wanted = [...entraIds]
  const { rows } = await sql<ObjectName & { entraId: string }>`
    select entra_id as "entraId", id, coalesce(display_name, user_principal_name) as name
    from directory_users
    where organization_id = ${organization} and entra_id = any(${wanted}::uuid[]) and state <> 'outside'
    union all
    select entra_id, id, display_name from directory_groups
    where organization_id = ${organization} and entra_id = any(${wanted}::uuid[])
    union all
    select entra_id, id, display_name from directory_devices
    where organization_id = ${organization} and entra_id = any(${wanted}::uuid[])`.execute(db)
  return new Map(rows.map(({ entraId, id, name }) => [entraId, { id, name }]))
}
