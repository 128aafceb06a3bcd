import type { Database, Db } from '../platform/database.ts'
import { type Administrator, type AdministratorId, toHolder } from './administrator.ts'
import { saveLastSignIn, savePasswordHash } from './administrators-store.ts'
import { rememberBrowser } from './known-browser.ts'
import { removeKnownBrowsers } from './known-browsers-store.ts'
import { hashPassword } from './password-hash.ts'
import { findPasswordLink, takePasswordLink } from './password-links-store.ts'
import { beginSession } from './session.ts'
import { removeSessionsOf } from './sessions-store.ts'
import { findTotp } from './totps-store.ts'

/** `begun`: the new session's token and the browser's; absent: the app's code is still to be shown. */
type PasswordSet = {
  readonly administrator: AdministratorId
  readonly begun: { readonly token: string; readonly browser: string } | undefined
}

/**
 * Sets a password with a one-time link, ends every session of the account and begins a new one, unless
 * the account has an authenticator app, which the link does not stand in for.
 *
 * @returns `undefined` when the link is unknown, used or too old.
 */
export async function setPassword(
  db: Database['db'],
  now: Date,
  given: {
    token: string
    password: string
    clientAddress: string
    userAgent: string
    /** The token by which the browser may be known. */
    browser: string | undefined
    /** Records it, in the same transaction. */
    record: (tx: Db, administrator: Administrator) => Promise<void>
  },
): Promise<PasswordSet | undefined> {
  // Hashing is dear, and not for whoever guesses links.
  if (!(await findPasswordLink(db, given.token, now))) return undefined
  const passwordHash = await hashPassword(given.password)
  return await db.transaction().execute(async (tx) => {
    const administrator = await takePasswordLink(tx, given.token, now)
    if (!administrator) return undefined
    await savePasswordHash(tx, administrator, passwordHash)
    const holder = toHolder(administrator)
    await removeSessionsOf(tx, holder)
    await removeKnownBrowsers(tx, administrator)
    if ((await findTotp(tx, administrator))?.confirmed_at) {
      await given.record(tx, administrator)
      return { begun: undefined, administrator: administrator.id }
    }
    await saveLastSignIn(tx, administrator, now)
    const { clientAddress, userAgent } = given
    const { token } = await beginSession(tx, holder, { now, way: 'link', clientAddress, userAgent })
    const browser = await rememberBrowser(tx, administrator, { before: given.browser, now })
    await given.record(tx, administrator)
    return { begun: { token, browser }, administrator: administrator.id }
  })
}
