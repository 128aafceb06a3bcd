import type { Database } from './database.ts'
import { MasterKeyError, writeKeyFile } from './key-ring.ts'
import type { KeySource } from './key-source.ts'
import { makeKeyCheck } from './master-key-check.ts'
import type { OrganizationId } from './organization-id.ts'
import { newMasterKey, rewrap } from './seal.ts'
import {
  addKeyCheck,
  listKeyChecks,
  lockKeyChecks,
  lockSecretsOfOtherKeys,
  removeKeyChecksBut,
  saveWrappedKey,
} from './secrets-store.ts'

export type RotateParts = {
  readonly db: Database['db']
  readonly keys: KeySource
  readonly home: OrganizationId
}
export type Rotation = {
  readonly keyId: string
  readonly rewrapped: number
  /** The file is not ours to write: somebody has to take the old key out of it. */
  readonly oldKeyRemains: boolean
}

const BATCH = 100

/**
 * Puts a new master key in the place of the present one and wraps every secret's own key anew.
 *
 * It can be interrupted at any moment and run again: until nothing needs the old key, the key file
 * holds both. A file whose first key is new already (because it cannot be written from here) is taken
 * as it is. Other processes go on meanwhile and read the file again when they meet the new key.
 *
 * @throws {MasterKeyError} when the key file cannot be written, or a key is missing from it.
 */
export async function rotateMasterKey({ db, keys, home }: RotateParts): Promise<Rotation> {
  const isBegun = await needsOldKeys(db, home, keys.reload().current.id)
  if (!isBegun) addNewKey(keys)
  const { current } = keys.ring()
  await addKeyCheck(db, home, makeKeyCheck(home, current))
  let rewrapped = 0
  for (;;) {
    const { count, isDone } = await rewrapSome({ db, keys, home })
    rewrapped += count
    if (isDone) break
  }
  const oldKeyRemains = !dropOldKeys(keys)
  keys.reload()
  return { keyId: current.id, rewrapped, oldKeyRemains }
}

/** @returns whether the file now holds the current key alone. */
function dropOldKeys(keys: KeySource): boolean {
  const { current, all } = keys.ring()
  if (keys.path === undefined || all.length === 1) return true
  try {
    saveKeys(keys.path, [current])
    return true
  } catch (error) {
    if (error instanceof MasterKeyError) return false
    throw error
  }
}

/** Whether the database still speaks of another key than the current one: a rotation is under way. */
async function needsOldKeys(
  db: Database['db'],
  home: OrganizationId,
  currentId: string,
): Promise<boolean> {
  return (await listKeyChecks(db, home)).some((check) => check.keyId !== currentId)
}

function addNewKey(keys: KeySource): void {
  if (keys.path === undefined) throw new MasterKeyError('A temporary master key cannot be rotated.')
  saveKeys(keys.path, [newMasterKey(), ...keys.ring().all])
  keys.reload()
}

/**
 * One batch, in one transaction. The last, empty one also retires the old key: it waits for whoever
 * seals with that key at this moment, and whoever comes later finds the key gone and takes the new.
 */
async function rewrapSome({
  db,
  keys,
  home,
}: RotateParts): Promise<{ count: number; isDone: boolean }> {
  const ring = keys.ring()
  return await db.transaction().execute(async (tx) => {
    let secrets = await lockSecretsOfOtherKeys(tx, ring.current.id, BATCH)
    if (secrets.length === 0) {
      await lockKeyChecks(tx, home)
      secrets = await lockSecretsOfOtherKeys(tx, ring.current.id, BATCH)
    }
    for (const secret of secrets) {
      const from = ring.find(secret.keyId)
      if (!from) {
        throw new MasterKeyError(
          `The key file does not hold the key "${secret.keyId}", which a secret still needs. Add it as the last line of the file, then run this again.`,
        )
      }
      const binding = {
        organization: secret.organization,
        secretId: secret.id,
        purpose: secret.purpose,
      }
      const sealed = rewrap({ from, to: ring.current }, binding, secret)
      await saveWrappedKey(tx, { ...secret, ...sealed })
    }
    const isDone = secrets.length === 0
    if (isDone) await removeKeyChecksBut(tx, home, ring.current.id)
    return { count: secrets.length, isDone }
  })
}

function saveKeys(path: string, keys: Parameters<typeof writeKeyFile>[1]): void {
  try {
    writeKeyFile(path, keys)
  } catch (cause) {
    throw new MasterKeyError(
      `The master key file "${path}" cannot be written (${(cause as NodeJS.ErrnoException).code}). ` +
        'Where it is given from outside, put a new key in front of the old one in every copy of it, ' +
        'restart, run this again, and take the old key out afterwards.',
      { cause },
    )
  }
}
