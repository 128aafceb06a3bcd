import type { KeyObject } from 'node:crypto'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { MadeAuthority, StoredAuthority } from './authority.ts'
import { readPrivateKey } from './make-authority.ts'

/** Where the keys of authorities are sealed; `platform/secrets` behind it. */
export type SecretBox = {
  seal(tx: Db, organization: OrganizationId, purpose: string, value: string): Promise<string>
  open(db: Db, organization: OrganizationId, secretId: string, purpose: string): Promise<string>
}

/** Bound into the seal: a secret moved to another use does not open. */
const PURPOSE = 'certificate-authority-key'

/** Private keys of authorities: sealed at rest, opened once in each process. */
export type AuthorityKeys = {
  seal(tx: Db, organization: OrganizationId, authority: MadeAuthority): Promise<string>
  open(db: Db, authority: Pick<StoredAuthority, 'organization' | 'secretId'>): Promise<KeyObject>
}

export function createAuthorityKeys(secrets: SecretBox): AuthorityKeys {
  // An authority never gets another key, so what is kept here cannot be out of date.
  const opened = new Map<string, KeyObject>()
  return {
    seal: (tx, organization, { privateKey }) => secrets.seal(tx, organization, PURPOSE, privateKey),

    async open(db, { organization, secretId }) {
      const known = opened.get(secretId)
      if (known) return known
      const key = readPrivateKey(await secrets.open(db, organization, secretId, PURPOSE))
      opened.set(secretId, key)
      return key
    },
  }
}
