import type { DirectorySettings } from '@mooring/contract/directory'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addMemberships, removeMemberships, type Telling } from './memberships-store.ts'
import type { Edge } from './plan-groups.ts'
import { noteRescopes } from './scope-store.ts'

/** People who came back from the recycle bin and whose memberships may have changed meanwhile. */
export async function listStale(
  db: Db,
  organization: OrganizationId,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select entra_id as id from directory_users
    where organization_id = ${organization} and memberships_stale and entra_state = 'present'
    order by entra_id limit ${limit}`.execute(db)
  return rows.map((row) => row.id)
}

/** Which of these people are in a group, as far as we know. */
export async function listKnownMembers(
  tx: Db,
  organization: OrganizationId,
  entraIds: readonly string[],
): Promise<Set<string>> {
  if (entraIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select distinct member_entra_id as id from directory_memberships
    where organization_id = ${organization} and member_entra_id = any(${[...entraIds]}::uuid[])`.execute(
    tx,
  )
  return new Set(rows.map((row) => row.id))
}

type Answer = {
  readonly person: string
  /** The groups that Entra says the person is in; `undefined` when there is no such person. */
  readonly groups: readonly string[] | undefined
  readonly generation: number
  readonly telling: Telling
  readonly rules: DirectorySettings
}

/** Makes somebody's memberships what Entra says they are. Groups that hide their members are left alone. */
export async function applyMemberships(
  tx: Db,
  organization: OrganizationId,
  { person, groups, generation, telling, rules }: Answer,
): Promise<{ added: number; removed: number }> {
  await tx
    .updateTable('directory_users')
    .set({ memberships_stale: false })
    .where('organization_id', '=', organization)
    .where('entra_id', '=', person)
    .execute()
  if (!groups) return { added: 0, removed: 0 }
  const known = await listOpenGroups(tx, organization, person)
  const hidden = await listHidden(tx, organization, groups)
  const toEdge = (group: string): Edge => ({ group, member: person, memberKind: 'user' })
  const present = new Set(groups)
  const gone = known.filter((group) => !present.has(group)).map(toEdge)
  const removed = await removeMemberships(tx, organization, gone, telling)
  // Those that are known as well: the last full round, which did not meet them, may still be to sweep.
  const edges = groups.filter((group) => !hidden.has(group)).map(toEdge)
  const added = await addMemberships(tx, organization, edges, { generation, telling })
  await noteRescopes(tx, organization, rules, [...gone, ...edges])
  return { added, removed }
}

/** The groups that somebody is in as far as we know, without those that hide their members. */
async function listOpenGroups(
  tx: Db,
  organization: OrganizationId,
  person: string,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select edge.group_entra_id as id from directory_memberships as edge
    where edge.organization_id = ${organization} and edge.member_entra_id = ${person}::uuid
      and not exists (
        select from directory_groups as g
        where g.organization_id = ${organization} and g.entra_id = edge.group_entra_id
          and g.visibility = 'HiddenMembership')`.execute(tx)
  return rows.map((row) => row.id)
}

async function listHidden(
  tx: Db,
  organization: OrganizationId,
  groups: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select entra_id as id from directory_groups
    where organization_id = ${organization} and entra_id = any(${[...groups]}::uuid[])
      and visibility = 'HiddenMembership'`.execute(tx)
  return new Set(rows.map((row) => row.id))
}
