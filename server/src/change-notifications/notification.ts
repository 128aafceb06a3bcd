import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { hashClientState } from './client-state.ts'
import { tenantOf } from './subscription.ts'
import type { KnownSubscription } from './subscriptions-store.ts'

/** What Graph posts; each item is read by itself. @see Graph "Receive change notifications" */
export const NotificationBody = z.object({ value: z.array(z.unknown()).max(1000) })

const Notification = z.object({
  subscriptionId: z.string().min(1).max(200),
  clientState: z.string().max(128).nullish(),
  tenantId: z.string().max(64).nullish(),
  lifecycleEvent: z.string().max(64).nullish(),
})
export type Notification = z.infer<typeof Notification>

/** @returns `undefined` for an item that is none. */
export const readNotification = (item: unknown): Notification | undefined =>
  Notification.safeParse(item).data

export type Judgement = 'accepted' | 'unknownSubscription' | 'wrongClientState' | 'wrongTenant'

/** Whether a notification is Graph's, of a subscription that is ours. */
export function judgeNotification(
  notification: Notification,
  known: KnownSubscription | undefined,
): Judgement {
  if (!known) return 'unknownSubscription'
  const given = Buffer.from(hashClientState(notification.clientState ?? ''))
  const kept = Buffer.from(known.clientStateHash)
  if (given.length !== kept.length || !timingSafeEqual(given, kept)) return 'wrongClientState'
  const isOurTenant = notification.tenantId?.toLowerCase() === tenantOf(known.madeFor)
  return isOurTenant ? 'accepted' : 'wrongTenant'
}
