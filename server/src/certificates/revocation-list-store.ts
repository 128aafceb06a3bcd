import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { RevocationReason } from './authority.ts'

/** The list as it was made last, and what it takes to make the next. */
export type StoredList = {
  readonly organization: OrganizationId
  readonly number: number
  readonly der: Uint8Array | undefined
  readonly madeAt: Date | undefined
  /** How many certificates were revoked when it was made. */
  readonly revoked: number
}

export async function findRevocationList(db: Db, id: string): Promise<StoredList | undefined> {
  return await find(db, id, false)
}

/** The same, held until the transaction ends, so that numbers grow. */
export async function lockRevocationList(tx: Db, id: string): Promise<StoredList | undefined> {
  return await find(tx, id, true)
}

async function find(db: Db, id: string, isLocked: boolean): Promise<StoredList | undefined> {
  // Lists are public: whoever checks a certificate knows the authority's id, and no organization.
  const query = acrossOrganizations<Schema>(db)
    .selectFrom('certificate_authorities')
    .select(['organization_id', 'crl', 'crl_number', 'crl_made_at', 'crl_revoked'])
    .where('id', '=', id)
  const row = await (isLocked ? query.forNoKeyUpdate() : query).executeTakeFirst()
  return (
    row && {
      organization: row.organization_id,
      number: row.crl_number,
      der: row.crl ?? undefined,
      madeAt: row.crl_made_at ?? undefined,
      revoked: row.crl_revoked,
    }
  )
}

export async function countRevoked(
  db: Db,
  organization: OrganizationId,
  authorityId: string,
): Promise<number> {
  const { count } = await db
    .selectFrom('certificates')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('organization_id', '=', organization)
    .where('authority_id', '=', authorityId)
    .where('revoked_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export type RevokedEntry = {
  readonly serialNumber: string
  readonly at: Date
  readonly reason: RevocationReason
}

/** Revoked certificates that were not over at `notAfter`, the first to be revoked first. */
export async function listRevoked(
  db: Db,
  organization: OrganizationId,
  { authorityId, notAfter }: { readonly authorityId: string; readonly notAfter: Date },
): Promise<RevokedEntry[]> {
  const rows = await db
    .selectFrom('certificates')
    .select(['serial_number', 'revoked_at', 'revocation_reason'])
    .where('organization_id', '=', organization)
    .where('authority_id', '=', authorityId)
    .where('revoked_at', 'is not', null)
    .where('not_after', '>', notAfter)
    .orderBy('revoked_at')
    .orderBy('serial_number')
    .execute()
  return rows.flatMap(({ serial_number, revoked_at, revocation_reason }) =>
    revoked_at && revocation_reason
      ? [{ serialNumber: serial_number, at: revoked_at, reason: revocation_reason }]
      : [],
  )
}

export async function saveRevocationList(
  tx: Db,
  organization: OrganizationId,
  id: string,
  list: {
    readonly number: number
    readonly der: Uint8Array
    readonly madeAt: Date
    readonly revoked: number
  },
): Promise<void> {
  await tx
    .updateTable('certificate_authorities')
    .set({
      crl: list.der,
      crl_number: list.number,
      crl_made_at: list.madeAt,
      crl_revoked: list.revoked,
    })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}
