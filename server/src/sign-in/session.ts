import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { Administrator } from './administrator.ts'
import { addSession, findSession, type PortalSession, touchSession } from './sessions-store.ts'
import { newCsrfToken, newSessionToken } from './token.ts'

const MINUTE_MS = 60_000
/** A session ends after this long without a request … */
const IDLE_MS = 60 * MINUTE_MS
/** … and after this long in any case. */
const ABSOLUTE_MS = 12 * 60 * MINUTE_MS
/** Being seen is written down at most this often, so that reading stays reading. */
const TOUCH_AFTER_MS = MINUTE_MS

export const SESSION_SECONDS = ABSOLUTE_MS / 1000

/** Begins a session. The token is new at every sign-in, so that one planted before is worth nothing. */
export async function beginSession(
  tx: Db,
  administrator: Administrator,
  now: Date,
): Promise<{ token: string; csrfToken: string; expiresAt: Date }> {
  const session = {
    token: newSessionToken(),
    csrfToken: newCsrfToken(),
    expiresAt: new Date(now.getTime() + ABSOLUTE_MS),
  }
  await addSession(tx, administrator, { ...session, now })
  return session
}

/** The session of a token, if it is still good; being used keeps it from idling. */
export async function resumeSession(
  db: Db,
  clock: Clock,
  token: string,
): Promise<PortalSession | undefined> {
  const now = clock.now()
  const seenSince = new Date(now.getTime() - IDLE_MS)
  const session = await findSession(db, token, { now, seenSince })
  if (session && now.getTime() - session.lastSeenAt.getTime() >= TOUCH_AFTER_MS) {
    await touchSession(db, session.administrator.organization, token, now)
  }
  return session
}
