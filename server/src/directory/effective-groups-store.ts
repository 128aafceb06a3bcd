import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { GroupRow } from '../platform/schema.ts'

export type GroupOnTheWay = Pick<
  GroupRow,
  'id' | 'entra_id' | 'display_name' | 'kind' | 'sort_name'
>

/** A group somebody is effectively in, and a shortest way there: the direct group first. */
export type EffectiveMembership = {
  readonly group: GroupOnTheWay
  /** Empty when direct. */
  readonly via: readonly GroupOnTheWay[]
}

/**
 * All groups that something is in, directly or through other groups, by name.
 *
 * Goes outwards step by step, so that the way by which a group is met first is a shortest one. A
 * group is visited once: circles end.
 */
export async function listEffectiveGroups(
  db: Db,
  organization: OrganizationId,
  memberEntraId: string,
): Promise<EffectiveMembership[]> {
  const edges = await listEdgesAbove(db, organization, memberEntraId)
  const found = new Map<string, EffectiveMembership>()
  let members = new Set([memberEntraId])
  while (members.size > 0) {
    const step = new Map<string, EffectiveMembership>()
    for (const { member, ...group } of edges) {
      if (!members.has(member) || found.has(group.entra_id) || step.has(group.entra_id)) continue
      const through = found.get(member)
      step.set(group.entra_id, { group, via: through ? [...through.via, through.group] : [] })
    }
    for (const [id, membership] of step) found.set(id, membership)
    members = new Set(step.keys())
  }
  return [...found.values()].sort((left, right) => compareGroups(left.group, right.group))
}

type Named = Pick<GroupOnTheWay, 'sort_name' | 'id'>

/** The order of names, as the database has it. */
export function compareGroups(left: Named, right: Named): number {
  return (
    Buffer.compare(Buffer.from(left.sort_name), Buffer.from(right.sort_name)) ||
    Buffer.compare(Buffer.from(left.id), Buffer.from(right.id))
  )
}

/** Every membership on the way outwards, each once, in the order of the groups' names. */
async function listEdgesAbove(
  db: Db,
  organization: OrganizationId,
  memberEntraId: string,
): Promise<(GroupOnTheWay & { member: string })[]> {
  // `offset 0` keeps each step a look-up of a few: PostgreSQL thinks of more with every step, and would
  // read all memberships there are.
  const groupsOf = (member: RawBuilder<unknown>) => sql`
    select edge.member_entra_id as member, g.id, g.entra_id, g.display_name, g.kind, g.sort_name
    from directory_memberships as edge
    join directory_groups as g
      on g.organization_id = ${organization} and g.entra_id = edge.group_entra_id
    where edge.organization_id = ${organization} and edge.member_entra_id = ${member}
      and g.state = 'active'
    offset 0`
  const { rows } = await sql<GroupOnTheWay & { member: string }>`
    with recursive above as (
      select * from (${groupsOf(sql`${memberEntraId}::uuid`)}) as direct
      union
      select further.* from above
      cross join lateral (${groupsOf(sql`above.entra_id`)}) as further
    )
    select member, id, entra_id, display_name, kind, sort_name from above
    order by sort_name, id, member`.execute(db)
  return rows
}
