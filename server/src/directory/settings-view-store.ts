import type { DirectorySettings, DirectorySettingsAnswer } from '@mooring/contract/directory'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

type ScopeGroup = DirectorySettingsAnswer['scopeGroups'][number]
type LeftOut = DirectorySettingsAnswer['leftOut'][number]

/** The scope's groups, in its order, as far as we have read them. */
export async function describeScope(
  db: Db,
  organization: OrganizationId,
  { scope }: DirectorySettings,
): Promise<ScopeGroup[]> {
  if (scope.kind === 'all') return []
  const ids = scope.groups.map(({ entraId }) => entraId)
  const found = await db
    .selectFrom('directory_groups')
    .select(['entra_id', 'display_name', 'state'])
    .where('organization_id', '=', organization)
    .where('entra_id', 'in', ids)
    .execute()
  const groups = new Map(found.map((group) => [group.entra_id, group]))
  const people = await countPeople(db, organization, scope.groups)
  const isRead = await areGroupsRead(db, organization)
  return ids.map((entraId) => {
    const group = groups.get(entraId)
    const isThere = group?.state === 'active'
    return {
      entraId,
      displayName: group?.display_name ?? null,
      state: isThere ? 'present' : isRead ? 'missing' : 'unknown',
      members: isThere ? (people.get(entraId) ?? 0) : null,
    }
  })
}

/** People of the tenant who are not part of the organization. */
export async function countLeftOut(db: Db, organization: OrganizationId): Promise<LeftOut[]> {
  const rows = await db
    .selectFrom('directory_users')
    .select(['state_reason', (is) => is.fn.countAll<string>().as('people')])
    .where('organization_id', '=', organization)
    .where('state', '=', 'outside')
    .where('state_reason', 'is not', null)
    .groupBy('state_reason')
    .orderBy('state_reason')
    .execute()
  return rows.map((row) => ({
    reason: row.state_reason as LeftOut['reason'], // written by the settling, from the same list
    people: Number(row.people),
  }))
}

async function areGroupsRead(db: Db, organization: OrganizationId): Promise<boolean> {
  const stream = await db
    .selectFrom('directory_streams')
    .select('last_success_at')
    .where('organization_id', '=', organization)
    .where('stream', '=', 'groups')
    .executeTakeFirst()
  return (stream?.last_success_at ?? null) !== null
}

/** People of each group: its own, and where wanted those of the groups within. */
async function countPeople(
  db: Db,
  organization: OrganizationId,
  groups: readonly { readonly entraId: string; readonly transitive: boolean }[],
): Promise<Map<string, number>> {
  const all = groups.map(({ entraId }) => entraId)
  const deep = groups.flatMap(({ entraId, transitive }) => (transitive ? [entraId] : []))
  // Groups within groups first, which are few; people are counted once at the end.
  const { rows } = await sql<{ root: string; people: string }>`
    with recursive within (root, group_id) as (
      select id, id from unnest(${all}::uuid[]) as wanted (id)
      union
      select within.root, edge.member_entra_id
      from within join directory_memberships edge
        on edge.organization_id = ${organization} and edge.group_entra_id = within.group_id
      where edge.member_kind = 'group' and within.root = any(${deep}::uuid[])
    )
    select within.root as root, count(distinct edge.member_entra_id) as people
    from within join directory_memberships edge
      on edge.organization_id = ${organization} and edge.group_entra_id = within.group_id
    where edge.member_kind = 'user'
    group by within.root`.execute(db)
  return new Map(rows.map((row) => [row.root, Number(row.people)]))
}
