import type { Database } from '../platform/database.ts'
import { randomToken } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import { addTermsKey, findTermsKey } from './terms-keys-store.ts'

const PURPOSE = 'terms-of-use receipts'
const KEY_BYTES = 32

/** The keys with which organizations sign their receipts: sealed in the database, made when first needed. */
export type TermsKeys = { find(organization: OrganizationId): Promise<Uint8Array> }

/** A key never changes, so that it is opened once per process. */
export function createTermsKeys(parts: {
  readonly db: Database['db']
  readonly secrets: Secrets
}): TermsKeys {
  const kept = new Map<OrganizationId, Uint8Array>()
  return {
    async find(organization) {
      const known = kept.get(organization)
      if (known) return known
      const key = await openKey(parts, organization)
      kept.set(organization, key)
      return key
    },
  }
}

async function openKey(
  { db, secrets }: { db: Database['db']; secrets: Secrets },
  organization: OrganizationId,
): Promise<Uint8Array> {
  const secretId = (await findTermsKey(db, organization)) ?? (await makeKey())
  const text = await secrets.open(db, organization, secretId, PURPOSE)
  return Buffer.from(text, 'base64url')

  async function makeKey(): Promise<string> {
    return await db.transaction().execute(async (tx) => {
      const made = await secrets.seal(tx, organization, PURPOSE, randomToken(KEY_BYTES))
      const counting = await addTermsKey(tx, organization, made)
      // Another process was faster: its key is the one.
      if (counting !== made) await secrets.remove(tx, organization, made)
      return counting
    })
  }
}
