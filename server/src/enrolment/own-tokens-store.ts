import { type Insertable, type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { OwnTokenRow } from './own-token.ts'

/** A token by its hash. Whoever shows one says nothing else: it names the organization. */
export async function findOwnToken(db: Db, hash: string): Promise<OwnTokenRow | undefined> {
  return await acrossOrganizations<Schema>(db)
    .selectFrom('enrolment_tokens')
    .selectAll()
    .where('token_hash', '=', hash)
    .executeTakeFirst()
}

export async function addOwnToken(
  tx: Db,
  row: Insertable<Schema['enrolment_tokens']>,
): Promise<void> {
  await tx.insertInto('enrolment_tokens').values(row).execute()
}

/** Counts a use, if there is one left. Others who use it wait until the transaction ends. */
export async function useOwnToken(
  tx: Db,
  organization: OrganizationId,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<boolean> {
  const used = await tx
    .updateTable('enrolment_tokens')
    .set({ uses: sql<number>`uses + 1` })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where(sql<boolean>`uses < most_uses`)
    .returning('id')
    .executeTakeFirst()
  return used !== undefined
}

/** Tokens that administrators made, the latest first. */
export async function listOwnTokens(
  db: Db,
  organization: OrganizationId,
  { after, limit }: { after: { at: Date; id: string } | undefined; limit: number },
): Promise<OwnTokenRow[]> {
  let query = db
    .selectFrom('enrolment_tokens')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('kind', '=', 'administrator')
  if (after) query = query.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id})`)
  return await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

/** @returns the token, revoked now or before; `undefined` when there is none. */
export async function revokeOwnToken(
  tx: Db,
  organization: OrganizationId,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<OwnTokenRow | undefined> {
  return await tx
    .updateTable('enrolment_tokens')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, ${now})` })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('kind', '=', 'administrator')
    .returningAll()
    .executeTakeFirst()
}

/** Takes a token back without a trace: one that nobody ever saw. */
export async function removeOwnToken(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<void> {
  await db
    .deleteFrom('enrolment_tokens')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** Forgets those that sign-ins made and nobody can use any more, of whatever organization. */
export async function removeSignInTokensBefore(db: Kysely<Schema>, before: Date): Promise<void> {
  // Whoever tidies up does so for every organization.
  await acrossOrganizations(db)
    .deleteFrom('enrolment_tokens')
    .where('kind', '=', 'signIn')
    .where('expires_at', '<', before)
    .execute()
}
