import type { Role } from '@mooring/contract/permissions'
import type { Administrator as ContractAdministrator } from '@mooring/contract/sign-in'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Holder } from './session.ts'

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

/** Mail addresses are compared without regard to case, as every mail system does in practice. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

/** An administrator as the owner of sessions. */
export function toHolder({ organization, id }: Pick<Administrator, 'organization' | 'id'>): Holder {
  return { organization, kind: 'administrator', id }
}

export function toContract(administrator: Administrator): ContractAdministrator {
  const { id, email, role, passwordHash, createdAt, lastSignInAt } = administrator
  return {
    id,
    email,
    role,
    state: passwordHash === undefined ? 'invited' : 'active',
    secondFactors: [],
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  }
}
