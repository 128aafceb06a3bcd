import type { Selectable } from 'kysely'
import type { EntraTrouble } from '../entra/trouble.ts'
import type { Database, Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { SubscribedStream, Subscription } from './subscription.ts'

/** A subscription's place: one for each organization and kind of object. */
export type Place = { readonly organization: OrganizationId; readonly stream: SubscribedStream }

/** Organizations that have a subscription or wait for one. */
export async function listSubscribed(db: Database['db']): Promise<OrganizationId[]> {
  // Whoever keeps subscriptions looks after those of every organization.
  const rows = await acrossOrganizations(db)
    .selectFrom('change_subscriptions')
    .select('organization_id')
    .distinct()
    .execute()
  return rows.map((row) => row.organization_id)
}

export async function findSubscription(
  db: Db,
  { organization, stream }: Place,
): Promise<Subscription | undefined> {
  const row = await db
    .selectFrom('change_subscriptions')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .executeTakeFirst()
  return row && fromRow(row)
}

/**
 * Takes a subscription to work on it; made if there is none.
 *
 * @returns `undefined` when another process has it. `wasAbandoned`: one had it and never came back.
 */
export async function takeSubscription(
  db: Database['db'],
  { organization, stream }: Place,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<{ found: Subscription; wasAbandoned: boolean } | undefined> {
  return await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('change_subscriptions')
      .values({ organization_id: organization, stream, state: 'pending', ...NONE })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await tx
      .selectFrom('change_subscriptions')
      .selectAll()
      .where('organization_id', '=', organization)
      .where('stream', '=', stream)
      .forUpdate()
      .executeTakeFirstOrThrow()
    const found = fromRow(row)
    if (found.leaseUntil && found.leaseUntil > now) return undefined
    await tx
      .updateTable('change_subscriptions')
      .set({ lease_until: until })
      .where('organization_id', '=', organization)
      .where('stream', '=', stream)
      .execute()
    const wasAbandoned = found.leaseUntil !== undefined
    return { found: { ...found, leaseUntil: undefined }, wasAbandoned }
  })
}

const NONE = {
  subscription_id: null,
  client_state_hash: null,
  expires_at: null,
  problem: null,
  last_notification_at: null,
  next_try_at: null,
  made_for: null,
  lease_until: null,
}

export type SubscriptionUpdate = Partial<Omit<Subscription, 'leaseUntil'>> & {
  readonly clientStateHash?: string
  /** `undefined`: there is none any more. */
  readonly problem?: (EntraTrouble & { readonly at: string }) | undefined
}

/**
 * Writes what changed, as the process that took it.
 *
 * @param lease until when it was taken. `keep`: it goes on.
 * @returns `false` when another process has taken it meanwhile.
 */
export async function saveSubscription(
  db: Db,
  { organization, stream }: Place,
  lease: { readonly until: Date; readonly keep?: boolean },
  update: SubscriptionUpdate,
): Promise<boolean> {
  const has = (name: keyof SubscriptionUpdate) => Object.hasOwn(update, name)
  const { problem } = update
  const result = await db
    .updateTable('change_subscriptions')
    .set({
      ...(lease.keep ? {} : { lease_until: null }),
      ...(has('id') ? { subscription_id: update.id ?? null } : {}),
      ...(has('expiresAt') ? { expires_at: update.expiresAt ?? null } : {}),
      ...(has('madeFor') ? { made_for: update.madeFor ?? null } : {}),
      ...(has('nextTryAt') ? { next_try_at: update.nextTryAt ?? null } : {}),
      ...(has('problem') ? { problem: problem ? JSON.stringify(problem) : null } : {}),
      ...(update.state ? { state: update.state } : {}),
      ...(update.tries === undefined ? {} : { tries: update.tries }),
      ...(update.clientStateHash ? { client_state_hash: update.clientStateHash } : {}),
      // Nothing may be left to set.
      organization_id: organization,
    })
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .where('lease_until', '=', lease.until)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function deleteSubscription(db: Db, { organization, stream }: Place): Promise<void> {
  await db
    .deleteFrom('change_subscriptions')
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .execute()
}

/** Has its keeping done at once. `isGone`: Graph says that it no longer has it. */
export async function noteKeepingDue(
  db: Db,
  { organization, stream }: Place,
  { now, isGone }: { readonly now: Date; readonly isGone: boolean },
): Promise<void> {
  await db
    .updateTable('change_subscriptions')
    .set({ next_try_at: now, ...(isGone ? { subscription_id: null } : {}) })
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .execute()
}

/** Notes that Graph told of a change. */
export async function noteNotified(
  db: Db,
  { organization, stream }: Place,
  now: Date,
): Promise<void> {
  await db
    .updateTable('change_subscriptions')
    .set({ last_notification_at: now })
    .where('organization_id', '=', organization)
    .where('stream', '=', stream)
    .execute()
}

/** When Graph last told the organization of a change. */
export async function findLastNotificationAt(
  db: Db,
  organization: OrganizationId,
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('change_subscriptions')
    .select((is) => is.fn.max('last_notification_at').as('at'))
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row?.at ?? undefined
}

/** What a notification is checked against. */
export type KnownSubscription = Place & {
  readonly id: string
  readonly clientStateHash: string
  readonly madeFor: string
}

/** Subscriptions by Graph's ids, of whichever organization. */
export async function findSubscriptionsById(
  db: Database['db'],
  ids: readonly string[],
): Promise<KnownSubscription[]> {
  if (ids.length === 0) return []
  // A notification names no organization: whose it is, is what is asked here.
  const rows = await acrossOrganizations(db)
    .selectFrom('change_subscriptions')
    .select(['organization_id', 'stream', 'subscription_id', 'client_state_hash', 'made_for'])
    .where('subscription_id', 'in', [...ids])
    .execute()
  return rows.map((row) => ({
    organization: row.organization_id,
    stream: row.stream,
    id: row.subscription_id ?? '',
    clientStateHash: row.client_state_hash ?? '',
    madeFor: row.made_for ?? '',
  }))
}

function fromRow(row: Selectable<Schema['change_subscriptions']>): Subscription {
  return {
    id: row.subscription_id ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    state: row.state,
    madeFor: row.made_for ?? undefined,
    tries: row.tries,
    nextTryAt: row.next_try_at ?? undefined,
    leaseUntil: row.lease_until ?? undefined,
  }
}
