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

type Answer = {
  /** A person, or a group that may be in others. */
  readonly person: string
  readonly memberKind: 'user' | 'group'
  /** The groups that Entra says the person is in; `undefined` when there is no such person. */
  readonly groups: readonly string[] | undefined
  readonly generation: number
  readonly telling: NonNullable<Telling>
  readonly rules: DirectorySettings
}

/** How long an answer may be older than what delta told before it. */
const LAG_MS = 60 * 60 * 1000

/**
 * Makes somebody's memberships what Entra says they are. Groups that hide their members are left alone.
 *
 * An answer may come from a replica that has not heard of what delta told a moment ago: such a
 * membership stays, and the person is asked about again.
 */
export async function applyMemberships(
  tx: Db,
  organization: OrganizationId,
  { person, memberKind, groups, generation, telling, rules }: Answer,
): Promise<{ added: number; removed: number }> {
  const known = await listOpenGroups(tx, organization, person, telling.now)
  const present = new Set(groups)
  const absent = groups ? known.filter(({ id }) => !present.has(id)) : []
  await tx
    .updateTable('directory_users')
    .set({ memberships_stale: absent.some(({ isNews }) => isNews) })
    .where('organization_id', '=', organization)
    .where('entra_id', '=', person)
    .execute()
  if (!groups) return { added: 0, removed: 0 }
  const hidden = await listHidden(tx, organization, groups)
  const toEdge = (group: string): Edge => ({ group, member: person, memberKind })
  const gone = absent.filter(({ isNews }) => !isNews).map(({ id }) => toEdge(id))
  const removed = await removeMemberships(tx, organization, gone, telling)
  // Those that are known as well: the last full round, which did not meet them, may still be to sweep.
  const edges = groups.filter((group) => !hidden.has(group)).map(toEdge)
  const added = await addMemberships(tx, organization, edges, { generation, telling })
  await noteRescopes(tx, organization, rules, [...gone, ...edges])
  return { added, removed }
}

/**
 * The groups that somebody is in as far as we know, without those that hide their members. `isNews`:
 * delta told it lately, and the person was not away since.
 */
async function listOpenGroups(
  tx: Db,
  organization: OrganizationId,
  person: string,
  now: Date,
): Promise<{ id: string; isNews: boolean }[]> {
  const { rows } = await sql<{ id: string; isNews: boolean }>`
    select edge.group_entra_id as id, exists (
      select from directory_changes as told
      where told.organization_id = ${organization} and told.member_entra_id = ${person}::uuid
        and told.entra_id = edge.group_entra_id and told.change = 'added'
        and told.at > ${new Date(now.getTime() - LAG_MS)}
        and told.number > coalesce((
          select max(away.number) from directory_changes as away
          where away.organization_id = ${organization} and away.entra_id = ${person}::uuid
            and away.object = 'user' and away.change = 'removed'), 0)) as "isNews"
    from directory_memberships as edge
    where edge.organization_id = ${organization} and edge.member_entra_id = ${person}::uuid
      and not exists (
        select from directory_groups as g
        where g.organization_id = ${organization} and g.entra_id = edge.group_entra_id
          and g.visibility = 'HiddenMembership')`.execute(tx)
  return rows
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
