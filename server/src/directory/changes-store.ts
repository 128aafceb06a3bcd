import type { ChangeQuery } from '@mooring/contract/directory'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { sortKey } from '../platform/folding.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** One real difference as it is kept. */
export type StoredChange = {
  readonly number: number
  readonly at: Date
  readonly runId: string | null
  /** `stream` with `loaded`: everything of that kind came for the first time, not told one by one. */
  readonly object: 'user' | 'group' | 'membership' | 'device' | 'stream'
  readonly change: string
  readonly entraId: string | null
  readonly objectId: string | null
  readonly name: string | null
  readonly memberEntraId: string | null
  readonly memberKind: string | null
  readonly reason: string | null
  readonly fields: Readonly<Record<string, readonly [string | null, string | null]>> | null
}

/** Where the changes of a run are kept: made, or only worked out. */
export type ChangesOfRun = {
  readonly run: string
  readonly table: 'directory_changes' | 'sync_proposals'
}

type Page = { readonly limit: number; readonly after: number | undefined }

// What a sign-in brought belongs to no run.
const COLUMNS = sql`number, at, nullif(run_id, 'sign-in') as "runId", object, change, entra_id as "entraId",
  object_id as "objectId", name, member_entra_id as "memberEntraId", member_kind as "memberKind",
  reason, fields`

/**
 * Where to look for what a run changed. Of a dry run, of one that is held, and of one that was held
 * and not approved, or stopped after that, it is what it would have changed.
 *
 * @returns `undefined` when the organization has no such run.
 */
export async function findChangesOfRun(
  db: Db,
  organization: OrganizationId,
  run: string,
): Promise<ChangesOfRun | undefined> {
  const { rows } = await sql<{ isProposed: boolean }>`
    select dry_run or state = 'held' or (
      (coalesce(decision ->> 'kind', '') <> 'approved' or state in ('failed', 'cancelled')) and (
        jsonb_array_length(holds) > 0 or exists (
          select from sync_proposals as p
          where p.organization_id = ${organization} and p.run_id = ${run}))) as "isProposed"
    from sync_runs where organization_id = ${organization} and id = ${run}`.execute(db)
  const [found] = rows
  return found && { run, table: found.isProposed ? 'sync_proposals' : 'directory_changes' }
}

/** Whether the run brought everything of some kind for the first time. */
export async function isFirstLoad(
  db: Db,
  organization: OrganizationId,
  of: ChangesOfRun,
): Promise<boolean> {
  const { rows } = await sql`
    select from ${sql.table(of.table)}
    where organization_id = ${organization} and run_id = ${of.run} and object = 'stream'
    limit 1`.execute(db)
  return rows.length > 0
}

/** What a run changed, in the order in which it did. */
export async function listChangesOfRun(
  db: Db,
  organization: OrganizationId,
  of: ChangesOfRun,
  page: Page & Partial<Pick<ChangeQuery, 'object' | 'change' | 'search'>>,
): Promise<StoredChange[]> {
  const { object, change, search } = page
  const { rows } = await sql<StoredChange>`
    select ${COLUMNS} from ${sql.table(of.table)} as c
    where organization_id = ${organization} and run_id = ${of.run} and object <> 'stream'
      and number > ${page.after ?? -1}
      ${object ? sql`and object = ${object}` : sql``}
      ${change ? sql`and change = ${change}` : sql``}
      ${search ? sql`and ${isNamed(organization, search)}` : sql``}
    order by number
    limit ${page.limit}`.execute(db)
  return rows.map(toChange)
}

const CHUNK = 1000

/** Everything a run changed, a thousand at a time, however much it is. */
export async function* readChangesOfRun(
  db: Db,
  organization: OrganizationId,
  of: ChangesOfRun,
): AsyncGenerator<readonly StoredChange[]> {
  let after: number | undefined
  while (true) {
    const chunk = await listChangesOfRun(db, organization, of, { limit: CHUNK, after })
    if (chunk.length > 0) yield chunk
    if (chunk.length < CHUNK) return
    after = chunk.at(-1)?.number
  }
}

/**
 * What changed about a person or a group, newest first: the object itself, its members, and what it
 * became or ceased to be a member of.
 *
 * Two limited lists along two indexes are merged. The row of the first load, if one is named, is in
 * its place among them: it stands for the object's own creation.
 */
export async function listChangesOfObject(
  db: Db,
  organization: OrganizationId,
  of: { readonly entraId: string; readonly loadedNumber: number | undefined },
  page: Page,
): Promise<StoredChange[]> {
  const isBefore = page.after === undefined ? sql`true` : sql`number < ${page.after}`
  const list = (condition: RawBuilder<SqlBool>) => sql`(
    select ${COLUMNS} from directory_changes
    where organization_id = ${organization} and ${condition} and ${isBefore}
    order by number desc limit ${page.limit})`
  const { rows } = await sql<StoredChange>`
    ${list(sql`entra_id = ${of.entraId}::uuid and object <> 'stream'`)}
    union all
    ${list(sql`member_entra_id = ${of.entraId}::uuid and entra_id <> ${of.entraId}::uuid`)}
    union all
    ${list(sql`number = ${of.loadedNumber ?? -1}`)}
    order by number desc limit ${page.limit}`.execute(db)
  return rows.map(toChange)
}

/**
 * The row that tells of the first load an object came with: the first one since it was created.
 *
 * @returns `undefined` when the object's creation is told by itself.
 */
export async function findLoadOf(
  db: Db,
  organization: OrganizationId,
  of: { readonly entraId: string; readonly createdAt: Date; readonly stream: 'users' | 'groups' },
): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select number from directory_changes
    where organization_id = ${organization} and object = 'stream' and change = 'loaded'
      and name = ${of.stream} and at >= ${of.createdAt}
      and not exists (
        select from directory_changes as told
        where told.organization_id = ${organization} and told.entra_id = ${of.entraId}::uuid
          and told.object <> 'stream' and told.change = 'created' and told.at >= ${of.createdAt})
    order by number limit 1`.execute(db)
  const [found] = rows
  return found && Number(found.number)
}

/** Part of the name an object had then, or of one it or its member has now. */
function isNamed(organization: OrganizationId, search: string): RawBuilder<SqlBool> {
  const typed = `%${escapeLike(search)}%`
  const folded = `%${escapeLike(sortKey(search))}%`
  const named = sql`(
    select entra_id from directory_users
    where organization_id = ${organization} and state <> 'outside' and sort_name like ${folded}
    union all
    select entra_id from directory_groups
    where organization_id = ${organization} and sort_name like ${folded})`
  return sql<SqlBool>`(name ilike ${typed} or entra_id in ${named} or member_entra_id in ${named})`
}

const escapeLike = (text: string) =>
  text.replaceAll('\u0000', '').replace(/[\\%_]/g, (letter) => `\\${letter}`)

// `bigint` is a text for some drivers.
const toChange = (row: StoredChange): StoredChange => ({ ...row, number: Number(row.number) })
