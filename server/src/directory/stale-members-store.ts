import type { DirectorySettings } from '@mooring/contract/directory'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addMemberships, removeMemberships, type Telling } from './memberships-store.ts'
import type { Edge } from './plan-groups.ts'
import { noteRescopes } from './scope-store.ts'

/** Groups that came back from the recycle bin and whose members may have changed meanwhile. */
export async function listStaleGroups(
  db: Db,
  organization: OrganizationId,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select entra_id as id from directory_groups
    where organization_id = ${organization} and members_stale and entra_state = 'present'
    order by entra_id limit ${limit}`.execute(db)
  return rows.map((row) => row.id)
}

type Answer = {
  readonly group: string
  /** The members that Entra lists; `undefined` when there is no such group. */
  readonly edges: readonly Edge[] | undefined
  readonly generation: number
  readonly telling: NonNullable<Telling>
  readonly rules: DirectorySettings
}

/**
 * Makes a group's members what Entra lists. Members that it lists to nobody are left alone: those of
 * groups that hide them, what is in the recycle bin itself, and service principals.
 *
 * @see Graph "Known issues with Microsoft Graph" › List group members does not return service principals
 */
export async function applyMembers(
  tx: Db,
  organization: OrganizationId,
  { group, edges, generation, telling, rules }: Answer,
): Promise<{ added: number; removed: number }> {
  const row = await tx
    .updateTable('directory_groups')
    .set({ members_stale: false })
    .where('organization_id', '=', organization)
    .where('entra_id', '=', group)
    .returning('visibility')
    .executeTakeFirst()
  if (!edges || row?.visibility === 'HiddenMembership') return { added: 0, removed: 0 }
  const listed = new Set(edges.map(({ member }) => member))
  const gone = (await listListable(tx, organization, group)).filter(
    ({ member }) => !listed.has(member),
  )
  const removed = await removeMemberships(tx, organization, gone, telling)
  const added = await addMemberships(tx, organization, edges, { generation, telling })
  await noteRescopes(tx, organization, rules, [...gone, ...edges])
  return { added, removed }
}

async function listListable(tx: Db, organization: OrganizationId, group: string): Promise<Edge[]> {
  const { rows } = await sql<Edge>`
    select edge.group_entra_id as "group", edge.member_entra_id as member, edge.member_kind as "memberKind"
    from directory_memberships as edge
    where edge.organization_id = ${organization} and edge.group_entra_id = ${group}::uuid
      and edge.member_kind <> 'other'
      and not exists (
        select from directory_users as u
        where u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
          and u.entra_state <> 'present')
      and (edge.member_kind = 'user' or not exists (
        select from directory_groups as g
        where g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
          and g.entra_state <> 'present'))
      and (edge.member_kind <> 'device' or not exists (
        select from directory_devices as d
        where d.organization_id = ${organization} and d.entra_id = edge.member_entra_id
          and d.state = 'removed'))`.execute(tx)
  return rows
}
