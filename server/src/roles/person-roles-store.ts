import { Role } from '@mooring/contract/permissions'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Somebody whose roles became others. */
export type RoleChange = {
  readonly userId: string
  readonly name: string
  readonly before: readonly Role[]
  readonly after: readonly Role[]
}

/**
 * Works out anew who holds which role: what was given to people, and to groups for everybody in them,
 * through groups within groups as well. Circles end.
 *
 * Called in the transaction that changed an assignment or the directory, so that a request reads what
 * holds now with one look. Guests hold only what says that guests may.
 *
 * @returns who gained, lost or changed roles.
 */
export async function refreshPersonRoles(
  tx: Db,
  organization: OrganizationId,
): Promise<RoleChange[]> {
  // Two at once would each write what the other does not see. A lock of its own: whoever ends a run
  // comes here holding what others want who hold the organization.
  await sql`select pg_advisory_xact_lock(hashtextextended(${organization}, 8))`.execute(tx)
  const { rows } = await sql<Changed>`
    with recursive given (role, includes_guests, group_entra_id) as (
      select a.role, a.includes_guests, g.entra_id
      from role_assignments as a
      join directory_groups as g on g.organization_id = ${organization} and g.id = a.group_id
      where a.organization_id = ${organization} and g.state = 'active'
      union
      select given.role, given.includes_guests, edge.member_entra_id
      from given
      join directory_memberships as edge
        on edge.organization_id = ${organization} and edge.group_entra_id = given.group_entra_id
      join directory_groups as g
        on g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
      where edge.member_kind = 'group' and g.state = 'active'
    ),
    held (user_id, role) as (
      select u.id, given.role
      from given
      join directory_memberships as edge
        on edge.organization_id = ${organization} and edge.group_entra_id = given.group_entra_id
      join directory_users as u
        on u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
      where edge.member_kind = 'user' and u.state = 'active'
        and (given.includes_guests or u.user_type = 'member')
      union
      select u.id, a.role
      from role_assignments as a
      join directory_users as u on u.organization_id = ${organization} and u.id = a.user_id
      where a.organization_id = ${organization} and u.state = 'active'
        and (a.includes_guests or u.user_type = 'member')
    ),
    wanted as (select user_id, array_agg(role order by role) as roles from held group by user_id)
    select coalesce(wanted.user_id, kept.user_id) as user_id,
      coalesce(u.display_name, u.user_principal_name) as name,
      kept.roles as before, wanted.roles as after
    from wanted
    full join (select * from person_roles where organization_id = ${organization}) as kept
      on kept.user_id = wanted.user_id
    left join directory_users as u
      on u.organization_id = ${organization} and u.id = coalesce(wanted.user_id, kept.user_id)
    where kept.roles is distinct from wanted.roles`.execute(tx)
  const lost = rows.filter((row) => row.after === null).map((row) => row.user_id)
  if (lost.length > 0) {
    await tx
      .deleteFrom('person_roles')
      .where('organization_id', '=', organization)
      .where('user_id', 'in', lost)
      .execute()
  }
  for (const row of rows) {
    if (row.after === null) continue
    await tx
      .insertInto('person_roles')
      .values({ organization_id: organization, user_id: row.user_id, roles: row.after })
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'user_id']).doUpdateSet({ roles: row.after ?? [] }),
      )
      .execute()
  }
  return rows.map((row) => ({
    userId: row.user_id,
    name: row.name ?? row.user_id,
    before: toRoles(row.before),
    after: toRoles(row.after),
  }))
}

type Changed = {
  user_id: string
  name: string | null
  before: string[] | null
  after: string[] | null
}

/** The roles a person holds now, strongest first. */
export async function findPersonRoles(
  db: Db,
  organization: OrganizationId,
  userId: string,
): Promise<Role[]> {
  const row = await db
    .selectFrom('person_roles')
    .select('roles')
    .where('organization_id', '=', organization)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return toRoles(row?.roles)
}

/** As kept, in any order, into roles, strongest first. A role that no longer exists gives nothing. */
export function toRoles(kept: readonly string[] | null | undefined): Role[] {
  return Role.options.filter((role) => kept?.includes(role))
}
