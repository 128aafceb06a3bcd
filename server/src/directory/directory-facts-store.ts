import type { Completeness, DirectorySettings } from '@mooring/contract/directory'
import { type Expression, type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { DEFAULT_SETTINGS, readSettings } from './settings.ts'

type Standing = { readonly completeness: Completeness; readonly asOf: string | null }

/** What every look at an organization's directory has to know besides what it looks at. */
export type DirectoryFacts = {
  readonly users: Standing
  readonly groups: Standing
  readonly settings: DirectorySettings
  /**
   * Another one whenever people, groups or memberships have changed: whoever changes them writes
   * the organization's row of `directory_states` or of `directory_streams` in the same transaction,
   * or its settings. Absent before the first synchronisation.
   */
  readonly version: string | undefined
}

type Told = {
  readonly syncUsers: boolean | null
  readonly syncGroups: boolean | null
  readonly settings: unknown
  readonly users: { readonly at: string | null } | null
  readonly groups: { readonly at: string | null } | null
  readonly version: string | null
}

/**
 * For `from`: one row with one column `facts`, by index reads alone, to be asked for together with what
 * is looked at. To be read by `readFacts`.
 */
export function factsOf(organization: OrganizationId): RawBuilder<{ facts: string }> {
  // xmin is the transaction that wrote a row last. The text is made once, however many rows it goes with.
  return sql`(
    select json_build_object(
      'syncUsers', c.sync_users, 'syncGroups', c.sync_groups, 'settings', d.settings,
      'users', case when u.stream is not null then json_build_object('at', u.last_success_at) end,
      'groups', case when g.stream is not null then json_build_object('at', g.last_success_at) end,
      'version', s.xmin || ' ' || coalesce(u.xmin::text, '') || ' ' || coalesce(g.xmin::text, '')
        || ' ' || coalesce(d.xmin::text, ''))::text as facts
    from organizations as o
    left join connections as c on c.organization_id = o.id
    left join directory_settings as d on d.organization_id = o.id
    left join directory_states as s on s.organization_id = o.id
    left join directory_streams as u on u.organization_id = o.id and u.stream = 'users'
    left join directory_streams as g on g.organization_id = o.id and g.stream = 'groups'
    where o.id = ${organization}
    offset 0)`
}

/** @param facts of any row: all have the same. */
export function readFacts(facts: string): DirectoryFacts {
  const told: Told = JSON.parse(facts)
  return {
    users: toStanding(told.users, told.syncUsers),
    groups: toStanding(told.groups, told.syncGroups),
    settings: told.settings ? readSettings(told.settings) : DEFAULT_SETTINGS,
    version: told.version ?? undefined,
  }
}

/** The facts alone. */
export async function findDirectoryFacts(
  db: Db,
  organization: OrganizationId,
): Promise<DirectoryFacts> {
  const { rows } = await sql<{ facts: string }>`
    select f.facts from ${factsOf(organization)} as f`.execute(db)
  return readFacts(rows[0]?.facts ?? '{}')
}

/** Whether a list shows the whole, and since when it is known to. */
function toStanding(
  stream: { readonly at: string | null } | null | undefined,
  isSwitchedOn: boolean | null | undefined,
): Standing {
  const asOf = stream?.at ? new Date(stream.at).toISOString() : null
  if (!isSwitchedOn) return { completeness: 'switchedOff', asOf }
  if (!stream) return { completeness: 'neverSynchronised', asOf }
  return { completeness: asOf ? 'complete' : 'firstSyncRunning', asOf }
}

/** A list in its order, and the facts as of the same instant. */
export async function withFacts<Row>(
  db: Db,
  organization: OrganizationId,
  list: Expression<Row>,
): Promise<{ found: Row[]; facts: DirectoryFacts }> {
  // PostgreSQL promises no order of a join, however it carries it out: the place in the list is told.
  const { rows } = await sql<Row & { facts: string; place: number | null }>`
    select f.facts, l.* from ${factsOf(organization)} as f
    left join (
      select (row_number() over ())::int as place, listed.* from ${list} as listed) as l on true
    order by l.place`.execute(db)
  const facts = readFacts(rows[0]?.facts ?? '{}')
  return { found: rows.filter(({ place }) => place !== null), facts }
}
