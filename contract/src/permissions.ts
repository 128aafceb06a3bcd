import { z } from 'zod'

/** The roles an administrator or an API token can have, strongest first. */
export const Role = z.enum([
  'owner',
  'administrator',
  'device-manager',
  'directory-manager',
  'helpdesk',
  'auditor',
  'self-service',
])
export type Role = z.infer<typeof Role>

/** What a route may ask of its caller. `public` asks nothing, `signedIn` a valid session or token. */
export const PERMISSIONS = [
  'public',
  'signedIn',
  'organizations.manage',
  'organization.read',
  'organization.write',
  'administrators.read',
  'administrators.write',
  'tokens.read',
  'tokens.write',
  'connection.read',
  'connection.write',
  'connection.check',
  'directory.read',
  'directory.sync',
  'directory.approve',
  'directory.configure',
  'directory.remove',
] as const
export type Permission = (typeof PERMISSIONS)[number]

const READ: readonly Permission[] = [
  'signedIn',
  'organization.read',
  'connection.read',
  'directory.read',
]
const DIRECTORY: readonly Permission[] = [
  ...READ,
  'connection.check',
  'directory.sync',
  'directory.approve',
  'directory.configure',
]
const ADMINISTRATOR: readonly Permission[] = [
  ...DIRECTORY,
  'organization.write',
  'administrators.read',
  'tokens.read',
  'tokens.write',
  'connection.write',
  'directory.remove',
]

/**
 * What each role may do within its own organization. Anything not listed is refused.
 *
 * `organizations.manage` counts only for owners of the home organization, the first one of an
 * installation: they may create organizations and act in every one of them.
 */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: [...ADMINISTRATOR, 'administrators.write', 'organizations.manage'],
  administrator: ADMINISTRATOR,
  'device-manager': ['signedIn', 'organization.read', 'directory.read'],
  'directory-manager': DIRECTORY,
  helpdesk: ['signedIn', 'organization.read', 'directory.read'],
  auditor: [...READ, 'administrators.read', 'tokens.read'],
  'self-service': ['signedIn'],
}
