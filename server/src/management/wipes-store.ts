import { WIPE_LIMITS } from '@mooring/contract/wipes'
import { type Selectable, sql } from 'kysely'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { DAY_MS, HOUR_MS, type Spent, type WipeRow } from './judge-wipe.ts'

export type GuardRow = Omit<Selectable<Schema['wipe_guards']>, 'organization_id'>

/** Nobody has said that a freeze may end. */
export const NOBODY_ASKED = { thaw_asked_at: null, thaw_asked_by: null, thaw_asked_name: null }
const UNTOUCHED: GuardRow = {
  per_person_hour: WIPE_LIMITS.perPersonHour,
  per_day: WIPE_LIMITS.perDay,
  hold_minutes: WIPE_LIMITS.holdMinutes,
  frozen_at: null,
  frozen_by: null,
  ...NOBODY_ASKED,
}

export async function findGuard(db: Db, organization: OrganizationId): Promise<GuardRow> {
  const row = await db
    .selectFrom('wipe_guards')
    .selectAll()
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row ?? UNTOUCHED
}

/**
 * Holds the guard until the transaction ends: what is asked for, approved, frozen and handed out takes
 * turns, so that no two can spend the same budget.
 */
export async function holdGuard(tx: Db, organization: OrganizationId): Promise<GuardRow> {
  await tx
    .insertInto('wipe_guards')
    .values({ organization_id: organization, ...UNTOUCHED })
    .onConflict((conflict) => conflict.column('organization_id').doNothing())
    .execute()
  return await tx
    .selectFrom('wipe_guards')
    .selectAll()
    .where('organization_id', '=', organization)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

/** Does something while nobody else spends, approves, freezes or hands out. */
export function holdingGuard<Result>(
  db: Database['db'],
  organization: OrganizationId,
  work: (tx: Db, guard: GuardRow) => Promise<Result>,
): Promise<Result> {
  return db.transaction().execute(async (tx) => work(tx, await holdGuard(tx, organization)))
}

export async function saveGuard(
  tx: Db,
  organization: OrganizationId,
  change: Partial<GuardRow>,
): Promise<void> {
  await tx
    .updateTable('wipe_guards')
    .set(change)
    .where('organization_id', '=', organization)
    .execute()
}

/** What was asked for without a second person, but for devices that were spared before they were told. */
export async function findSpent(
  tx: Db,
  organization: OrganizationId,
  { person, now }: { readonly person: string; readonly now: Date },
): Promise<Omit<Spent, 'isNewcomer'>> {
  const hourAgo = new Date(now.getTime() - HOUR_MS)
  const dayAgo = new Date(now.getTime() - DAY_MS)
  const { rows } = await sql<{ hour: number; day: number; enrolled: number }>`
    select
      (count(*) filter (where w.requested_by = ${person} and w.requested_at > ${hourAgo}))::int as hour,
      count(*)::int as day,
      (select count(*)::int from devices
        where organization_id = ${organization} and state = 'enrolled') as enrolled
    from wipe_requests w
    join device_commands c on c.organization_id = w.organization_id and c.batch_id = w.id
    where w.organization_id = ${organization} and not w.needs_approval
      and w.requested_at > ${dayAgo} and c.state <> 'cancelled'`.execute(tx)
  const [row] = rows
  if (!row) throw new Error('A count without a row')
  return { byPersonInHour: row.hour, inDay: row.day, enrolled: row.enrolled }
}

export async function addWipe(
  tx: Db,
  organization: OrganizationId,
  row: Omit<
    WipeRow,
    | 'organization_id'
    | 'approved_at'
    | 'approved_by'
    | 'approved_name'
    | 'cancelled_at'
    | 'cancelled_name'
  >,
): Promise<WipeRow> {
  return await tx
    .insertInto('wipe_requests')
    .values({ ...row, organization_id: organization })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findWipe(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<WipeRow | undefined> {
  return await db
    .selectFrom('wipe_requests')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Newest first. */
export async function listWipes(
  db: Db,
  organization: OrganizationId,
  { after, limit }: { after: { at: Date; id: string } | undefined; limit: number },
): Promise<WipeRow[]> {
  return await db
    .selectFrom('wipe_requests')
    .selectAll()
    .where('organization_id', '=', organization)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(requested_at, id) < (${after?.at}, ${after?.id})`),
    )
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** How many requests wait for a second person. */
export async function countAwaitingWipes(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<number> {
  const { count } = await db
    .selectFrom('wipe_requests')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organization_id', '=', organization)
    .where('needs_approval', '=', true)
    .where('approved_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .where('approve_until', '>', now)
    .executeTakeFirstOrThrow()
  return count
}

export async function changeWipe(
  tx: Db,
  organization: OrganizationId,
  id: string,
  change:
    | Pick<WipeRow, 'approved_at' | 'approved_by' | 'approved_name' | 'hold_until'>
    | Pick<WipeRow, 'cancelled_at' | 'cancelled_name'>,
): Promise<WipeRow> {
  return await tx
    .updateTable('wipe_requests')
    .set(change)
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** The devices of a request, and how far each is. */
export async function listWipeDevices(db: Db, organization: OrganizationId, wipe: string) {
  return await db
    .selectFrom('device_commands as c')
    .innerJoin('devices as d', (join) =>
      join.onRef('d.organization_id', '=', 'c.organization_id').onRef('d.id', '=', 'c.device_id'),
    )
    .select(['d.id', 'd.name', 'c.state'])
    .where('c.organization_id', '=', organization)
    .where('d.organization_id', '=', organization)
    .where('c.batch_id', '=', wipe)
    .orderBy('d.sort_name')
    .orderBy('d.id')
    .execute()
}

/** Lets the commands of a request go to their devices, from a time on. */
export async function releaseCommands(
  tx: Db,
  organization: OrganizationId,
  { wipe, notBefore, expiresAt }: { wipe: string; notBefore: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .updateTable('device_commands')
    .set({ state: 'queued', not_before: notBefore, expires_at: expiresAt })
    .where('organization_id', '=', organization)
    .where('batch_id', '=', wipe)
    .where('state', '=', 'held')
    .execute()
}

/** @returns how many devices were not told yet. */
export async function cancelCommands(
  tx: Db,
  organization: OrganizationId,
  { wipe, now }: { wipe: string; now: Date },
): Promise<number> {
  const ended = await tx
    .updateTable('device_commands')
    .set({ state: 'cancelled', ended_at: now })
    .where('organization_id', '=', organization)
    .where('batch_id', '=', wipe)
    .where('state', 'in', ['held', 'queued'])
    .returning('id')
    .execute()
  return ended.length
}
