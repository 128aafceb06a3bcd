import { type Permission, ROLE_PERMISSIONS, type Role } from '@mooring/contract/permissions'

/** What somebody with these roles may do. `organizations.manage` counts in the home organization only. */
export function permissionsOf(roles: readonly Role[], isHome: boolean): ReadonlySet<Permission> {
  const all = new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]))
  // Whoever is signed in is signed in, with or without a role.
  all.add('signedIn')
  if (!(isHome && roles.includes('owner'))) all.delete('organizations.manage')
  return all
}

/**
 * Whether somebody may give, change or take a role: never one that can do more than they can
 * themselves.
 */
export function mayGrant(own: ReadonlySet<Permission>, role: Role): boolean {
  return ROLE_PERMISSIONS[role].every(
    // Outside the home organization nobody has it, and giving it there gives nothing.
    (permission) => permission === 'organizations.manage' || own.has(permission),
  )
}
