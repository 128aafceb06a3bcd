import type { GroupQuery } from '@mooring/contract/directory'
import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { isGuid } from '../entra/ids.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { searchQuery } from './folding.ts'
import type { MemberKind } from './group-change.ts'
import type { GroupRecord } from './plan-groups.ts'

const Place = z.tuple([z.string(), z.string()])

export type GroupList = {
  readonly groups: GroupRecord[]
  readonly nextCursor: string | null
  /** How many match; counted for the first page only. */
  readonly total: number | null
}

/** Groups that match, by name. */
export async function listGroups(
  db: Db,
  organization: OrganizationId,
  query: GroupQuery,
): Promise<GroupList> {
  const direction = query.descending ? 'desc' : 'asc'
  let rows = matching(db, organization, query).selectAll('g')
  if (query.cursor) {
    const [value, id] = readCursor(query.cursor, Place)
    const beyond = sql.raw(query.descending ? '<' : '>')
    rows = rows.where(sql<SqlBool>`(g.sort_name, g.id) ${beyond} (${value}, ${id})`)
  }
  const found = await rows
    .orderBy('g.sort_name', direction)
    .orderBy('g.id', direction)
    .limit(query.limit + 1)
    .execute()
  const page = toPage(found, query.limit, {
    item: (row) => row,
    key: (row) => [row.sort_name, row.id],
  })
  const total = query.cursor ? null : await count(db, organization, query)
  return { groups: page.items, nextCursor: page.nextCursor, total }
}

async function count(db: Db, organization: OrganizationId, query: GroupQuery): Promise<number> {
  const row = await matching(db, organization, query)
    .select((is) => is.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

function matching(db: Db, organization: OrganizationId, query: GroupQuery) {
  let rows = db
    .selectFrom('directory_groups as g')
    .where('g.organization_id', '=', organization)
    .where('g.state', '<>', 'removed')
  if (query.kind) rows = rows.where('g.kind', '=', query.kind)
  if (query.entraId) {
    rows = rows.where(
      isGuid(query.entraId)
        ? sql<SqlBool>`g.entra_id = ${query.entraId}::uuid`
        : sql<SqlBool>`false`,
    )
  }
  const words = query.search === undefined ? undefined : searchQuery(query.search)
  if (words) rows = rows.where(sql<SqlBool>`g.search @@ ${words}::tsquery`)
  return rows
}

/** One group, by our id. */
export async function findGroup(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<GroupRecord | undefined> {
  return await db
    .selectFrom('directory_groups')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Direct members of each group, without people who are hidden. */
export async function countMembers(
  db: Db,
  organization: OrganizationId,
  groupEntraIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select edge.group_entra_id as id, count(*)::int as count
    from directory_memberships as edge
    where edge.organization_id = ${organization} and edge.group_entra_id = any(${[...groupEntraIds]}::uuid[])
      and ${isVisible(organization)}
    group by edge.group_entra_id`.execute(db)
  return new Map(rows.map((row) => [row.id, row.count]))
}

/** The groups that something is a direct member of, by name. */
export async function listGroupsOf(
  db: Db,
  organization: OrganizationId,
  memberEntraId: string,
): Promise<GroupRecord[]> {
  return await db
    .selectFrom('directory_groups as g')
    .innerJoin('directory_memberships as edge', (join) =>
      join
        .onRef('edge.organization_id', '=', 'g.organization_id')
        .onRef('edge.group_entra_id', '=', 'g.entra_id'),
    )
    .selectAll('g')
    .where('g.organization_id', '=', organization)
    .where('g.state', '<>', 'removed')
    .where('edge.member_entra_id', '=', memberEntraId)
    .orderBy('g.sort_name')
    .execute()
}

/** A member of a group, with our id and name of it where we have them. */
export type MemberRow = {
  readonly kind: MemberKind
  readonly entraId: string
  readonly id: string | null
  readonly displayName: string | null
  readonly sortName: string
}

/**
 * Members of a group, by name; those without a name of ours come first.
 *
 * People, other objects and people we have no row of are three limited lists that are merged: the
 * fifty people of a page are found along the index of names, however many members there are.
 *
 * @param page `transitive`: also members of its member groups, each once; circles are harmless.
 */
export async function listMembers(
  db: Db,
  organization: OrganizationId,
  groupEntraId: string,
  page: { limit: number; cursor: string | undefined; transitive: boolean },
): Promise<{ members: MemberRow[]; nextCursor: string | null }> {
  const [name, id] = page.cursor
    ? readCursor(page.cursor, Place)
    : ['', '00000000-0000-0000-0000-000000000000']
  if (!isGuid(id)) readCursor('', Place)
  const groups = page.transitive
    ? await listGroupsWithin(db, organization, groupEntraId)
    : [groupEntraId]
  const isEdge = sql<SqlBool>`edge.organization_id = ${organization}
    and edge.group_entra_id = any(${groups}::uuid[])
    and edge.member_entra_id <> ${groupEntraId}::uuid`
  const limit = page.limit + 1
  const { rows } = await sql<MemberRow>`
    (
      select 'user' as kind, u.entra_id as "entraId", u.id,
        coalesce(u.display_name, u.user_principal_name) as "displayName", u.sort_name as "sortName"
      from directory_users as u
      where u.organization_id = ${organization} and u.state <> 'removed'
        and (u.sort_name, u.entra_id) > (${name}, ${id}::uuid)
        and exists (
          select from directory_memberships as edge
          where ${isEdge} and edge.member_entra_id = u.entra_id)
      order by u.sort_name, u.entra_id
      limit ${limit}
    ) union all (
      select distinct edge.member_kind, edge.member_entra_id, g.id, g.display_name,
        coalesce(g.sort_name, '') collate "C"
      from directory_memberships as edge
      left join directory_groups as g
        on g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
      where ${isEdge} and edge.member_kind <> 'user'
        and (coalesce(g.sort_name, '') collate "C", edge.member_entra_id) > (${name}, ${id}::uuid)
      order by 5, 2
      limit ${limit}
    ) union all (
      select distinct edge.member_kind, edge.member_entra_id, null, null, '' collate "C"
      from directory_memberships as edge
      where ${isEdge} and edge.member_kind = 'user'
        and ${name} = '' and edge.member_entra_id > ${id}::uuid
        and not exists (
          select from directory_users as u
          where u.organization_id = ${organization} and u.entra_id = edge.member_entra_id)
      order by 2
      limit ${limit}
    )
    order by 5, 2
    limit ${limit}`.execute(db)
  const key = (row: MemberRow) => [row.sortName, row.entraId]
  const { items, nextCursor } = toPage(rows, page.limit, { item: (row) => row, key })
  return { members: items, nextCursor }
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
    )
    select id from inside`.execute(db)
  return rows.map((row) => row.id)
}

/** A membership of somebody in Entra's recycle bin is kept and not shown. */
function isVisible(organization: OrganizationId) {
  return sql<SqlBool>`not exists (
    select from directory_users as hidden
    where hidden.organization_id = ${organization} and hidden.entra_id = edge.member_entra_id
      and hidden.state = 'removed')`
}
