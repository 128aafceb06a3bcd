import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { removeOrphans } from './assignments-store.ts'
export { type EmptiedGroup, listEmptied } from './emptied-store.ts'
export { listGivenRoles } from './given-roles-store.ts'
export { permissionsOf } from './granting.ts'
export { lockOwners } from './owners-store.ts'
export { findPersonRoles, toRoles } from './person-roles-store.ts'
export { MOST_TOLD, refreshAndRecord } from './refresh-and-record.ts'
export { revokeTokensBeyond } from './revoke-tokens.ts'
export { listRoleGroups } from './role-groups-store.ts'
export { checkOther, checkStrength, roleRoutes } from './role-routes.ts'

/** What this room says. */
export const rolesTexts = { en, de }
