import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'

/** What a token was used for. */
export type Use = {
  readonly tokenHash: string
  /** Of the device and the key that were asked for. */
  readonly requestHash: string
  readonly deviceId: string
  /** DER. */
  readonly certificate: Uint8Array
  readonly usedAt: Date
  readonly expiresAt: Date
}

/**
 * Holds a token until the transaction ends, so that of two requests with it one waits for the other.
 *
 * @returns what it was used for before, if it was.
 */
export async function lockUse(
  tx: Db,
  organization: OrganizationId,
  tokenHash: string,
): Promise<Use | undefined> {
  await lockName(tx, `${organization}/use/${tokenHash}`)
  const row = await tx
    .selectFrom('enrolment_uses')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return (
    row && {
      tokenHash: row.token_hash,
      requestHash: row.request_hash,
      deviceId: row.device_id,
      certificate: row.certificate,
      usedAt: row.used_at,
      expiresAt: row.expires_at,
    }
  )
}

/** Lets whoever enrols devices of one person take turns: their number is limited. */
export async function lockEnroller(
  tx: Db,
  organization: OrganizationId,
  entraId: string,
): Promise<void> {
  await lockName(tx, `${organization}/enroller/${entraId}`)
}

async function lockName(tx: Db, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
}

export async function saveUse(tx: Db, organization: OrganizationId, use: Use): Promise<void> {
  await tx
    .insertInto('enrolment_uses')
    .values({
      organization_id: organization,
      token_hash: use.tokenHash,
      request_hash: use.requestHash,
      device_id: use.deviceId,
      certificate: use.certificate,
      used_at: use.usedAt,
      expires_at: use.expiresAt,
    })
    .execute()
}

/** Forgets tokens that nobody could use any more, of whatever organization. */
export async function removeUsesBefore(db: Kysely<Schema>, before: Date): Promise<void> {
  // Whoever tidies up does so for every organization.
  await acrossOrganizations(db)
    .deleteFrom('enrolment_uses')
    .where('expires_at', '<', before)
    .execute()
}
