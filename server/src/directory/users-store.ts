import type { UserQuery } from '@mooring/contract/directory'
import { type Expression, type Selectable, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { isGuid } from '../entra/ids.ts'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import { searchQuery } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_EACH_TIME } from '../platform/planned-statements.ts'
import type { UserRow } from '../platform/schema.ts'
import {
  type DirectoryFacts,
  factsOf,
  findDirectoryFacts,
  readFacts,
  withFacts,
} from './directory-facts-store.ts'
import { findGroup, groupsAround, type NamedGroup } from './groups-store.ts'
import { KeptCounts } from './kept-counts.ts'

const SORT_COLUMNS = {
  displayName: 'sort_name',
  userPrincipalName: 'sort_upn',
  department: 'sort_department',
} as const

const Place = z.tuple([z.string(), z.string()])

/** What a list tells of each person. The words they are found by stay where they are. */
const LISTED = [
  'id',
  'entra_id',
  'user_principal_name',
  'display_name',
  'given_name',
  'surname',
  'mail',
  'department',
  'job_title',
  'user_type',
  'state',
  'state_reason',
  'removed_at',
  'source',
  'created_at',
  'changed_at',
] as const satisfies readonly (keyof UserRow)[]

const DETAILED = [
  ...LISTED,
  'company_name',
  'office_location',
  'mobile_phone',
  'business_phones',
  'employee_id',
  'preferred_language',
  'usage_location',
  'on_premises_sync_enabled',
  'custom_fields',
] as const satisfies readonly (keyof UserRow)[]

/** A person as they are looked at: also those whom no synchronisation brought. */
export type ListedUser = Pick<Selectable<UserRow>, (typeof LISTED)[number]>
export type KnownUser = Pick<Selectable<UserRow>, (typeof DETAILED)[number]>

export type UserList = {
  readonly users: ListedUser[]
  readonly nextCursor: string | null
  /** How many match; counted for the first page only. */
  readonly total: number | null
  readonly facts: DirectoryFacts
}

/**
 * People that match, in the order asked for: those who are active or disabled, unless another state
 * is asked for. Whoever is outside the organization is never among them.
 *
 * @param counts where the total may be known from.
 */
export async function listUsers(
  db: Db,
  organization: OrganizationId,
  query: UserQuery,
  counts = new KeptCounts(),
): Promise<UserList> {
  const group = query.group ? await findGroup(db, organization, query.group) : undefined
  if (query.group && !group) {
    const facts = await findDirectoryFacts(db, organization)
    return { users: [], nextCursor: null, total: 0, facts }
  }
  const matching = matchingIn(db, organization, { ...query, groupEntraId: group?.entra_id })
  const what = sayFilter(query)
  const countTotal = (version: string | undefined) =>
    counts.one({ organization, version }, what, () => count(matching))
  const isFew = async () => {
    const known = await counts.recall(organization, what)
    return (
      (known ?? (await countTotal((await findDirectoryFacts(db, organization)).version))) <= FEW
    )
  }
  const isPicked = query.search !== undefined || group !== undefined
  const rows = isPicked && (await isFew()) ? pickFew : walk
  const { found, facts } = await withFacts(db, organization, rows(matching, organization, query))
  const page = toPage(found, query.limit, {
    item: (row) => row,
    key: (row) => [row.key, row.id],
  })
  const total = query.cursor ? null : await countTotal(facts.version)
  return { users: page.items, nextCursor: page.nextCursor, total, facts }
}

/**
 * As many are found by what matches and then sorted. PostgreSQL by itself would often go along the index of
 * names, and thinks that those who match are spread evenly: all Wolfgangs stand at its end.
 */
const FEW = 8000

type Matching = ReturnType<typeof matchingIn>
type ListedRow = ListedUser & { readonly key: string }
type Paging = Pick<UserQuery, 'sort' | 'descending' | 'cursor' | 'limit'>

/** Along the index of the order asked for, until a page is full. */
function walk(matching: Matching, _organization: OrganizationId, query: Paging) {
  const column = `u.${SORT_COLUMNS[query.sort]}` as const
  const direction = query.descending ? 'desc' : 'asc'
  return (
    beyondCursor(matching, query)
      .select([...LISTED.map((name) => `u.${name}` as const), `${column} as key`])
      .orderBy(column, direction)
      .orderBy('u.id', direction)
      // Written out, so that the plan is made for it.
      .limit(sql.lit(query.limit + 1)) as Expression<ListedRow>
  )
}

