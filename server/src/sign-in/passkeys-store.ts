import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { SecondFactors } from './administrator.ts'
import type { FactorOwner } from './totps-store.ts'

export type PasskeyRow = Selectable<Schema['passkeys']>

/** An administrator's passkeys, the oldest first. */
export async function listPasskeys(
  db: Db,
  { organization, id }: FactorOwner,
): Promise<PasskeyRow[]> {
  return await db
    .selectFrom('passkeys')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** The passkey that a browser shows; it says itself whose it is, and in which organization. */
export async function findPasskey(db: Db, credentialId: string): Promise<PasskeyRow | undefined> {
  return await acrossOrganizations<Schema>(db)
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** @returns `false` when somebody has this very passkey already. */
export async function addPasskey(tx: Db, row: PasskeyRow): Promise<boolean> {
  const added = await tx
    .insertInto('passkeys')
    .values(row)
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

/** Keeps what the authenticator counted. @returns `false`: it was used with a higher count meanwhile. */
export async function savePasskeyUse(
  tx: Db,
  { organization_id, id, counter: before }: PasskeyRow,
  { counter, now }: { counter: number; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('passkeys')
    .set({ counter, last_used_at: now })
    .where('organization_id', '=', organization_id)
    .where('id', '=', id)
    .where('counter', '=', before)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns whether there was one. */
export async function removePasskey(
  tx: Db,
  { organization, id }: FactorOwner,
  passkey: string,
): Promise<boolean> {
  const row = await tx
    .deleteFrom('passkeys')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .where('id', '=', passkey)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function removePasskeysOf(tx: Db, { organization, id }: FactorOwner): Promise<void> {
  await tx
    .deleteFrom('passkeys')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .execute()
}

/** What each of these administrators shows besides a password. */
export async function findSecondFactors(
  db: Db,
  organization: OrganizationId,
  administrators: readonly string[],
): Promise<ReadonlyMap<string, SecondFactors>> {
  const found = new Map<string, Set<'totp' | 'passkey'>>()
  if (administrators.length === 0) return found
  const totps = await db
    .selectFrom('administrator_totps')
    .select('administrator_id')
    .where('organization_id', '=', organization)
    .where('administrator_id', 'in', administrators)
    .where('confirmed_at', 'is not', null)
    .execute()
  const passkeys = await db
    .selectFrom('passkeys')
    .select('administrator_id')
    .distinct()
    .where('organization_id', '=', organization)
    .where('administrator_id', 'in', administrators)
    .execute()
  for (const [kind, rows] of [
    ['totp', totps],
    ['passkey', passkeys],
  ] as const) {
    for (const { administrator_id: id } of rows) {
      found.set(id, (found.get(id) ?? new Set()).add(kind))
    }
  }
  return found
}
