import type { Completeness, DirectorySettings } from '@mooring/contract/directory'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { completenessOf } from './render-directory.ts'
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

type Row = {
  sync_users: boolean | null
  sync_groups: boolean | null
  settings: unknown
  users_known: boolean
  users_at: Date | null
  groups_known: boolean
  groups_at: Date | null
  version: string | null
}

/** All of it in one statement of index reads, which is part of each request. */
export async function findDirectoryFacts(
  db: Db,
  organization: OrganizationId,
): Promise<DirectoryFacts> {
  // xmin is the transaction that wrote a row last.
  const { rows } = await sql<Row>`
    select c.sync_users, c.sync_groups, d.settings,
      u.stream is not null as users_known, u.last_success_at as users_at,
      g.stream is not null as groups_known, g.last_success_at as groups_at,
      s.xmin || ' ' || coalesce(u.xmin::text, '') || ' ' || coalesce(g.xmin::text, '') || ' '
        || coalesce(d.xmin::text, '') as version
    from organizations as o
    left join connections as c on c.organization_id = o.id
    left join directory_settings as d on d.organization_id = o.id
    left join directory_states as s on s.organization_id = o.id
    left join directory_streams as u on u.organization_id = o.id and u.stream = 'users'
    left join directory_streams as g on g.organization_id = o.id and g.stream = 'groups'
    where o.id = ${organization}`.execute(db)
  const [row] = rows
  return {
    users: toStanding(row?.users_known, row?.users_at, row?.sync_users),
    groups: toStanding(row?.groups_known, row?.groups_at, row?.sync_groups),
    settings: row?.settings ? readSettings(row.settings) : DEFAULT_SETTINGS,
    version: row?.version ?? undefined,
  }
}

function toStanding(
  isKnown: boolean | undefined,
  at: Date | null | undefined,
  isOn: boolean | null | undefined,
): Standing {
  return completenessOf(isKnown ? { lastSuccessAt: at ?? undefined } : undefined, isOn ?? false)
}
