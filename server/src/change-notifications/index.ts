import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { endingSubscriptions } from './end-subscriptions.ts'
export { type KeepParts, keepSubscriptions } from './keep-subscriptions.ts'
export { addNotificationRoutes, notificationUrls } from './notification-routes.ts'
export { startNotifiedSync, type Wake } from './start-notified-sync.ts'
export { isReachable } from './subscription.ts'

/** What this room says, in both languages. */
export const changeNotificationTexts = { en, de }
