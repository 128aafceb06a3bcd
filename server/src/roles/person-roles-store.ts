import { Role } from '@mooring/contract/permissions'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { saveReached, strongReach } from './emptied-store.ts'
import { reaching } from './reach-store.ts'

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
 * @param keepsEmptied whether people keep a strong role when the group that gave it reaches nobody any
 *   more: until the removal brake lets that go. An assignment that is taken away is gone in any case.
 * @returns who gained, lost or changed roles.
 */
export async function refreshPersonRoles(
  tx: Db,
  organization: OrganizationId,
  { keepsEmptied }: { readonly keepsEmptied: boolean } = { keepsEmptied: true },
): Promise<RoleChange[]> {
  // Two at once would each write what the other does not see. A lock of its own: whoever ends a run
  // comes here holding what others want who hold the organization.
  await sql`select pg_advisory_xact_lock(hashtextextended(${organization}, 8))`.execute(tx)
  const { rows } = await sql<Changed>`
    with recursive ${reaching(organization)}, ${strongReach(organization)},
    held (user_id, role) as (
      select user_id, role from reached
      union
      select u.id, a.role
      from role_assignments as a
      join directory_users as u on u.organization_id = ${organization} and u.id = a.user_id
      where a.organization_id = ${organization} and u.state = 'active'
        and (a.includes_guests or u.user_type = 'member')
      union
      select u.id, strong.role
      from strong
      join directory_users as u on u.organization_id = ${organization} and u.id = any(strong.before)
      where ${keepsEmptied} and strong.is_emptied and u.state = 'active'
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
  await saveReached(tx, organization, { keepsEmptied })
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
