import type { Database } from '../platform/database.ts'
import { type AdministratorId, toHolder } from './administrator.ts'
import { saveLastSignIn, savePasswordHash } from './administrators-store.ts'
import { hashPassword } from './password-hash.ts'
import { findPasswordLink, takePasswordLink } from './password-links-store.ts'
import { beginSession } from './session.ts'
import { removeSessionsOf } from './sessions-store.ts'

/**
 * Sets a password with a one-time link, ends every session of the account and begins a new one.
 *
 * @returns `undefined` when the link is unknown, used or too old.
 */
export async function setPassword(
  db: Database['db'],
  now: Date,
  given: { token: string; password: string; clientAddress: string; userAgent: string },
): Promise<{ token: string; administrator: AdministratorId } | undefined> {
  // Hashing is dear, and not for whoever guesses links.
  if (!(await findPasswordLink(db, given.token, now))) return undefined
  const passwordHash = await hashPassword(given.password)
  return await db.transaction().execute(async (tx) => {
    const administrator = await takePasswordLink(tx, given.token, now)
    if (!administrator) return undefined
    await savePasswordHash(tx, administrator, passwordHash)
    await saveLastSignIn(tx, administrator, now)
    const holder = toHolder(administrator)
    await removeSessionsOf(tx, holder)
    const { clientAddress, userAgent } = given
    const { token } = await beginSession(tx, holder, { now, way: 'link', clientAddress, userAgent })
    return { token, administrator: administrator.id }
  })
}
