import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { isGuid } from '../entra/ids.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_EACH_TIME } from '../platform/planned-statements.ts'
import type { MemberKind } from './group-change.ts'

/** Direct members of each group, without people who are removed or outside the organization. */
export async function countMembers(
  db: Db,
  organization: OrganizationId,
  groupEntraIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select edge.group_entra_id as id, count(*)::int as count
    from directory_memberships as edge
    where edge.organization_id = ${organization} and edge.group_entra_id = any(${[...groupEntraIds]}::uuid[])
      and not exists (
        select from directory_users as hidden
        where hidden.organization_id = ${organization} and hidden.entra_id = edge.member_entra_id
          and hidden.state in ('removed', 'outside'))
    group by edge.group_entra_id`.execute(db)
  return new Map(rows.map((row) => [row.id, row.count]))
}

/** A member of a group, with our id and name of it where we have them. */
export type MemberRow = {
  readonly kind: MemberKind
  readonly entraId: string
  readonly id: string | null
  readonly displayName: string | null
  readonly sortName: string
}

/** Where a page begins: after this name, or in the second list, of those without one. */
const Place = z.tuple([z.enum(['named', 'nameless']), z.string(), z.string()])
type Place = z.infer<typeof Place>
const START: Place = ['named', '', '00000000-0000-0000-0000-000000000000']

/**
 * Members of a group: people and groups by name, then what has no name here (devices, and people who
 * are not part of the organization) by Entra id. Removed ones are not among them.
 *
 * @param page `transitive`: also members of its member groups, each once; circles are harmless.
 */
export async function listMembers(
  db: Db,
  organization: OrganizationId,
  groupEntraId: string,
  page: { limit: number; cursor: string | undefined; transitive: boolean },
): Promise<{ members: MemberRow[]; nextCursor: string | null }> {
  const [list, name, id] = page.cursor ? readCursor(page.cursor, Place) : START
  if (!isGuid(id)) readCursor('', Place)
  const groups = page.transitive
    ? await listGroupsWithin(db, organization, groupEntraId)
    : [groupEntraId]
  const of: Of = { organization, groups, groupEntraId, limit: page.limit + 1 }
  const named = list === 'named' ? await listNamed(db, of, name, id) : []
  const rest = of.limit - named.length
  // Telling that nothing is left without a name means looking at every member: only at the end.
  const nameless =
    rest > 0 ? await listNameless(db, { ...of, limit: rest }, list === 'named' ? START[2] : id) : []
  const { items, nextCursor } = toPage([...named, ...nameless], page.limit, {
    item: (row) => row,
    key: (row) => [named.includes(row) ? 'named' : 'nameless', row.sortName, row.entraId],
  })
  return { members: items, nextCursor }
}

type Of = {
  readonly organization: OrganizationId
  /** The group and, for transitive lists, all groups within it. */
  readonly groups: readonly string[]
  readonly groupEntraId: string
  readonly limit: number
}

const isEdge = ({ organization, groups, groupEntraId }: Of) => sql<SqlBool>`
  edge.organization_id = ${organization} and edge.group_entra_id = any(${[...groups]}::uuid[])
  and edge.member_entra_id <> ${groupEntraId}::uuid`

/**
 * The fifty people of a page are found along the index of names, however many members there are; of a
 * small group its members are looked up one by one instead. Which is better PostgreSQL knows by the group.
 */
async function listNamed(db: Db, of: Of, name: string, id: string): Promise<MemberRow[]> {
  const { organization, limit } = of
  const { rows } = await sql<MemberRow>`
    ${sql.raw(PLANNED_EACH_TIME)} (
      select 'user' as kind, u.entra_id as "entraId", u.id,
        coalesce(u.display_name, u.user_principal_name) as "displayName", u.sort_name as "sortName"
      from directory_users as u
      where u.organization_id = ${organization} and u.state in ('active', 'disabled')
        and (u.sort_name, u.entra_id) > (${name}, ${id}::uuid)
        and exists (
          select from directory_memberships as edge
          where ${isEdge(of)} and edge.member_entra_id = u.entra_id)
      order by u.sort_name, u.entra_id
      limit ${limit}
    ) union all (
      select distinct 'group', g.entra_id, g.id, g.display_name, g.sort_name
      from directory_memberships as edge
      join directory_groups as g
        on g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
      where ${isEdge(of)} and edge.member_kind <> 'user' and g.state = 'active'
        and (g.sort_name, g.entra_id) > (${name}, ${id}::uuid)
      order by 5, 2
      limit ${limit}
    )
    order by 5, 2
    limit ${limit}`.execute(db)
  return rows
}

async function listNameless(db: Db, of: Of, id: string): Promise<MemberRow[]> {
  const { organization, limit } = of
  const { rows } = await sql<MemberRow>`
    select distinct edge.member_kind as kind, edge.member_entra_id as "entraId", d.id,
      d.display_name as "displayName", '' as "sortName"
    from directory_memberships as edge
    left join directory_devices as d
      on d.organization_id = ${organization} and d.entra_id = edge.member_entra_id
    where ${isEdge(of)} and edge.member_entra_id > ${id}::uuid
      and d.state is distinct from 'removed'
      and not exists (
        select from directory_users as u
        where u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
          and u.state <> 'outside')
      and not exists (
        select from directory_groups as g
        where g.organization_id = ${organization} and g.entra_id = edge.member_entra_id)
    order by 2
    limit ${limit}`.execute(db)
  return rows
}

/** The group itself and all groups within it, each once. */
async function listGroupsWithin(
  db: Db,
  organization: OrganizationId,
  groupEntraId: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive inside (id) as (
      select ${groupEntraId}::uuid
      union
      select edge.member_entra_id
      from directory_memberships as edge join inside on edge.group_entra_id = inside.id
      where edge.organization_id = ${organization} and edge.member_kind <> 'user'
        and edge.member_kind = 'group'
        and not exists (
          select from directory_groups as g
          where g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
            and g.state = 'removed')
    )
    select id from inside`.execute(db)
  return rows.map((row) => row.id)
}
