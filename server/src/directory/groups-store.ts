import type { GroupQuery } from '@mooring/contract/directory'
import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { isGuid } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_EACH_TIME } from '../platform/planned-statements.ts'
import type { GroupRow } from '../platform/schema.ts'
import { searchQuery } from './folding.ts'
import { countAnew, type Keep } from './kept-counts.ts'

const Place = z.tuple([z.string(), z.string()])

/** What a list tells of each group. The words it is found by stay where they are. */
const LISTED = [
  'id',
  'entra_id',
  'display_name',
  'description',
  'mail',
  'kind',
  'is_dynamic',
  'visibility',
  'created_at',
  'changed_at',
  'sort_name',
] as const satisfies readonly (keyof GroupRow)[]

const DETAILED = [
  ...LISTED,
  'state',
  'membership_rule',
  'on_premises_sync_enabled',
] as const satisfies readonly (keyof GroupRow)[]

/** A group as it is looked at. */
export type ListedGroup = Pick<GroupRow, (typeof LISTED)[number]>
export type KnownGroup = Pick<GroupRow, (typeof DETAILED)[number]>
export type NamedGroup = Pick<GroupRow, 'id' | 'entra_id' | 'display_name' | 'kind'>

export type GroupList = {
  readonly groups: ListedGroup[]
  readonly nextCursor: string | null
  /** How many match; counted for the first page only. */
  readonly total: number | null
}

/** Groups that match, by name. @param keep where the total may be known from. */
export async function listGroups(
  db: Db,
  organization: OrganizationId,
  query: GroupQuery,
  keep: Keep = countAnew,
): Promise<GroupList> {
  const direction = query.descending ? 'desc' : 'asc'
  let rows = matching(db, organization, query).select(LISTED.map((name) => `g.${name}` as const))
  if (query.cursor) {
    const [value, id] = readCursor(query.cursor, Place)
    const beyond = sql.raw(query.descending ? '<' : '>')
    rows = rows.where(sql<SqlBool>`(g.sort_name, g.id) ${beyond} (${value}, ${id})`)
  }
  const found = await rows
    .orderBy('g.sort_name', direction)
    .orderBy('g.id', direction)
    // Written out, so that the plan is made for it.
    .limit(sql.lit(query.limit + 1))
    .execute()
  const page = toPage(found, query.limit, {
    item: (row) => row,
    key: (row) => [row.sort_name, row.id],
  })
  const total = query.cursor
    ? null
    : await keep(sayFilter(query), () => count(db, organization, query))
  return { groups: page.items, nextCursor: page.nextCursor, total }
}

/** The same for all pages and orders of a list. */
function sayFilter({ search, kind, entraId }: GroupQuery): string {
  return `groups ${JSON.stringify([search, kind, entraId])}`
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
    .where('g.state', '=', sql.lit('active'))
  if (query.kind) rows = rows.where('g.kind', '=', sql.lit(query.kind))
  if (query.entraId) {
    rows = rows.where(
      isGuid(query.entraId)
        ? sql<SqlBool>`g.entra_id = ${query.entraId}::uuid`
        : sql<SqlBool>`false`,
    )
  }
  const words = query.search === undefined ? undefined : searchQuery(query.search)
  if (words) {
    rows = rows
      .where(sql<SqlBool>`g.search @@ ${words}::tsquery`)
      // Along the index of names, or from the few that match: that depends on how many do.
      .modifyFront(sql.raw(PLANNED_EACH_TIME))
  }
  return rows
}

/** One group that is shown, by our id. @throws {ApiError} 404 `groupMissing`. */
export async function loadGroup(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<KnownGroup> {
  const group = await findGroup(db, organization, id)
  if (!group || group.state === 'removed') throw new ApiError(404, 'groupMissing')
  return group
}

/** One group, by our id; removed ones, too. */
export async function findGroup(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<KnownGroup | undefined> {
  return await db
    .selectFrom('directory_groups')
    .select(DETAILED)
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The groups that something is a direct member of, by name. */
export async function listGroupsOf(
  db: Db,
  organization: OrganizationId,
  memberEntraId: string,
): Promise<NamedGroup[]> {
  return await db
    .selectFrom('directory_groups as g')
    .innerJoin('directory_memberships as edge', (join) =>
      join
        .onRef('edge.organization_id', '=', 'g.organization_id')
        .onRef('edge.group_entra_id', '=', 'g.entra_id'),
    )
    .select(['g.id', 'g.entra_id', 'g.display_name', 'g.kind'])
    .where('g.organization_id', '=', organization)
    .where('g.state', '=', sql.lit('active'))
    .where('edge.member_entra_id', '=', memberEntraId)
    .orderBy('g.sort_name')
    .execute()
}
