import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { judgeReceipt, type Receipt } from './receipt.ts'
export type { TermsError } from './return-to-windows.ts'
export { createTermsKeys, type TermsKeys } from './terms-keys.ts'
export { termsPageRoutes } from './terms-page-routes.ts'
export { BROKER_RETURNS } from './terms-request.ts'
export { type Admission, addTermsRoutes, type TermsVisit } from './terms-routes.ts'

/** What this room says, in both languages. */
export const termsOfUseTexts = { en, de }
