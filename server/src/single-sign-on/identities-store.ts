import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

type Identity = { readonly issuer: string; readonly subject: string }

/** Whom of ours a provider's subject is. */
export async function findIdentity(
  db: Db,
  organization: OrganizationId,
  { issuer, subject }: Identity,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('provider_identities')
    .select('user_id')
    .where('organization_id', '=', organization)
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.user_id
}

/** Whether somebody is another subject of this provider already. */
export async function isTaken(
  db: Db,
  organization: OrganizationId,
  { issuer, userId }: { readonly issuer: string; readonly userId: string },
): Promise<boolean> {
  const row = await db
    .selectFrom('provider_identities')
    .select('subject')
    .where('organization_id', '=', organization)
    .where('issuer', '=', issuer)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

/** From now on the provider's subject counts. Whom it was before is let go: that person is gone. */
export async function saveIdentity(
  tx: Db,
  organization: OrganizationId,
  { issuer, subject, userId, now }: Identity & { readonly userId: string; readonly now: Date },
): Promise<void> {
  const row = { organization_id: organization, issuer, subject, user_id: userId, created_at: now }
  await tx
    .insertInto('provider_identities')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'issuer', 'subject'])
        .doUpdateSet({ user_id: userId, created_at: now }),
    )
    .execute()
}
