import type { Role } from '@mooring/contract/permissions'
import type { Administrator as ContractAdministrator } from '@mooring/contract/sign-in'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Holder } from './portal-session.ts'

export type AdministratorId = `adm_${string}`

/** Somebody who signs in with a mail address and a password. */
export type Administrator = {
  readonly organization: OrganizationId
  readonly id: AdministratorId
  /** In lower case; unique over the installation. */
  readonly email: string
  readonly role: Role
  /** Absent until the one-time link has been used. */
  readonly passwordHash: string | undefined
  readonly createdAt: Date
  readonly lastSignInAt: Date | undefined
}

/** As many local owners as an organization needs to get in when nothing else works. */
export const FEW_OWNERS = 3

/** Mail addresses are compared without regard to case, as every mail system does in practice. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** An administrator as the owner of sessions. */
export function toHolder({ organization, id }: Pick<Administrator, 'organization' | 'id'>): Holder {
  return { organization, kind: 'administrator', id }
}

export type SecondFactors = ReadonlySet<'totp' | 'passkey'>

export function toContract(
  administrator: Administrator,
  factors: SecondFactors = new Set(),
): ContractAdministrator {
  const { id, email, role, passwordHash, createdAt, lastSignInAt } = administrator
  return {
    id,
    email,
    role,
    state: passwordHash === undefined ? 'invited' : 'active',
    secondFactors: [...factors],
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  }
}
