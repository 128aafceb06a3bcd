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
  'roles.read',
  'roles.write',
  'sessions.read',
  'sessions.end',
  'tokens.read',
  'tokens.write',
  'signIn.read',
  'signIn.write',
  'audit.read',
  'audit.export',
  'audit.configure',
  'connection.read',
  'connection.write',
  'connection.check',
  'directory.read',
  'directory.sync',
  'directory.approve',
  'directory.configure',
  'directory.remove',
  'devices.read',
  'devices.manage',
  'devices.wipe',
  'devices.readKeys',
  'certificates.manage',
  'enrolment.configure',
  'compliance.configure',
] as const
export type Permission = (typeof PERMISSIONS)[number]

const LOOK: readonly Permission[] = [
  'signedIn',
  'organization.read',
  'directory.read',
  'devices.read',
]
const READ: readonly Permission[] = [...LOOK, 'connection.read', 'signIn.read']
const DIRECTORY: readonly Permission[] = [
  'connection.check',
  'directory.sync',
  'directory.approve',
  'directory.configure',
]
const READ_WHO: readonly Permission[] = [
  'administrators.read',
  'roles.read',
  'sessions.read',
  'tokens.read',
  'audit.read',
  'audit.export',
]
const ADMINISTRATOR: readonly Permission[] = [
  ...READ,
  ...DIRECTORY,
  ...READ_WHO,
  'organization.write',
  'roles.write',
  'sessions.end',
  'tokens.write',
  'signIn.write',
  'audit.configure',
  'connection.write',
  'directory.remove',
  'devices.manage',
  'devices.wipe',
  'devices.readKeys',
  'certificates.manage',
  'enrolment.configure',
  'compliance.configure',
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
  'device-manager': [...LOOK, 'devices.manage', 'devices.wipe'],
  'directory-manager': [...READ, ...DIRECTORY],
  helpdesk: [...LOOK, 'sessions.read', 'sessions.end'],
  auditor: [...READ, ...READ_WHO],
  'self-service': ['signedIn'],
}
