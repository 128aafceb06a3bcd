import type { Db } from '../platform/database.ts'
import type { Secrets } from '../platform/secrets.ts'
import { removePasskeysOf } from './passkeys-store.ts'
import { type FactorOwner, removeTotp } from './totps-store.ts'

/** Takes authenticator app and passkeys away, and destroys what was kept of them. */
export async function clearSecondFactors(
  tx: Db,
  secrets: Pick<Secrets, 'remove'>,
  owner: FactorOwner,
): Promise<void> {
  const secretId = await removeTotp(tx, owner)
  if (secretId) await secrets.remove(tx, owner.organization, secretId)
  await removePasskeysOf(tx, owner)
}
