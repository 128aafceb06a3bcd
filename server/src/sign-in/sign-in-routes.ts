import { accountRoutes } from './account-routes.ts'
import { administratorRoutes } from './administrators-routes.ts'
import { apiTokenRoutes } from './api-tokens-routes.ts'
import { ownPasskeyRoutes, passkeySignInRoutes, passkeyStepUpRoutes } from './passkey-routes.ts'
import { type SignInParts, sessionRoutes } from './session-routes.ts'
import { sessionsRoutes } from './sessions-routes.ts'
import { stepUpRoutes } from './step-up-routes.ts'
import { totpRoutes } from './totp-routes.ts'

/** Everything this room answers. */
export function signInRoutes(parts: SignInParts) {
  return {
    ...sessionRoutes(parts),
    ...stepUpRoutes(parts),
    ...accountRoutes(parts),
    ...totpRoutes(parts),
    ...ownPasskeyRoutes(parts),
    ...passkeySignInRoutes(parts),
    ...passkeyStepUpRoutes(parts),
    ...sessionsRoutes(parts),
    ...administratorRoutes(parts),
    ...apiTokenRoutes(parts),
  }
}
