import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type Telling, tell } from './memberships-store.ts'
import type { Edge } from './plan-groups.ts'

/** These groups and all groups within them: what their members lose, they lose by any of them. */
export async function listGuarded(
  db: Db,
  organization: OrganizationId,
  groups: readonly string[],
): Promise<ReadonlySet<string>> {
  if (groups.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    with recursive inside (id) as (
      select id from unnest(${[...groups]}::uuid[]) as chosen (id)
      union
      select edge.member_entra_id
      from directory_memberships as edge join inside on edge.group_entra_id = inside.id
      where edge.organization_id = ${organization} and edge.member_kind <> 'user'
        and edge.member_kind = 'group'
    )
    select id from inside`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/** Notes that Entra has ended these memberships; until a run settles they are as they were. */
export async function noteLeaving(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0) return
  await sql`
    insert into directory_leaving (organization_id, group_entra_id, member_entra_id)
    select ${organization}, told."group", told.member
    from unnest(${edges.map(({ group }) => group)}::uuid[],
      ${edges.map(({ member }) => member)}::uuid[]) as told ("group", member)
    join directory_memberships as edge on edge.organization_id = ${organization}
      and edge.group_entra_id = told."group" and edge.member_entra_id = told.member
    on conflict do nothing`.execute(tx)
}

/** Those that Entra tells again stay. */
export async function forgetLeaving(
  tx: Db,
  organization: OrganizationId,
  edges: readonly Edge[],
): Promise<void> {
  if (edges.length === 0 || !(await isAnyLeaving(tx, organization))) return
  await sql`
    delete from directory_leaving as leaving
    using unnest(${edges.map(({ group }) => group)}::uuid[],
      ${edges.map(({ member }) => member)}::uuid[]) as told ("group", member)
    where leaving.organization_id = ${organization}
      and leaving.group_entra_id = told."group" and leaving.member_entra_id = told.member`.execute(
    tx,
  )
}

async function isAnyLeaving(tx: Db, organization: OrganizationId): Promise<boolean> {
  const { rows } = await sql`
    select 1 from directory_leaving where organization_id = ${organization} limit 1`.execute(tx)
  return rows.length > 0
}

/** Lets go of those that Entra has ended. @returns how many were there. */
export async function letLeave(
  tx: Db,
  organization: OrganizationId,
  telling: Telling,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with leaving as (
      delete from directory_leaving where organization_id = ${organization}
      returning group_entra_id, member_entra_id
    ), edges as (
      delete from directory_memberships as edge using leaving
      where edge.organization_id = ${organization} and edge.group_entra_id = leaving.group_entra_id
        and edge.member_entra_id = leaving.member_entra_id
      returning edge.group_entra_id, edge.member_entra_id, edge.member_kind
    )
    ${tell(organization, 'removed', telling)}`.execute(tx)
  return rows[0]?.count ?? 0
}

/** A group that lost members, and how many it still has. */
export type Losing = {
  readonly entraId: string
  readonly name: string
  readonly removed: number
  readonly remaining: number
}

/**
 * Which of these groups lost more than so many members, and have not got them back: by a run, or with it
 * since a time. What somebody has approved was looked at, and does not count.
 */
export async function listLosing(
  tx: Db,
  organization: OrganizationId,
  asked: {
    readonly groups: ReadonlySet<string>
    readonly run: string
    readonly since: Date | undefined
    readonly moreThan: number
  },
): Promise<Losing[]> {
  const { run, since } = asked
  const runs = since
    ? sql`
      select id from sync_runs
      where organization_id = ${organization} and (finished_at > ${since} or finished_at is null)
        and not dry_run and coalesce(decision ->> 'kind', '') <> 'approved'
      union select ${run}`
    : sql`select ${run}::text`
  const { rows } = await sql<Losing>`
    with runs (id) as (${runs}),
    last as (
      select distinct on (c.entra_id, c.member_entra_id) c.entra_id, c.change
      from directory_changes as c
      where c.organization_id = ${organization} and c.run_id in (select id from runs)
        and c.object = 'membership' and c.change in ('added', 'removed')
        and c.entra_id = any(${[...asked.groups]}::uuid[])
      order by c.entra_id, c.member_entra_id, c.number desc
    ), losing as (
      select entra_id, count(*)::int as removed from last where change = 'removed'
      group by entra_id having count(*) > ${asked.moreThan}
    )
    select losing.entra_id as "entraId", losing.removed,
      coalesce(g.display_name, losing.entra_id::text) as name,
      (select count(*)::int from directory_memberships as edge
        where edge.organization_id = ${organization} and edge.group_entra_id = losing.entra_id) as remaining
    from losing
    left join directory_groups as g
      on g.organization_id = ${organization} and g.entra_id = losing.entra_id
    order by name, "entraId"`.execute(tx)
  return rows
}
