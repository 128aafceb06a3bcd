import type { SignInWay } from '@mooring/contract/account'
import type { Role } from '@mooring/contract/permissions'
import type { OrganizationId } from '../platform/organization-id.ts'

const MINUTE_MS = 60_000
/** A session ends after this long without a request; sooner for whoever may do much. */
export const IDLE_MS = { withRole: 15 * MINUTE_MS, withoutRole: 30 * MINUTE_MS }
/** … and after this long in any case. */
export const ABSOLUTE_MS = 10 * 60 * MINUTE_MS
export const SESSION_SECONDS = ABSOLUTE_MS / 1000

/** Whose session it is: a local administrator's, or a synchronised person's. */
export type Holder = {
  readonly organization: OrganizationId
  readonly kind: 'administrator' | 'user'
  /** `adm_…` or `usr_…`. */
  readonly id: string
}

/** How a session came about. */
export type SessionStart = {
  readonly now: Date
  readonly way: SignInWay
  readonly clientAddress: string
  readonly userAgent: string
  /** The provider's side: its own id of the session, and whom to name to it at sign-out. */
  readonly provider?: {
    readonly issuer: string
    readonly session?: string | undefined
    readonly logoutHint?: string | undefined
  }
}

/** A session that is still good, with its owner as they are at this moment. */
export type PortalSession = {
  readonly id: string
  readonly holder: Holder
  readonly name: string
  readonly roles: readonly Role[]
  /** Of the holder's organization. */
  readonly slug: string
  readonly isHome: boolean
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}
