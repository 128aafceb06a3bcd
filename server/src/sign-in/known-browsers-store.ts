import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { Schema } from '../platform/schema.ts'
import type { Administrator } from './administrator.ts'
import { hashToken } from './token.ts'

type Whose = Pick<Administrator, 'organization' | 'id'>

/** Whether an account was signed in with this browser before. */
export async function isKnownBrowser(
  db: Db,
  { organization, id }: Whose,
  { token, now }: { token: string; now: Date },
): Promise<boolean> {
  const row = await db
    .selectFrom('known_browsers')
    .select('token_hash')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .where('token_hash', '=', hashToken(token))
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

/** Gives a browser a new token, for everybody who was signed in with it before. */
export async function renewKnownBrowser(
  tx: Db,
  { before, after }: { before: string; after: string },
): Promise<void> {
  // One browser may have served administrators of several organizations.
  await acrossOrganizations<Schema>(tx)
    .updateTable('known_browsers')
    .set({ token_hash: hashToken(after) })
    .where('token_hash', '=', hashToken(before))
    .execute()
}

export async function saveKnownBrowser(
  tx: Db,
  { organization, id }: Whose,
  { token, now, expiresAt }: { token: string; now: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('known_browsers')
    .values({
      organization_id: organization,
      administrator_id: id,
      token_hash: hashToken(token),
      seen_at: now,
      expires_at: expiresAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'administrator_id', 'token_hash'])
        .doUpdateSet({ seen_at: now, expires_at: expiresAt }),
    )
    .execute()
}

/** No browser is known any more, e.g. because the password was somebody else's as well. */
export async function removeKnownBrowsers(tx: Db, { organization, id }: Whose): Promise<void> {
  await tx
    .deleteFrom('known_browsers')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .execute()
}
