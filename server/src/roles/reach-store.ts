import { type RawBuilder, sql } from 'kysely'
import type { OrganizationId } from '../platform/organization-id.ts'

/**
 * For `with recursive`: `given`, the groups that each assignment to a group reaches, through groups within
 * groups (circles end), and `reached (id, role, user_id)`, the people in them who may hold the role.
 *
 * @param which narrows the assignments `a`, e.g. sql`and a.id = …`.
 */
export function reaching(organization: OrganizationId, which: RawBuilder<unknown> = sql``) {
  return sql`
    given (id, role, includes_guests, group_entra_id) as (
      select a.id, a.role, a.includes_guests, g.entra_id
      from role_assignments as a
      join directory_groups as g on g.organization_id = ${organization} and g.id = a.group_id
      where a.organization_id = ${organization} and g.state = 'active' ${which}
      union
      select given.id, given.role, given.includes_guests, edge.member_entra_id
      from given
      join directory_memberships as edge
        on edge.organization_id = ${organization} and edge.group_entra_id = given.group_entra_id
      join directory_groups as g
        on g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
      where edge.member_kind = 'group' and g.state = 'active'
    ),
    reached (id, role, user_id) as (
      select given.id, given.role, u.id
      from given
      join directory_memberships as edge
        on edge.organization_id = ${organization} and edge.group_entra_id = given.group_entra_id
      join directory_users as u
        on u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
      where edge.member_kind = 'user' and u.state = 'active'
        and (given.includes_guests or u.user_type = 'member')
    )`
}
