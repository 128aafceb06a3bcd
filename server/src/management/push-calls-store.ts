import { PushOutcome } from '@mooring/contract/push'
import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { CHANNEL_URI } from './push-settings.ts'
import { URGENT_KINDS } from './push-urgent.ts'

/** How calling a device stands. */
export type StoredCall = {
  readonly askedAt: Date
  /** Which asking is done with: the device was told, or nothing more helps. */
  readonly settledAt: Date | undefined
  readonly nextAt: Date
  readonly calledAt: Date | undefined
  readonly outcome: PushOutcome | undefined
  readonly deadChannel: string | undefined
}

export async function findCall(
  db: Db,
  organization: OrganizationId,
  deviceId: string,
): Promise<StoredCall | undefined> {
  const row = await db
    .selectFrom('device_calls')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .executeTakeFirst()
  return row && toCall(row)
}

const toCall = (row: Selectable<Schema['device_calls']>): StoredCall => ({
  askedAt: row.asked_at,
  settledAt: row.settled_at ?? undefined,
  nextAt: row.next_at,
  calledAt: row.called_at ?? undefined,
  outcome: row.outcome === null ? undefined : PushOutcome.parse(row.outcome),
  deadChannel: row.dead_channel ?? undefined,
})

/** Somebody waits for a device. One that was called a moment ago is called again when that is over. */
export async function askForDevice(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  now: Date,
): Promise<StoredCall> {
  const row = await tx
    .insertInto('device_calls')
    .values({ organization_id: organization, device_id: deviceId, asked_at: now, next_at: now })
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'device_id']).doUpdateSet({ asked_at: now, tries: 0 }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  return toCall(row)
}

/** Asks for the devices for which something urgent waits that they were not called for yet. */
export async function askForUrgent(db: Db, organization: OrganizationId, now: Date): Promise<void> {
  // As they stand in the index: from parameters, PostgreSQL would not see that it is the same list.
  const kinds = sql.join(URGENT_KINDS.map((kind) => sql.lit(kind)))
  await db
    .insertInto('device_calls')
    .columns(['organization_id', 'device_id', 'asked_at', 'next_at'])
    .expression((is) =>
      is
        .selectFrom('device_commands')
        .where('organization_id', '=', organization)
        .where(sql<boolean>`state = 'queued' and kind in (${kinds})`)
        .where((where) =>
          where.or([where('not_before', 'is', null), where('not_before', '<=', now)]),
        )
        .where('expires_at', '>', now)
        .groupBy(['organization_id', 'device_id'])
        .select([
          'organization_id',
          'device_id',
          sql<Date>`max(greatest(created_at, not_before))`.as('asked_at'),
          sql<Date>`${now}::timestamptz`.as('next_at'),
        ]),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'device_id'])
        .doUpdateSet((set) => ({ asked_at: set.ref('excluded.asked_at'), tries: 0 }))
        .whereRef('device_calls.asked_at', '<', sql.ref('excluded.asked_at')),
    )
    .execute()
}

/** A device that is to be called now. */
export type DueCall = {
  readonly deviceId: string
  readonly askedAt: Date
  /** This one included. */
  readonly tries: number
  /** As the device named it; absent: it has named none that is still good. */
  readonly channel: string | undefined
}

/** How long a device is left alone after a call; also how long whoever calls it may take. */
const APART_MS = 60_000

/** Takes some devices to be called: nobody else calls them for a minute. */
export async function takeDueCalls(
  db: Db,
  organization: OrganizationId,
  { now, most }: { readonly now: Date; readonly most: number },
): Promise<DueCall[]> {
  const taken = await db
    .updateTable('device_calls')
    .set((set) => ({
      next_at: new Date(now.getTime() + APART_MS),
      called_at: now,
      tries: set('tries', '+', 1),
    }))
    .where('organization_id', '=', organization)
    .where('device_id', 'in', (is) =>
      is
        .selectFrom('device_calls')
        .select('device_id')
        .where('organization_id', '=', organization)
        .where(sql<boolean>`(settled_at is null or settled_at < asked_at)`)
        .where('next_at', '<=', now)
        .orderBy('next_at')
        .limit(most)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['device_id', 'asked_at', 'tries', 'dead_channel'])
    .execute()
  if (taken.length === 0) return []
  const channels = await findChannels(
    db,
    organization,
    taken.map((row) => row.device_id),
  )
  return taken.map((row) => {
    const channel = channels.get(row.device_id)
    return {
      deviceId: row.device_id,
      askedAt: row.asked_at,
      tries: row.tries,
      channel: channel === row.dead_channel ? undefined : channel,
    }
  })
}

/** The channels that devices have named, of those that are enrolled. */
export async function findChannels(
  db: Db,
  organization: OrganizationId,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('device_standings as s')
    .innerJoin('devices as d', (join) =>
      join.onRef('d.organization_id', '=', 's.organization_id').onRef('d.id', '=', 's.device_id'),
    )
    .select(['s.device_id', sql<string | null>`s.facts -> ${CHANNEL_URI} ->> 'value'`.as('uri')])
    .where('s.organization_id', '=', organization)
    .where('s.device_id', 'in', [...ids])
    .where('d.state', '=', 'enrolled')
    // What was said before it enrolled anew is of another Windows.
    .whereRef('s.heard_at', '>=', 'd.enrolled_at')
    .execute()
  return new Map(rows.flatMap(({ device_id: id, uri }) => (uri ? [[id, uri]] : [])))
}

export type CallOutcome = {
  readonly outcome: PushOutcome
  readonly status: number | undefined
  /** When it is tried again; absent: this asking is done with. */
  readonly againAt?: Date | undefined
  readonly deadChannel?: string | undefined
}

export async function saveCall(
  db: Db,
  organization: OrganizationId,
  { deviceId, askedAt }: Pick<DueCall, 'deviceId' | 'askedAt'>,
  { outcome, status, againAt, deadChannel }: CallOutcome,
): Promise<void> {
  await db
    .updateTable('device_calls')
    .set({
      outcome,
      status: status ?? null,
      ...(againAt ? { next_at: againAt } : { settled_at: askedAt }),
      ...(deadChannel === undefined ? {} : { dead_channel: deadChannel }),
    })
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .execute()
}
