import type { Database, Db } from '../platform/database.ts'
import type { Secrets } from '../platform/secrets.ts'
import { type Administrator, toHolder } from './administrator.ts'
import { removePasswordHash } from './administrators-store.ts'
import { clearSecondFactors } from './clear-second-factors.ts'
import { makePasswordLink, type Occasion } from './invite-administrator.ts'
import { removeKnownBrowsers } from './known-browsers-store.ts'
import { removeSessionsOf } from './sessions-store.ts'

/**
 * Breaks the glass: nothing that was known or carried opens the account any more, only the new link
 * does. For the command line, whose user holds the machine; no URL leads here.
 *
 * @returns the one-time link to set a password, good for 72 hours.
 */
export async function resetAdministrator(
  { db, secrets }: { readonly db: Database['db']; readonly secrets: Secrets },
  administrator: Pick<Administrator, 'organization' | 'id'>,
  occasion: Occasion & {
    /** Records it, in the same transaction. */
    readonly record?: (tx: Db) => Promise<void>
  },
): Promise<string> {
  return await db.transaction().execute(async (tx) => {
    await clearSecondFactors(tx, secrets, administrator)
    await removePasswordHash(tx, administrator)
    await removeSessionsOf(tx, toHolder(administrator))
    await removeKnownBrowsers(tx, administrator)
    const link = await makePasswordLink(tx, administrator, occasion)
    await occasion.record?.(tx)
    return link
  })
}
