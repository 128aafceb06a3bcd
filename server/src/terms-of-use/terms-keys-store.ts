import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** @returns the id of the sealed key, if there is one. */
export async function findTermsKey(
  db: Db,
  organization: OrganizationId,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('terms_keys')
    .select('secret_id')
    .where('organization_id', '=', organization)
    .executeTakeFirst()
  return row?.secret_id
}

/** @returns the id that counts: the given one, or that of whoever was there before. */
export async function addTermsKey(
  tx: Db,
  organization: OrganizationId,
  secretId: string,
): Promise<string> {
  await tx
    .insertInto('terms_keys')
    .values({ organization_id: organization, secret_id: secretId })
    .onConflict((conflict) => conflict.column('organization_id').doNothing())
    .execute()
  return (await findTermsKey(tx, organization)) ?? secretId
}
