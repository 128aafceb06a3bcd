import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/**
 * Keeps how many people and groups there are on this day (UTC); a later call of the day replaces it.
 * Whoever is removed or outside the organization does not count, nor do their memberships.
 */
export async function recordDay(tx: Db, organization: OrganizationId, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  await sql`
    insert into directory_days (organization_id, day, users, groups, memberships)
    select ${organization}, ${day}::date,
      (select count(*) from directory_users
        where organization_id = ${organization} and state in ('active', 'disabled')),
      (select count(*) from directory_groups where organization_id = ${organization} and state = 'active'),
      (select count(*) from directory_memberships as edge
        where edge.organization_id = ${organization} and not exists (
          select from directory_users as hidden
          where hidden.organization_id = ${organization} and hidden.entra_id = edge.member_entra_id
            and hidden.state in ('removed', 'outside')))
    on conflict (organization_id, day) do update set users = excluded.users, groups = excluded.groups,
      memberships = excluded.memberships`.execute(tx)
}

/**
 * The same for a run in which nobody came, went or was hidden, except for new groups: what it told of memberships is added to
 * what was counted last, for counting all of them takes as long as there are many.
 *
 * @returns false on the first run of a day, which counts: somebody who signed in before a run, or whose
 *   groups came before them, may have been left out.
 */
export async function addToDay(
  tx: Db,
  organization: OrganizationId,
  run: string,
  now: Date,
): Promise<boolean> {
  const day = now.toISOString().slice(0, 10)
  const { rows } = await sql`
    update directory_days set groups = (
      select count(*) from directory_groups
      where organization_id = ${organization} and state = 'active'
    ), memberships = memberships + (
      select coalesce(sum(case told.change when 'added' then 1 else -1 end), 0)::int
      from directory_changes as told
      where told.organization_id = ${organization} and told.run_id = ${run}
        and told.object = 'membership' and told.change in ('added', 'removed') and not exists (
          select from directory_users as hidden
          where hidden.organization_id = ${organization} and hidden.entra_id = told.member_entra_id
            and hidden.state in ('removed', 'outside')))
    where organization_id = ${organization} and day = ${day}::date
    returning 1`.execute(tx)
  return rows.length > 0
}

/** The same for a run that changed nothing: what was counted last still holds. */
export async function carryDay(tx: Db, organization: OrganizationId, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10)
  await sql`
    insert into directory_days (organization_id, day, users, groups, memberships)
    select organization_id, ${day}::date, users, groups, memberships
    from directory_days where organization_id = ${organization} order by day desc limit 1
    on conflict (organization_id, day) do nothing`.execute(tx)
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

/** How many there are now; memberships as of the last run, which is when they change. */
export async function countDirectory(db: Db, organization: OrganizationId) {
  const { rows } = await sql<{
    users: number
    activeUsers: number
    groups: number
    devices: number
    memberships: number
  }>`
    select people.users, people."activeUsers",
      (select count(*)::int from directory_groups
        where organization_id = ${organization} and state = 'active') as groups,
      (select count(*)::int from directory_devices
        where organization_id = ${organization} and state = 'active') as devices,
      coalesce((select memberships from directory_days
        where organization_id = ${organization} order by day desc limit 1), 0) as memberships
    from (
      select count(*) filter (where state in ('active', 'disabled'))::int as users,
        count(*) filter (where state = 'active')::int as "activeUsers"
      from directory_users where organization_id = ${organization}
    ) as people`.execute(db)
  return rows[0] ?? { users: 0, activeUsers: 0, groups: 0, devices: 0, memberships: 0 }
}

/**
 * Tells the database how the tables have changed after a full round has rewritten much of them.
 * PostgreSQL would find out by itself, later; PGlite never does.
 */
export async function tidyTables(db: Db, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await sql`vacuum (analyze) ${sql.id(table)}`.execute(db)
  }
}
