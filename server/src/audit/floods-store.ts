import { sql } from 'kysely'
import type { Database, Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

const MINUTE_MS = 60_000

const minuteOf = (now: Date) => new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)

/**
 * Counts an event by a stranger in its minute, for all processes together.
 *
 * @returns whether it is among the first `limit` of the minute, and may be written.
 */
export async function countStranger(
  tx: Db,
  organization: OrganizationId,
  { action, limit, now }: { action: string; limit: number; now: Date },
): Promise<boolean> {
  const minute = minuteOf(now)
  const { rows } = await sql<{ met: number }>`
    insert into audit_floods as f (organization_id, minute_at, met, left_out)
    values (${organization}, ${minute}, 1, '{}')
    on conflict (organization_id, minute_at) do update set
      met = f.met + 1,
      left_out = case when f.met < ${limit} then f.left_out
        else f.left_out || jsonb_build_object(${action}::text,
          coalesce((f.left_out ->> ${action}::text)::bigint, 0) + 1) end
    returning met`.execute(tx)
  return Number(rows[0]?.met) <= limit
}

/** Organizations with a minute that is over. */
export async function listFlooded(db: Database['db'], now: Date): Promise<OrganizationId[]> {
  // The job that tells what was left out looks after every organization.
  const { rows } = await sql<{ id: OrganizationId }>`
    select distinct organization_id as id from audit_floods
    where minute_at < ${minuteOf(now)} order by id`.execute(acrossOrganizations(db))
  return rows.map(({ id }) => id)
}

export type FloodedMinute = {
  readonly minuteAt: Date
  readonly leftOut: Readonly<Record<string, number>>
}

/** Takes the minutes that are over, each of which is told once. */
export async function takeFloodedMinutes(
  tx: Db,
  organization: OrganizationId,
  now: Date,
): Promise<FloodedMinute[]> {
  const { rows } = await sql<{ minute_at: Date; left_out: Record<string, number> }>`
    delete from audit_floods
    where organization_id = ${organization} and minute_at < ${minuteOf(now)}
    returning minute_at, left_out`.execute(tx)
  return rows
    .map(({ minute_at, left_out }) => ({ minuteAt: minute_at, leftOut: left_out }))
    .sort((left, right) => left.minuteAt.getTime() - right.minuteAt.getTime())
}
