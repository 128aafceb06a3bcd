import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { FEW_OWNERS, normalizeEmail } from './administrator.ts'
export {
  countLocalOwners,
  findAdministratorByEmail,
  listAllAdministrators,
} from './administrators-store.ts'
export { forgetExpired } from './forget-expired.ts'
export { createIdentify } from './identify.ts'
export { inviteAdministrator, makePasswordLink } from './invite-administrator.ts'
export { makeApiToken } from './make-api-token.ts'
export { toOwnSession } from './own-session.ts'
export { createTakeStepUp, findOpenStepUp, proveStepUp } from './prove-step-up.ts'
export {
  findSessionId,
  removeNotedSession,
  removeProvidersSessions,
  removeSessionsOfProvider,
} from './provider-sessions-store.ts'
export { resetAdministrator } from './reset-administrator.ts'
export { beginSession } from './session.ts'
export { type ProviderSide, removeSession, removeSessionsOfTheGone } from './sessions-store.ts'
export { signInRoutes } from './sign-in-routes.ts'
export type { ThrottleLimits } from './throttle.ts'
export { addressKey, admitTry, networkOf } from './throttle-sign-in.ts'
export { addFailures, forgiveAttempt } from './throttles-store.ts'

/** What this room says. */
export const signInTexts = { en, de }
