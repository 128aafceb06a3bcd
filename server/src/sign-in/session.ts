import type { SignInWay } from '@mooring/contract/account'
import type { Role } from '@mooring/contract/permissions'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { addSession, findSession, touchSession } from './sessions-store.ts'
import { newCsrfToken, newSessionToken } from './token.ts'

const MINUTE_MS = 60_000
/** A session ends after this long without a request; sooner for whoever may do much. */
export const IDLE_MS = { withRole: 15 * MINUTE_MS, withoutRole: 30 * MINUTE_MS }
/** … and after this long in any case. */
const ABSOLUTE_MS = 10 * 60 * MINUTE_MS
/** Being seen is written down at most this often, so that reading stays reading. */
const TOUCH_AFTER_MS = MINUTE_MS

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
  readonly isHome: boolean
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** Begins a session. The token is new at every sign-in, so that one planted before is worth nothing. */
export async function beginSession(
  tx: Db,
  holder: Holder,
  start: SessionStart,
): Promise<{ id: string; token: string; csrfToken: string; expiresAt: Date }> {
  const session = {
    id: newId('ses'),
    token: newSessionToken(),
    csrfToken: newCsrfToken(),
    expiresAt: new Date(start.now.getTime() + ABSOLUTE_MS),
  }
  await addSession(tx, holder, { ...start, ...session })
  return session
}

/** The session of a token, if it is still good; being used keeps it from idling. */
export async function resumeSession(
  db: Db,
  clock: Clock,
  token: string,
): Promise<PortalSession | undefined> {
  const now = clock.now()
  const session = await findSession(db, token, now)
  if (!session) return undefined
  const idleMs = now.getTime() - session.lastSeenAt.getTime()
  if (idleMs >= (session.roles.length > 0 ? IDLE_MS.withRole : IDLE_MS.withoutRole))
    return undefined
  if (idleMs >= TOUCH_AFTER_MS) {
    await touchSession(db, session.holder.organization, session.id, now)
  }
  return session
}
