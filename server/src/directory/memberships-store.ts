import { type SqlBool, sql } from 'kysely'
import { copyRows } from '../platform/copy.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { isKeyDeferred } from './memberships-key-store.ts'
import type { Edge } from './plan-groups.ts'

/** Rows per statement: a page may carry the members of a very large group. */
const CHUNK = 5000

/** Where the differences are told: the feed of a run, or nowhere while everything comes for the first time. */
export type Telling = { readonly run: string; readonly now: Date } | undefined

/**
 * Adds memberships; those that are there already only learn that this round has met them.
 *
 * @returns how many are new.
 */
export async function addMemberships(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
  setting: { readonly generation: number; readonly telling: Telling },
): Promise<number> {
  if (edges.length === 0) return 0
  const { generation, telling } = setting
  const isUnkeyed = await isKeyDeferred(tx, 'together')
  if (isUnkeyed && !telling) return await pour(tx, organization, edges, generation)
  const write = isUnkeyed ? writeUnkeyed : writeKeyed
  let added = 0
  for (const chunk of chunks(edges)) {
    const { rows } = await sql<{ count: number }>`
      with incoming ("group", member, kind) as (
        select * from unnest(${toGuids(chunk.map((edge) => edge.group))}::uuid[],
          ${toGuids(chunk.map((edge) => edge.member))}::uuid[],
          ${chunk.map((edge) => edge.memberKind)}::text[])
      ), ${write(organization, generation)}
      ${tell(organization, 'added', telling)}`.execute(tx)
    added += rows[0]?.count ?? 0
  }
  return added
}

const COLUMNS = [
  'organization_id',
  'group_entra_id',
  'member_entra_id',
  'member_kind',
  'generation',
]

/** What comes for the first time is not looked up: doubles go when the key is made. */
async function pour(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
  generation: number,
): Promise<number> {
  await copyRows(tx, 'directory_memberships', COLUMNS, toRows(organization, edges, generation))
  return edges.length
}

function* toRows(organization: OrganizationId, edges: readonly Edge[], generation: number) {
  for (const { group, member, memberKind } of edges) {
    yield [organization, group, member, memberKind, generation]
  }
}

function writeKeyed(organization: OrganizationId, generation: number) {
  return sql`written as (
      insert into directory_memberships
        (organization_id, group_entra_id, member_entra_id, member_kind, generation)
      select ${organization}, "group", member, kind, ${generation}::int from incoming
      on conflict (organization_id, group_entra_id, member_entra_id)
        do update set generation = excluded.generation
        where directory_memberships.generation <> excluded.generation
      -- xmax is 0 on a row that was inserted and not updated.
      returning group_entra_id, member_entra_id, member_kind, xmax = 0 as is_new
    ), edges as (select * from written where is_new)`
}

/** The same while the key is off: slower, and seldom. */
function writeUnkeyed(organization: OrganizationId, generation: number) {
  return sql`met as (
      update directory_memberships as known set generation = ${generation}::int from incoming
      where known.organization_id = ${organization} and known.group_entra_id = incoming."group"
        and known.member_entra_id = incoming.member and known.generation <> ${generation}::int
    ), edges as (
      insert into directory_memberships
        (organization_id, group_entra_id, member_entra_id, member_kind, generation)
      select ${organization}, "group", member, kind, ${generation}::int from incoming
      where not exists (
        select from directory_memberships as known
        where known.organization_id = ${organization} and known.group_entra_id = incoming."group"
          and known.member_entra_id = incoming.member)
      returning group_entra_id, member_entra_id, member_kind
    )`
}

/** An array as PostgreSQL writes it: put together in one go, where the driver looks at each text. */
const toGuids = (ids: readonly string[]): string => `{${ids.join(',')}}`

/** @returns how many were there to remove. */
export async function removeMemberships(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
  telling: Telling,
): Promise<number> {
  let removed = 0
  for (const chunk of chunks(edges)) {
    const { rows } = await sql<{ count: number }>`
      with edges as (
        delete from directory_memberships as edge
        using unnest(${toGuids(chunk.map((edge) => edge.group))}::uuid[],
          ${toGuids(chunk.map((edge) => edge.member))}::uuid[])
          as gone ("group", member)
        where edge.organization_id = ${organization}
          and edge.group_entra_id = gone."group" and edge.member_entra_id = gone.member
        returning edge.group_entra_id, edge.member_entra_id, edge.member_kind
      )
      ${tell(organization, 'removed', telling)}`.execute(tx)
    removed += rows[0]?.count ?? 0
  }
  return removed
}

