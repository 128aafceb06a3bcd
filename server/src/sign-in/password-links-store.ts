import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { Schema } from '../platform/schema.ts'
import type { Administrator } from './administrator.ts'
import { findAdministrator } from './administrators-store.ts'
import { hashToken } from './token.ts'

/** A one-time link that is still good. */
export type PasswordLink = { readonly administrator: Administrator; readonly expiresAt: Date }

/** Makes the link the only one that is good for this administrator. */
export async function addPasswordLink(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
  { token, expiresAt }: { token: string; expiresAt: Date },
): Promise<void> {
  await removePasswordLinks(tx, { organization, id })
  await tx
    .insertInto('password_links')
    .values({
      organization_id: organization,
      token_hash: hashToken(token),
      administrator_id: id,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute()
}

/** No link of this administrator is good any more. */
export async function removePasswordLinks(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
): Promise<void> {
  await tx
    .deleteFrom('password_links')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .execute()
}

/** The link itself says whose it is. */
export async function findPasswordLink(
  db: Db,
  token: string,
  now: Date,
): Promise<PasswordLink | undefined> {
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('password_links')
    .selectAll()
    .where('token_hash', '=', hashToken(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!row) return undefined
  const administrator = await findAdministrator(db, row.organization_id, row.administrator_id)
  return administrator && { administrator, expiresAt: row.expires_at }
}

/** Uses the link up. `undefined`: somebody else just did, or it is no longer good. */
export async function takePasswordLink(
  tx: Db,
  token: string,
  now: Date,
): Promise<Administrator | undefined> {
  const row = await acrossOrganizations<Schema>(tx)
    .updateTable('password_links')
    .set({ used_at: now })
    .where('token_hash', '=', hashToken(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['organization_id', 'administrator_id'])
    .executeTakeFirst()
  return row && (await findAdministrator(tx, row.organization_id, row.administrator_id))
}
