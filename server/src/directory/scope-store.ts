import type { DirectorySettings, Scope } from '@mooring/contract/directory'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Edge } from './plan-groups.ts'

// Who is in the groups that an organization synchronises. Worked out again only for people whose
// memberships changed, unless a group moved within groups or the rules changed.

type Groups = Extract<Scope, { kind: 'groups' }>['groups']

/** Notes whose place in the scope may have changed with these memberships. */
export async function noteRescopes(
  tx: Db,
  organization: OrganizationId,
  rules: DirectorySettings,
  edges: readonly Edge[],
): Promise<void> {
  if (rules.scope.kind === 'all' || edges.length === 0) return
  if (edges.some((edge) => edge.memberKind === 'group'))
    return await noteRescopeAll(tx, organization)
  const people = edges.filter((edge) => edge.memberKind === 'user').map((edge) => edge.member)
  await sql`
    insert into directory_rescopes (organization_id, entra_id)
    select ${organization}, id from unnest(${[...new Set(people)]}::uuid[]) as people (id)
    on conflict do nothing`.execute(tx)
}

/** Notes that the scope has to be worked out anew for everybody. */
export async function noteRescopeAll(tx: Db, organization: OrganizationId): Promise<void> {
  await tx
    .updateTable('directory_states')
    .set({ rescope_all: true })
    .where('organization_id', '=', organization)
    .execute()
}

/** The groups of the scope and those within them that count, by `with recursive`. */
function within(organization: OrganizationId, groups: Groups) {
  return sql`inside (id, deep) as (
    select chosen.id, chosen.deep
    from unnest(${groups.map((group) => group.entraId)}::uuid[],
      ${groups.map((group) => group.transitive)}::boolean[]) as chosen (id, deep)
    join directory_groups as g on g.organization_id = ${organization} and g.entra_id = chosen.id
    where g.entra_state = 'present'
    union
    select edge.member_entra_id, true
    from directory_memberships as edge
    join inside on edge.group_entra_id = inside.id and inside.deep
    join directory_groups as g on g.organization_id = ${organization} and g.entra_id = edge.member_entra_id
    where edge.organization_id = ${organization} and edge.member_kind <> 'user'
      and edge.member_kind = 'group' and g.entra_state = 'present'
  )`
}

/**
 * Works out who is in the scope, for everybody or for those noted; whose place changed is marked for
 * settling.
 *
 * @returns whether there was anybody to look at.
 */
export async function rescope(
  tx: Db,
  organization: OrganizationId,
  scope: Scope,
  who: 'all' | 'noted',
): Promise<boolean> {
  if (who === 'noted' && (scope.kind === 'all' || !(await isAnyNoted(tx, organization)))) {
    return false
  }
  if (scope.kind === 'all') {
    await sql`
      update directory_users set in_scope = true, unsettled = true
      where organization_id = ${organization} and in_scope is distinct from true`.execute(tx)
  } else {
    const which = who === 'all' ? sql`` : sql`and u.entra_id in (${noted(organization)})`
    await sql`
      with recursive ${within(organization, scope.groups)},
      judged as (
        select u.entra_id, exists (
          select from directory_memberships as edge
          where edge.organization_id = ${organization} and edge.member_entra_id = u.entra_id
            and edge.group_entra_id in (select id from inside)) as is_in
        from directory_users as u
        where u.organization_id = ${organization} and u.source = 'entra' ${which}
      )
      update directory_users as u set in_scope = judged.is_in, unsettled = true
      from judged
      where u.organization_id = ${organization} and u.entra_id = judged.entra_id
        and u.in_scope is distinct from judged.is_in`.execute(tx)
  }
  await tx.deleteFrom('directory_rescopes').where('organization_id', '=', organization).execute()
  await tx
    .updateTable('directory_states')
    .set({ rescope_all: false })
    .where('organization_id', '=', organization)
    .execute()
  return true
}

/** People of whom is not known whether they are in the scope. */
function noted(organization: OrganizationId) {
  return sql`
    select entra_id from directory_rescopes where organization_id = ${organization}
    union
    select entra_id from directory_users where organization_id = ${organization} and in_scope is null`
}

async function isAnyNoted(tx: Db, organization: OrganizationId): Promise<boolean> {
  const { rows } = await sql`select 1 from (${noted(organization)}) as noted limit 1`.execute(tx)
  return rows.length > 0
}

export type ScopeGroupStanding = {
  readonly entraId: string
  readonly name: string | null
  readonly isPresent: boolean
  /** People in it who are in Entra's list. */
  readonly members: number
}

/** How each chosen group stands now. */
export async function countScopeGroups(
  tx: Db,
  organization: OrganizationId,
  groups: Groups,
): Promise<ScopeGroupStanding[]> {
  const found: ScopeGroupStanding[] = []
  for (const group of groups) {
    const { rows } = await sql<Omit<ScopeGroupStanding, 'entraId'>>`
      with recursive ${within(organization, [group])}
      select
        (select display_name from directory_groups
          where organization_id = ${organization} and entra_id = ${group.entraId}::uuid) as name,
        exists (select from directory_groups
          where organization_id = ${organization} and entra_id = ${group.entraId}::uuid
            and entra_state = 'present') as "isPresent",
        (select count(distinct edge.member_entra_id)::int
          from directory_memberships as edge join inside on edge.group_entra_id = inside.id
          join directory_users as u on u.organization_id = ${organization} and u.entra_id = edge.member_entra_id
          where edge.organization_id = ${organization} and edge.member_kind = 'user'
            and u.entra_state = 'present') as members`.execute(tx)
    const row = rows[0]
    if (row) found.push({ entraId: group.entraId, ...row })
  }
  return found
}
