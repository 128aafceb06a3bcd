import type { Role } from '@mooring/contract/permissions'
import type { RoleInfo } from '@mooring/contract/roles'

/**
 * The roles that somebody may give: none that can do more than they can themselves. The server decides
 * in the end; this keeps the list honest.
 */
export function grantableRoles(roles: readonly RoleInfo[], own: readonly string[]): Role[] {
  return roles
    .filter(({ permissions }) => permissions.every((permission) => own.includes(permission)))
    .map(({ role }) => role)
}
