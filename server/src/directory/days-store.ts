import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Keeps how many people and groups there are on this day (UTC); a later call of the day replaces it. */
export async function recordDay(tx: Db, organization: OrganizationId, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  await sql`
    insert into directory_days (organization_id, day, users, groups)
    select ${organization}, ${day}::date,
      (select count(*) from directory_users where organization_id = ${organization} and state <> 'removed'),
      (select count(*) from directory_groups where organization_id = ${organization} and state <> 'removed')
    on conflict (organization_id, day) do update set users = excluded.users, groups = excluded.groups`.execute(
    tx,
  )
}

/** People and groups at the end of each day, oldest first. */
export async function listDays(db: Db, organization: OrganizationId, days: number) {
  const rows = await db
    .selectFrom('directory_days')
    .select(['day', 'users', 'groups'])
    .where('organization_id', '=', organization)
    .orderBy('day', 'desc')
    .limit(days)
    .execute()
  return rows.reverse()
}

/** How many there are now. */
export async function countDirectory(db: Db, organization: OrganizationId) {
  const { rows } = await sql<{
    users: number
    activeUsers: number
    groups: number
    memberships: number
  }>`
    select
      (select count(*)::int from directory_users
        where organization_id = ${organization} and state <> 'removed') as users,
      (select count(*)::int from directory_users
        where organization_id = ${organization} and state = 'active') as "activeUsers",
      (select count(*)::int from directory_groups
        where organization_id = ${organization} and state <> 'removed') as groups,
      (select count(*)::int from directory_memberships
        where organization_id = ${organization}) as memberships`.execute(db)
  return rows[0] ?? { users: 0, activeUsers: 0, groups: 0, memberships: 0 }
}
