import type { Database } from './database.ts'
import { type KeyRing, MasterKeyError } from './key-ring.ts'
import type { OrganizationId } from './organization-id.ts'
import { type MasterKey, open, SealBroken, seal } from './seal.ts'
import { addKeyCheck, type KeyCheck, listKeyChecks } from './secrets-store.ts'

const TEXT = 'mooring master key'

/**
 * Makes sure, at start, that the key file fits the database: a wrong key is noticed here and not when
 * the first secret is needed.
 *
 * @param home the organization whose rows speak for the installation.
 * @throws {MasterKeyError} when the database was sealed with keys that the file lacks.
 */
export async function checkMasterKey(
  db: Database['db'],
  home: OrganizationId,
  ring: KeyRing,
): Promise<void> {
  const checks = await listKeyChecks(db, home)
  if (checks.length === 0) {
    await addKeyCheck(db, home, makeKeyCheck(home, ring.current))
    return
  }
  const missing = checks.filter((check) => !opensWith(home, check, ring))
  if (missing.length === 0) return
  throw new MasterKeyError(
    `The master key file does not hold the key "${missing.map((check) => check.keyId).join('", "')}" ` +
      'that this database was sealed with. Restore the key file that belongs to this database, ' +
      'or set MOORING_MASTER_KEY_FILE to where it is.',
  )
}

/** Something that only this key opens. */
export function makeKeyCheck(home: OrganizationId, key: MasterKey): KeyCheck {
  const { wrappedKey, ciphertext } = seal(key, bindingOf(home, key.id), Buffer.from(TEXT))
  return { keyId: key.id, sealed: Buffer.concat([wrappedKey, ciphertext]) }
}

/** The length of a wrapped key: nonce, 32 bytes, tag. */
const WRAPPED_BYTES = 12 + 32 + 16

function opensWith(home: OrganizationId, { keyId, sealed }: KeyCheck, ring: KeyRing): boolean {
  const key = ring.find(keyId)
  if (!key) return false
  const parts = {
    keyId,
    wrappedKey: sealed.subarray(0, WRAPPED_BYTES),
    ciphertext: sealed.subarray(WRAPPED_BYTES),
  }
  try {
    return Buffer.from(open(key, bindingOf(home, keyId), parts)).toString() === TEXT
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

const bindingOf = (organization: OrganizationId, secretId: string) => ({
  organization,
  secretId,
  purpose: 'master-key-check',
})
