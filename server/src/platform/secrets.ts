import type { Db } from './database.ts'
import { newId } from './ids.ts'
import type { KeySource } from './key-source.ts'
import type { OrganizationId } from './organization-id.ts'
import { type MasterKey, open, SealBroken, seal } from './seal.ts'
import {
  addSecret,
  addSecretsUnderKey,
  addSecretUnderKey,
  findSecret,
  removeSecret,
  type StoredSecret,
} from './secrets-store.ts'

/** Keeps secrets sealed in the database. What opens them, the master key, is never in it. */
export type Secrets = {
  /** @returns the secret's id, to be kept in place of the secret. */
  seal(tx: Db, organization: OrganizationId, purpose: string, value: string): Promise<string>
  /** Seals many of one organization together. @returns their ids, in the order of the values. */
  sealAll(
    tx: Db,
    organization: OrganizationId,
    purpose: string,
    values: readonly string[],
  ): Promise<string[]>
  /** @throws {SealBroken} for a secret that is gone, or was sealed for another purpose or by a key we lack. */
  open(db: Db, organization: OrganizationId, secretId: string, purpose: string): Promise<string>
  remove(tx: Db, organization: OrganizationId, secretId: string): Promise<void>
}

/** Another process may rotate the master key at any time: both directions then read the file anew. */
export function createSecrets(keys: KeySource): Secrets {
  return {
    async seal(tx, organization, purpose, value) {
      const id = newId('sec')
      const binding = { organization, secretId: id, purpose }
      const sealBy = (master: MasterKey): StoredSecret => {
        const sealed = seal(master, binding, Buffer.from(value, 'utf8'))
        return { ...sealed, organization, id, purpose }
      }
      if (await addSecretUnderKey(tx, sealBy(keys.ring().current))) return id
      await addSecret(tx, sealBy(keys.reload().current))
      return id
    },

    async sealAll(tx, organization, purpose, values) {
      const ids = values.map(() => newId('sec'))
      const sealBy = (master: MasterKey): StoredSecret[] =>
        values.map((value, place) => {
          const id = ids[place] ?? ''
          const binding = { organization, secretId: id, purpose }
          return { ...seal(master, binding, Buffer.from(value, 'utf8')), organization, id, purpose }
        })
      if (await addSecretsUnderKey(tx, organization, sealBy(keys.ring().current))) return ids
      for (const secret of sealBy(keys.reload().current)) await addSecret(tx, secret)
      return ids
    },

    async open(db, organization, secretId, purpose) {
      const stored = await findSecret(db, organization, secretId)
      if (!stored) throw new SealBroken(`There is no secret "${secretId}"`)
      const master = keys.ring().find(stored.keyId) ?? keys.reload().find(stored.keyId)
      if (!master) throw new SealBroken(`The master key "${stored.keyId}" is not in the key file`)
      const value = open(master, { organization, secretId, purpose }, stored)
      return Buffer.from(value).toString('utf8')
    },

    remove: removeSecret,
  }
}
