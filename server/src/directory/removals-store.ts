import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/**
 * How many people, or groups, were taken away since a time and are away still, by a run and those
 * before it. What somebody has approved was looked at, and does not count.
 *
 * @param by the run that settles; what it takes away is in the feed already.
 */
export async function countRemovedSince(
  tx: Db,
  organization: OrganizationId,
  object: 'user' | 'group',
  by: { readonly run: string; readonly since: Date },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with runs as (
      select id from sync_runs
      where organization_id = ${organization} and (finished_at > ${by.since} or finished_at is null)
        and not dry_run and coalesce(decision ->> 'kind', '') <> 'approved'
      union
      select ${by.run}
    ), last as (
      select distinct on (c.entra_id) c.change from directory_changes as c
      where c.organization_id = ${organization} and c.run_id in (select id from runs)
        and c.object = ${object} and c.at > ${by.since}
        and c.change in ('created', 'removed', 'disabled', 'enabled', 'restored')
      order by c.entra_id, c.number desc
    )
    select count(*)::int as count from last where change in ('removed', 'disabled')`.execute(tx)
  return rows[0]?.count ?? 0
}
