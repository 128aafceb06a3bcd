export type { Organization } from './organization.ts'
export { organizationRoutes } from './organizations-routes.ts'
export {
  findOrganizationBySlug,
  listOrganizations,
  loadHomeOrganization,
  loadOrganization,
} from './organizations-store.ts'

import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

/** What this room says. */
export const organizationTexts = { en, de }
