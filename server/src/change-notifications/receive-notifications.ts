import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  type Judgement,
  judgeNotification,
  type Notification,
  readNotification,
} from './notification.ts'
import type { Wake } from './start-notified-sync.ts'
import { QUIET_MS } from './start-notified-sync.ts'
import {
  findSubscriptionsById,
  type KnownSubscription,
  noteKeepingDue,
  noteNotified,
} from './subscriptions-store.ts'

export type ReceiveParts = {
  readonly db: Database['db']
  readonly clock: Clock
  /** Has a run started soon. */
  readonly wake: Wake
  /** Has the subscriptions looked after now. */
  readonly keepNow: () => Promise<void>
  /** Counts what came. */
  readonly count: (kind: Judgement | 'unreadable' | 'lifecycle' | 'turnedAway') => void
}

/**
 * Notes that something changed in the tenants that these notifications come from. What is not Graph's or
 * not for us is counted and ignored: whoever sends it learns nothing.
 *
 * @returns when it is kept; then Graph may forget it.
 */
export async function receiveNotifications(
  parts: ReceiveParts,
  items: readonly unknown[],
): Promise<void> {
  const accepted = await acceptedOf(parts, items)
  const now = parts.clock.now()
  const woken = new Set<OrganizationId>()
  for (const known of onePerSubscription(accepted)) {
    await noteNotified(parts.db, known, now)
    woken.add(known.organization)
  }
  for (const organization of woken) await parts.wake({ organization, since: now }, QUIET_MS)
}

/** Does what Graph asks for a subscription itself. @see Graph "Lifecycle notifications" */
export async function receiveLifecycle(
  parts: ReceiveParts,
  items: readonly unknown[],
): Promise<void> {
  const accepted = await acceptedOf(parts, items)
  const now = parts.clock.now()
  for (const { known, notification } of accepted) {
    parts.count('lifecycle')
    switch (notification.lifecycleEvent) {
      case 'reauthorizationRequired':
        // A renewal is also a new authorization.
        await noteKeepingDue(parts.db, known, { now, isGone: false })
        break
      case 'subscriptionRemoved':
        await noteKeepingDue(parts.db, known, { now, isGone: true })
        break
    }
    // Whatever happened to it, something may have been missed.
    await parts.wake({ organization: known.organization, since: now }, QUIET_MS)
  }
  if (accepted.length > 0) await parts.keepNow()
}

type Accepted = { readonly known: KnownSubscription; readonly notification: Notification }

async function acceptedOf(
  { db, count }: ReceiveParts,
  items: readonly unknown[],
): Promise<Accepted[]> {
  const read = items.map(readNotification)
  const notifications = read.filter((item) => item !== undefined)
  for (let unread = items.length - notifications.length; unread > 0; unread--) count('unreadable')
  const ids = [...new Set(notifications.map(({ subscriptionId }) => subscriptionId))]
  const known = new Map((await findSubscriptionsById(db, ids)).map((found) => [found.id, found]))
  return notifications.flatMap((notification) => {
    const found = known.get(notification.subscriptionId)
    const judgement = judgeNotification(notification, found)
    count(judgement)
    return found && judgement === 'accepted' ? [{ known: found, notification }] : []
  })
}

const onePerSubscription = (accepted: readonly Accepted[]): Iterable<KnownSubscription> =>
  new Map(accepted.map(({ known }) => [known.id, known])).values()
