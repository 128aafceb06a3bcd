import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import {
  ABSOLUTE_MS,
  type Holder,
  IDLE_MS,
  type PortalSession,
  type SessionStart,
} from './portal-session.ts'
import { addSession, findSession, touchSession } from './sessions-store.ts'
import { newCsrfToken, newSessionToken } from './token.ts'

/** Being seen is written down at most this often, so that reading stays reading. */
const TOUCH_AFTER_MS = 60_000

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
