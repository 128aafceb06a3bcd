import { sql } from 'kysely'
import type { Database, Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const beginOf = (now: Date, spanMs: number) => new Date(Math.floor(now.getTime() / spanMs) * spanMs)
const minuteOf = (now: Date) => beginOf(now, MINUTE_MS)

/** Whose refusals are counted together: a caller's id, or `strangers`. */
export type Budget = string

type Counted = { readonly budget: Budget; readonly action: string; readonly now: Date }

/**
 * Counts a refusal in its minute and its day, for all processes together.
 *
 * @returns whether it is among the first of both, and may be written.
 */
export async function countRefusal(
  tx: Db,
  organization: OrganizationId,
  {
    limits,
    ...counted
  }: Counted & { readonly limits: { readonly minute: number; readonly day: number } },
): Promise<boolean> {
  const mayWrite =
    (await meet(tx, organization, counted, 'minute')) <= limits.minute &&
    (await meet(tx, organization, counted, 'day')) <= limits.day
  if (!mayWrite) await countLeftOut(tx, organization, counted)
  return mayWrite
}

/** @returns the how manieth it is. */
async function meet(
  tx: Db,
  organization: OrganizationId,
  { budget, now }: Counted,
  span: 'minute' | 'day',
): Promise<number> {
  const begin = beginOf(now, span === 'minute' ? MINUTE_MS : DAY_MS)
  const { rows } = await sql<{ met: number }>`
    insert into audit_floods as f (organization_id, budget, span, minute_at, met, left_out)
    values (${organization}, ${budget}, ${span}, ${begin}, 1, '{}')
    on conflict (organization_id, budget, span, minute_at) do update set met = f.met + 1
    returning met`.execute(tx)
  return Number(rows[0]?.met)
}

/** Counts what is not written, to be told when its minute is over. */
export async function countLeftOut(
  tx: Db,
  organization: OrganizationId,
  { budget, action, now }: Counted,
): Promise<void> {
  await sql`
    insert into audit_floods as f (organization_id, budget, span, minute_at, met, left_out)
    values (${organization}, ${budget}, 'minute', ${minuteOf(now)}, 0,
      jsonb_build_object(${action}::text, 1))
    on conflict (organization_id, budget, span, minute_at) do update set
      left_out = f.left_out || jsonb_build_object(${action}::text,
        coalesce((f.left_out ->> ${action}::text)::bigint, 0) + 1)`.execute(tx)
}

/** Organizations with a minute that is over. */
export async function listFlooded(db: Database['db'], now: Date): Promise<OrganizationId[]> {
  // The job that tells what was left out looks after every organization.
  const { rows } = await sql<{ id: OrganizationId }>`
    select distinct organization_id as id from audit_floods
    where span = 'minute' and minute_at < ${minuteOf(now)} order by id`.execute(
    acrossOrganizations(db),
  )
  return rows.map(({ id }) => id)
}

export type FloodedMinute = {
  readonly minuteAt: Date
  readonly budget: Budget
  readonly leftOut: Readonly<Record<string, number>>
}

/** Takes the minutes that are over, each of which is told once. */
export async function takeFloodedMinutes(
  tx: Db,
  organization: OrganizationId,
  now: Date,
): Promise<FloodedMinute[]> {
  await sql`
    delete from audit_floods
    where organization_id = ${organization} and span = 'day'
      and minute_at < ${beginOf(now, DAY_MS)}`.execute(tx)
  const { rows } = await sql<{
    minute_at: Date
    budget: string
    left_out: Record<string, number>
  }>`
    delete from audit_floods
    where organization_id = ${organization} and span = 'minute' and minute_at < ${minuteOf(now)}
    returning minute_at, budget, left_out`.execute(tx)
  return rows
    .map((row) => ({ minuteAt: row.minute_at, budget: row.budget, leftOut: row.left_out }))
    .sort((left, right) => left.minuteAt.getTime() - right.minuteAt.getTime())
}
