import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { commandBatchRoutes } from './batch-routes.ts'
export { commandRoutes } from './command-routes.ts'
export { expireCommands } from './commands-store.ts'
export { joinDesired } from './desired-settings.ts'
export { createTakesDigests } from './digest-identify.ts'
export { endUnenrolments } from './end-unenrolments.ts'
export { createLastSeen, type LastSeen } from './last-seen.ts'
export { desiredByAddress } from './management-address.ts'
export { createDeviceCaller } from './push-calls.ts'
export { createProxyTrust } from './read-evidence.ts'
export { selfServiceRoutes } from './self-service-routes.ts'
export { selfServiceSettingsRoutes } from './self-service-settings-routes.ts'
export { addSessionRoute } from './session-route.ts'
export { desiredBySessionSettings } from './session-settings.ts'
export { sessionSettingsRoutes } from './session-settings-routes.ts'
export { findPollSchedule } from './session-settings-store.ts'
export { createStrangerGate } from './stranger-gate.ts'
export { type DeviceTold, listTold } from './told-store.ts'
export { watchRoutes } from './watch-routes.ts'
export { wipeGuardRoutes } from './wipe-guard-routes.ts'
export { wipeRoutes } from './wipe-routes.ts'
export { countAwaitingWipes, findGuard } from './wipes-store.ts'

/** What this room says, in both languages. */
export const managementTexts = { en, de }
