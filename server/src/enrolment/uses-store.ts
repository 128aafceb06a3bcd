import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { insertRows } from '../platform/insert-rows.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { PLANNED_ONCE } from '../platform/planned-statements.ts'
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

/** What a token was used for before, if it was. */
export async function findUse(
  db: Db,
  organization: OrganizationId,
  tokenHash: string,
): Promise<Use | undefined> {
  const row = await db
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

/** Which of these tokens were used before. */
export async function findUsed(
  db: Db,
  organization: OrganizationId,
  tokenHashes: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ token_hash: string }>`${sql.raw(PLANNED_ONCE)}
    select token_hash from enrolment_uses
    where organization_id = ${organization} and token_hash = any(${[...tokenHashes]})`.execute(db)
  return new Set(rows.map(({ token_hash }) => token_hash))
}

/** Whose turn an enrolment takes. */
export type Turn = {
  readonly person: string | undefined
  readonly entraDevice: string | undefined
}

/**
 * Lets whoever enrols devices of one person take turns, for their number is limited, and then whoever
 * enrols the same Entra device: until the transaction ends.
 */
export async function lockTurns(
  tx: Db,
  organization: OrganizationId,
  turns: readonly Turn[],
): Promise<void> {
  const inOrder = (kind: string, ids: readonly (string | undefined)[]) =>
    [...new Set(ids)]
      .filter((id) => id !== undefined)
      .sort()
      .map((id) => `${organization}/${kind}/${id}`)
  // People always first, and all in one order: whoever waits then never waits in a ring.
  const names = [
    ...inOrder(
      'enroller',
      turns.map(({ person }) => person),
    ),
    ...inOrder(
      'device',
      turns.map(({ entraDevice }) => entraDevice),
    ),
  ]
  if (names.length === 0) return
  await sql`${sql.raw(PLANNED_ONCE)}
    select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(${names}::text[]) as name`.execute(
    tx,
  )
}

/** The statement that keeps what tokens were used for. It fails where one was used already. */
export const saveUses = (organization: OrganizationId, uses: readonly Use[]) =>
  insertRows(
    'enrolment_uses',
    uses.map((use) => ({
      organization_id: organization,
      token_hash: use.tokenHash,
      request_hash: use.requestHash,
      device_id: use.deviceId,
      certificate: use.certificate,
      used_at: use.usedAt,
      expires_at: use.expiresAt,
    })),
  )

/** Forgets tokens that nobody could use any more, of whatever organization. */
export async function removeUsesBefore(db: Kysely<Schema>, before: Date): Promise<void> {
  // Whoever tidies up does so for every organization.
  await acrossOrganizations(db)
    .deleteFrom('enrolment_uses')
    .where('expires_at', '<', before)
    .execute()
}
