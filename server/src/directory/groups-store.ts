import type { GroupQuery } from '@mooring/contract/directory'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { isGuid } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import { searchQuery } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_EACH_TIME } from '../platform/planned-statements.ts'
import type { GroupRow } from '../platform/schema.ts'
import { type DirectoryFacts, factsOf, readFacts, withFacts } from './directory-facts-store.ts'
import { KeptCounts } from './kept-counts.ts'

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
type KnownGroup = Pick<GroupRow, (typeof DETAILED)[number]>
export type NamedGroup = Pick<GroupRow, 'id' | 'entra_id' | 'display_name' | 'kind'>

export type GroupList = {
  readonly groups: ListedGroup[]
  readonly nextCursor: string | null
  /** How many match; counted for the first page only. */
  readonly total: number | null
  readonly facts: DirectoryFacts
}

/** Groups that match, by name. @param counts where the total may be known from. */
export async function listGroups(
  db: Db,
  organization: OrganizationId,
  query: GroupQuery,
  counts = new KeptCounts(),
): Promise<GroupList> {
  const direction = query.descending ? 'desc' : 'asc'
  let rows = matching(db, organization, query).select(LISTED.map((name) => `g.${name}` as const))
  if (query.cursor) {
    const [value, id] = readCursor(query.cursor, Place)
    const beyond = sql.raw(query.descending ? '<' : '>')
    rows = rows.where(sql<SqlBool>`(g.sort_name, g.id) ${beyond} (${value}, ${id})`)
  }
  rows = rows
    .orderBy('g.sort_name', direction)
    .orderBy('g.id', direction)
    // Written out, so that the plan is made for it.
    .limit(sql.lit(query.limit + 1))
  const { found, facts } = await withFacts(db, organization, rows)
  const page = toPage(found, query.limit, {
    item: (row) => row,
    key: (row) => [row.sort_name, row.id],
  })
  const at = { organization, version: facts.version }
  const total = query.cursor
    ? null
    : await counts.one(at, sayFilter(query), () => count(db, organization, query))
  return { groups: page.items, nextCursor: page.nextCursor, total, facts }
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

/**
 * The same with all that the group's own page tells, in one statement.
 *
 * @throws {ApiError} 404 `groupMissing`.
 */
export async function loadGroupPage(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<{ group: KnownGroup; memberOf: readonly NamedGroup[]; facts: DirectoryFacts }> {
  const { rows } = await sql<KnownGroup & { facts: string; memberOf: NamedGroup[] | null }>`
    select f.facts, ${sql.join(DETAILED.map((name) => sql.ref(`shown.${name}`)))}, (
      ${groupsAround(organization, sql`shown.entra_id`)}) as "memberOf"
    from ${factsOf(organization)} as f
    join directory_groups as shown on shown.organization_id = ${organization} and shown.id = ${id}
    where shown.state <> 'removed'`.execute(db)
  const [found] = rows
  if (!found) throw new ApiError(404, 'groupMissing')
  const { facts, memberOf, ...group } = found
  return { group, memberOf: memberOf ?? [], facts: readFacts(facts) }
}

/** The groups that something is a direct member of, by name, as one value: `NamedGroup[]`, or null. */
export function groupsAround(organization: OrganizationId, memberEntraId: RawBuilder<unknown>) {
  return sql`
    select json_agg(json_build_object('id', g.id, 'entra_id', g.entra_id,
      'display_name', g.display_name, 'kind', g.kind) order by g.sort_name)
    from directory_groups as g
    join directory_memberships as edge
      on edge.organization_id = ${organization} and edge.group_entra_id = g.entra_id
    where g.organization_id = ${organization} and g.state = 'active'
      and edge.member_entra_id = ${memberEntraId}`
}
