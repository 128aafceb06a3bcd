import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { enrolmentDoctorRoutes } from './enrolment-doctor-routes.ts'
export type { StoredOutsideTest } from './outside-finding.ts'
export { findOutsideTest } from './outside-test-store.ts'

/** What this room says, in both languages. */
export const enrolmentDoctorTexts = { en, de }