/** Everybody who matches, sorted; whole rows are fetched of a page only. */
function pickFew(matching: Matching, organization: OrganizationId, query: Paging) {
  const found = beyondCursor(matching, query).select([
    'u.id',
    `u.${SORT_COLUMNS[query.sort]} as key`,
  ])
  const direction = sql.raw(query.descending ? 'desc' : 'asc')
  return sql<ListedRow>`(
    with found as materialized ${found}
    select ${sql.join(LISTED.map((name) => sql.ref(`u.${name}`)))}, page.key
    from (
      select id, key from found order by key ${direction}, id ${direction}
      limit ${sql.lit(query.limit + 1)}
    ) as page
    join directory_users as u on u.organization_id = ${organization} and u.id = page.id
    order by page.key ${direction}, page.id ${direction})`
}

function beyondCursor(matching: Matching, { sort, descending, cursor }: Paging): Matching {
  if (!cursor) return matching
  const [value, id] = readCursor(cursor, Place)
  const beyond = sql.raw(descending ? '<' : '>')
  const place = sql.ref(`u.${SORT_COLUMNS[sort]}`)
  return matching.where(sql<SqlBool>`(${place}, u.id) ${beyond} (${value}, ${id})`)
}

/** The same for all pages and orders of a list. */
function sayFilter({ search, state, userType, entraId, upn, group }: UserQuery): string {
  return `users ${JSON.stringify([search, state, userType, entraId, upn, group])}`
}

async function count(matching: Matching): Promise<number> {
  const row = await matching
    .select((is) => is.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

type Wanted = UserQuery & { readonly groupEntraId: string | undefined }

function matchingIn(db: Db, organization: OrganizationId, query: Wanted) {
  let rows = db.selectFrom('directory_users as u').where('u.organization_id', '=', organization)
  rows = query.state
    ? rows.where('u.state', '=', sql.lit(query.state))
    : rows.where('u.state', 'in', sql<'active'>`('active', 'disabled')`)
  if (query.userType) rows = rows.where('u.user_type', '=', sql.lit(query.userType))
  if (query.entraId) rows = rows.where(entraIdIs(query.entraId))
  // Compared without case, as Entra does; `sort_upn` is indexed and also folds accents.
  if (query.upn) rows = rows.where(sql<SqlBool>`lower(u.user_principal_name) = lower(${query.upn})`)
  const words = query.search === undefined ? undefined : searchQuery(query.search)
  if (words) rows = rows.where(sql<SqlBool>`u.search @@ ${words}::tsquery`)
  if (query.groupEntraId) rows = rows.where(isMemberOf(organization, query.groupEntraId))
  // How it is best found depends on how many there are.
  if (words || query.groupEntraId) rows = rows.modifyFront(sql.raw(PLANNED_EACH_TIME))
  return rows
}

/** Somebody types or pastes it: what is no GUID matches nobody. */
function entraIdIs(text: string): Expression<SqlBool> {
  return isGuid(text) ? sql<SqlBool>`u.entra_id = ${text}::uuid` : sql<SqlBool>`false`
}

function isMemberOf(organization: OrganizationId, groupEntraId: string): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select from directory_memberships as edge
    where edge.organization_id = ${organization} and edge.group_entra_id = ${groupEntraId}::uuid
      and edge.member_entra_id = u.entra_id)`
}

/** One person of the organization, by our id. @throws {ApiError} 404 `userMissing`. */
export async function loadUser(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<KnownUser> {
  const user = await db
    .selectFrom('directory_users')
    .select(DETAILED)
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('state', '<>', sql.lit('outside'))
    .executeTakeFirst()
  if (!user) throw new ApiError(404, 'userMissing')
  return user
}

/**
 * The same with all that the person's own page tells, in one statement.
 *
 * @throws {ApiError} 404 `userMissing`.
 */
export async function loadUserPage(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<{ user: KnownUser; groups: readonly NamedGroup[]; facts: DirectoryFacts }> {
  const { rows } = await sql<KnownUser & { facts: string; groups: NamedGroup[] | null }>`
    select f.facts, ${sql.join(DETAILED.map((name) => sql.ref(`u.${name}`)))}, (
      ${groupsAround(organization, sql`u.entra_id`)}) as groups
    from ${factsOf(organization)} as f
    join directory_users as u on u.organization_id = ${organization} and u.id = ${id}
    where u.state <> 'outside'`.execute(db)
  const [found] = rows
  if (!found) throw new ApiError(404, 'userMissing')
  const { facts, groups, ...user } = found
  return { user, groups: groups ?? [], facts: readFacts(facts) }
}
