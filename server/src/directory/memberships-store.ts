import { type SqlBool, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Edge } from './plan-groups.ts'

/** Rows per statement: a page may carry the members of a very large group. */
const CHUNK = 5000

/**
 * Adds memberships; those that are there already only learn that this round has met them.
 *
 * @returns how many are new.
 */
export async function addMemberships(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
  generation: number,
): Promise<number> {
  let added = 0
  for (const chunk of chunks(edges)) {
    const { rows } = await sql<{ added: number }>`
      with written as (
        insert into directory_memberships
          (organization_id, group_entra_id, member_entra_id, member_kind, generation)
        select ${organization}, "group", member, kind, ${generation}::int
        from unnest(${chunk.map((edge) => edge.group)}::uuid[], ${chunk.map((edge) => edge.member)}::uuid[],
          ${chunk.map((edge) => edge.memberKind)}::text[]) as incoming ("group", member, kind)
        on conflict (organization_id, group_entra_id, member_entra_id)
          do update set generation = excluded.generation
          where directory_memberships.generation <> excluded.generation
        -- xmax is 0 on a row that was inserted and not updated.
        returning xmax = 0 as is_new
      )
      select count(*) filter (where is_new)::int as added from written`.execute(tx)
    added += rows[0]?.added ?? 0
  }
  return added
}

/** @returns how many were there to remove. */
export async function removeMemberships(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
): Promise<number> {
  let removed = 0
  for (const chunk of chunks(edges)) {
    const result = await sql`
      delete from directory_memberships as edge
      using unnest(${chunk.map((edge) => edge.group)}::uuid[], ${chunk.map((edge) => edge.member)}::uuid[])
        as gone ("group", member)
      where edge.organization_id = ${organization}
        and edge.group_entra_id = gone."group" and edge.member_entra_id = gone.member`.execute(tx)
    removed += Number(result.numAffectedRows ?? 0n)
  }
  return removed
}

/** How many memberships there are, and how many of them `sweepMemberships` would delete. */
export async function countUnseenMemberships(
  tx: Db,
  organization: OrganizationId,
  generation: number,
): Promise<{ present: number; unseen: number }> {
  const { rows } = await sql<{ present: number; unseen: number }>`
    select count(*)::int as present,
      count(*) filter (where ${isSweepable(organization, generation)})::int as unseen
    from directory_memberships as edge
    where edge.organization_id = ${organization}`.execute(tx)
  return rows[0] ?? { present: 0, unseen: 0 }
}

/**
 * Deletes memberships that a finished full round did not meet. Kept are those of groups whose
 * members Entra hides from us, and those of hidden people and groups, who may come back with them.
 *
 * @returns how many were deleted.
 */
export async function sweepMemberships(
  tx: Db,
  organization: OrganizationId,
  generation: number,
): Promise<number> {
  const result = await sql`
    delete from directory_memberships as edge
    where edge.organization_id = ${organization} and ${isSweepable(organization, generation)}`.execute(
    tx,
  )
  return Number(result.numAffectedRows ?? 0n)
}

function isSweepable(organization: OrganizationId, generation: number) {
  return sql<SqlBool>`edge.generation < ${generation}
    and not exists (
      select from directory_groups as g
      where g.organization_id = ${organization} and g.entra_id = edge.group_entra_id
        and (g.state = 'removed' or g.visibility = 'HiddenMembership'))
    and not exists (
      select from directory_users as u
      where u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
        and u.state = 'removed')`
}

/** Deletes every membership. */
export async function deleteMemberships(tx: Db, organization: OrganizationId): Promise<void> {
  await tx.deleteFrom('directory_memberships').where('organization_id', '=', organization).execute()
}

function* chunks(edges: readonly Edge[]): Generator<readonly Edge[]> {
  for (let start = 0; start < edges.length; start += CHUNK) yield edges.slice(start, start + CHUNK)
}