/** The end of a statement that begins with the `edges` it has changed: tells them and counts them. */
export function tell(organization: OrganizationId, change: 'added' | 'removed', telling: Telling) {
  if (!telling) return sql`select count(*)::int as count from edges`
  return sql`, numbers as (
      update directory_states set last_number = last_number + (select count(*) from edges)
      where organization_id = ${organization} and exists (select from edges)
      returning last_number - (select count(*) from edges) as first
    ), told as (
      insert into directory_changes
        (organization_id, number, run_id, at, object, change, entra_id, member_entra_id, member_kind)
      select ${organization}, numbers.first + row_number() over (), ${telling.run},
        ${telling.now}::timestamptz, 'membership', ${change}, group_entra_id, member_entra_id, member_kind
      from edges, numbers
      returning 1
    )
    select count(*)::int as count from told`
}

/** How many memberships there are. */
export async function countMemberships(tx: Db, organization: OrganizationId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from directory_memberships
    where organization_id = ${organization}`.execute(tx)
  return rows[0]?.count ?? 0
}

/**
 * Deletes memberships that a finished full round did not meet. Kept are those of groups whose
 * members Entra hides from us, and those of people and groups that may come back with them.
 *
 * @returns how many were deleted.
 */
export async function sweepMemberships(
  tx: Db,
  organization: OrganizationId,
  generation: number,
  telling: Telling,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with edges as (
      delete from directory_memberships as edge
      where edge.organization_id = ${organization} and ${isSweepable(organization, generation)}
      returning edge.group_entra_id, edge.member_entra_id, edge.member_kind
    )
    ${tell(organization, 'removed', telling)}`.execute(tx)
  return rows[0]?.count ?? 0
}

/**
 * Deletes the memberships of somebody, or of a group, that is gone for good, on both sides.
 *
 * @param telling nowhere where it is told that they are gone: their memberships go with them.
 * @returns how many were deleted.
 */
export async function purgeMemberships(
  tx: Db,
  organization: OrganizationId,
  entraIds: readonly string[],
  telling: Telling,
): Promise<number> {
  if (entraIds.length === 0) return 0
  const ids = sql`any(${[...entraIds]}::uuid[])`
  const { rows } = await sql<{ count: number }>`
    with edges as (
      delete from directory_memberships
      where organization_id = ${organization} and (group_entra_id = ${ids} or member_entra_id = ${ids})
      returning group_entra_id, member_entra_id, member_kind
    )
    ${tell(organization, 'removed', telling)}`.execute(tx)
  return rows[0]?.count ?? 0
}

function isSweepable(organization: OrganizationId, generation: number) {
  return sql<SqlBool>`edge.generation < ${generation}
    and not exists (
      select from directory_groups as g
      where g.organization_id = ${organization} and g.entra_id = edge.group_entra_id
        and (g.entra_state <> 'present' or g.members_stale or g.visibility = 'HiddenMembership'))
    and not exists (
      select from directory_users as u
      where u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
        and (u.entra_state <> 'present' or u.memberships_stale))
    and (edge.member_kind = 'user' or not exists (
      select from directory_groups as inner_group
      where inner_group.organization_id = ${organization} and inner_group.entra_id = edge.member_entra_id
        and (inner_group.entra_state <> 'present' or inner_group.members_stale)))
    and (edge.member_kind <> 'device' or not exists (
      select from directory_devices as d
      where d.organization_id = ${organization} and d.entra_id = edge.member_entra_id
        and d.state = 'removed'))`
}

/** Whether any of these groups has members. */
export async function hasMembers(
  tx: Db,
  organization: OrganizationId,
  groups: readonly string[],
): Promise<boolean> {
  if (groups.length === 0) return false
  const { rows } = await sql`
    select 1 from directory_memberships
    where organization_id = ${organization} and group_entra_id = any(${[...groups]}::uuid[])
    limit 1`.execute(tx)
  return rows.length > 0
}

/** Deletes every membership. */
export async function deleteMemberships(tx: Db, organization: OrganizationId): Promise<void> {
  await tx.deleteFrom('directory_memberships').where('organization_id', '=', organization).execute()
  await tx.deleteFrom('directory_leaving').where('organization_id', '=', organization).execute()
}

function* chunks(edges: readonly Edge[]): Generator<readonly Edge[]> {
  for (let start = 0; start < edges.length; start += CHUNK) yield edges.slice(start, start + CHUNK)
}
