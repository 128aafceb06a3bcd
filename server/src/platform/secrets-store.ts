import { type Selectable, sql } from 'kysely'
import type { Db } from './database.ts'
import { acrossOrganizations } from './organization-guard.ts'
import type { OrganizationId } from './organization-id.ts'
import { PLANNED_ONCE } from './planned-statements.ts'
import type { Schema } from './schema.ts'
import type { Sealed } from './seal.ts'

/** A sealed secret and what it is bound to. */
export type StoredSecret = Sealed & {
  readonly organization: OrganizationId
  readonly id: string
  readonly purpose: string
}

export async function addSecret(tx: Db, secret: StoredSecret): Promise<void> {
  await tx
    .insertInto('secrets')
    .values({
      organization_id: secret.organization,
      id: secret.id,
      purpose: secret.purpose,
      key_id: secret.keyId,
      wrapped_key: secret.wrappedKey,
      ciphertext: secret.ciphertext,
    })
    .execute()
}

/**
 * Keeps a secret, if the key that wraps it is still the one to seal with. Until the transaction ends, no
 * rotation can finish and take the key away from what is being sealed.
 *
 * @returns whether it is kept.
 */
export async function addSecretUnderKey(tx: Db, secret: StoredSecret): Promise<boolean> {
  // The key's check belongs to the first organization, whosever the secret is.
  const { rows } = await sql`${sql.raw(PLANNED_ONCE)}
    with held as (
      select key_id from master_key_check where key_id = ${secret.keyId} for share
    )
    insert into secrets (organization_id, id, purpose, key_id, wrapped_key, ciphertext)
    select ${secret.organization}::text, ${secret.id}::text, ${secret.purpose}::text, key_id,
      ${secret.wrappedKey}::bytea, ${secret.ciphertext}::bytea
    from held limit 1
    returning id`.execute(acrossOrganizations<Schema>(tx))
  return rows.length > 0
}

/** The same for many of one organization that one key wraps. @returns whether they are kept: all, or none. */
export async function addSecretsUnderKey(
  tx: Db,
  organization: OrganizationId,
  secrets: readonly StoredSecret[],
): Promise<boolean> {
  const hex = (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}`
  const rows = secrets.map(({ id, purpose, wrappedKey, ciphertext }) => ({
    id,
    purpose,
    wrapped_key: hex(wrappedKey),
    ciphertext: hex(ciphertext),
  }))
  const { numAffectedRows } = await sql`${sql.raw(PLANNED_ONCE)}
    with held as (
      select key_id from master_key_check where key_id = ${secrets[0]?.keyId} limit 1 for share
    )
    insert into secrets (organization_id, id, purpose, key_id, wrapped_key, ciphertext)
    select ${organization}::text, id, purpose, held.key_id, wrapped_key, ciphertext
    from held, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      id text, purpose text, wrapped_key bytea, ciphertext bytea)`.execute(
    acrossOrganizations<Schema>(tx),
  )
  return numAffectedRows === BigInt(secrets.length)
}

export async function findSecret(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<StoredSecret | undefined> {
  const row = await db
    .selectFrom('secrets')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function removeSecret(
  tx: Db,
  organization: OrganizationId,
  id: string,
): Promise<void> {
  await tx
    .deleteFrom('secrets')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** Secrets of whatever organization that another key than this one wraps; locked, a few at a time. */
export async function lockSecretsOfOtherKeys(
  tx: Db,
  keyId: string,
  limit: number,
): Promise<StoredSecret[]> {
  const rows = await acrossOrganizations<Schema>(tx)
    .selectFrom('secrets')
    .selectAll()
    .where('key_id', '!=', keyId)
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .execute()
  return rows.map(fromRow)
}

export async function saveWrappedKey(tx: Db, secret: StoredSecret): Promise<void> {
  await tx
    .updateTable('secrets')
    .set({ key_id: secret.keyId, wrapped_key: secret.wrappedKey })
    .where('organization_id', '=', secret.organization)
    .where('id', '=', secret.id)
    .execute()
}

/** What only the right key opens. */
export type KeyCheck = { readonly keyId: string; readonly sealed: Uint8Array }

export async function listKeyChecks(db: Db, home: OrganizationId): Promise<KeyCheck[]> {
  const rows = await db
    .selectFrom('master_key_check')
    .selectAll()
    .where('organization_id', '=', home)
    .execute()
  return rows.map((row) => ({ keyId: row.key_id, sealed: row.sealed }))
}

export async function addKeyCheck(tx: Db, home: OrganizationId, check: KeyCheck): Promise<void> {
  await tx
    .insertInto('master_key_check')
    .values({ organization_id: home, key_id: check.keyId, sealed: check.sealed })
    .onConflict((conflict) => conflict.columns(['organization_id', 'key_id']).doNothing())
    .execute()
}

export async function removeKeyChecksBut(
  tx: Db,
  home: OrganizationId,
  keyId: string,
): Promise<void> {
  await tx
    .deleteFrom('master_key_check')
    .where('organization_id', '=', home)
    .where('key_id', '!=', keyId)
    .execute()
}

function fromRow(row: Selectable<Schema['secrets']>): StoredSecret {
  return {
    organization: row.organization_id,
    id: row.id,
    purpose: row.purpose,
    keyId: row.key_id,
    wrappedKey: row.wrapped_key,
    ciphertext: row.ciphertext,
  }
}

/** Waits for everybody who is sealing, and keeps others from beginning until the transaction ends. */
export async function lockKeyChecks(tx: Db, home: OrganizationId): Promise<void> {
  await tx
    .selectFrom('master_key_check')
    .select('key_id')
    .where('organization_id', '=', home)
    .orderBy('key_id')
    .forUpdate()
    .execute()
}
