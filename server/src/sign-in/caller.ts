import { type Permission, ROLE_PERMISSIONS, Role } from '@mooring/contract/permissions'
import type { Caller } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

type Source = {
  readonly kind: 'session' | 'token'
  readonly id: string
  readonly name: string
  readonly organization: OrganizationId
  readonly isHome: boolean
  readonly role: Role
}

/** What somebody with this role may do: owners of the home organization, everywhere. */
export function toCaller({ isHome, ...source }: Source): Caller {
  const everywhere = isHome && source.role === 'owner'
  return { ...source, everywhere, permissions: new Set(permissionsOf(source.role, everywhere)) }
}

/** `organizations.manage` counts for owners of the home organization only. */
function permissionsOf(role: Role, everywhere: boolean): Permission[] {
  return ROLE_PERMISSIONS[role].filter(
    (permission) => permission !== 'organizations.manage' || everywhere,
  )
}

/** Whether somebody with the first role may give the second to others: never one that is stronger. */
export function mayGrant(own: Role, given: Role): boolean {
  const rank = (role: Role) => Role.options.indexOf(role)
  return rank(given) >= rank(own)
}
