import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { createAddressGate } from './address-gate.ts'
export { admitTerms, recordTermsRefusal } from './admit-terms.ts'
export { findAttemptsMark } from './attempts-mark-store.ts'
export { makeNonce, openDeviceDigest } from './digests.ts'
export { createEnrolTogether } from './enrol-together.ts'
export { enrolmentRoutes } from './enrolment-routes.ts'
export { forgetOldEnrolments } from './forget-old.ts'
export { createLooks } from './looks.ts'
export { findLastTermsVisit, listMatchingAttempts } from './matching-attempts-store.ts'
export { MANAGEMENT_PATH, PROVIDER_ID } from './provision.ts'
export { reasonsBehind } from './refusal.ts'
export { toAttempt } from './render-attempt.ts'
export { listRuleGroups } from './settings-store.ts'
export { addSignInRoute } from './sign-in-route.ts'
export { addEnrolmentRoutes, type SoapParts } from './soap-routes.ts'
export { ENROLMENT_PATH } from './soap-services.ts'
export { openTestToken } from './test-token.ts'
export { enrolmentTokenRoutes } from './token-routes.ts'
export { createTurnstile } from './turnstile.ts'

/** What this room says, in both languages. */
export const enrolmentTexts = { en, de }
