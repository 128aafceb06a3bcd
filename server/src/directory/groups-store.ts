import type { GroupQuery } from '@mooring/contract/directory'
import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { isGuid } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { searchQuery } from './folding.ts'
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
    .where('g.state', '=', 'active')
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

/** One group that is shown, by our id. @throws {ApiError} 404 `groupMissing`. */
export async function loadGroup(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<GroupRecord> {
  const group = await findGroup(db, organization, id)
  if (!group || group.state === 'removed') throw new ApiError(404, 'groupMissing')
  return group
}

/** One group, by our id; removed ones, too. */
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
    .where('g.state', '=', 'active')
    .where('edge.member_entra_id', '=', memberEntraId)
    .orderBy('g.sort_name')
    .execute()
}
