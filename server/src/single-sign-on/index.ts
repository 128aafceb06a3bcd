import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { attemptRoutes, beginSignIn } from './attempt-routes.ts'
export { isTriedOut } from './check-urls.ts'
export { endSessionUrl } from './end-session-url.ts'
export { createServerFinder } from './find-server.ts'
export { forgetAttempts } from './forget-attempts.ts'
export { addFrontChannelLogout } from './front-channel-logout.ts'
export { providerRoutes } from './provider-routes.ts'
export { findProvider } from './providers-store.ts'
export { createReturnRoute } from './return-route.ts'

/** What this room says. */
export const singleSignOnTexts = { en, de }
