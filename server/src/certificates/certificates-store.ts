import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import { insertRows } from '../platform/insert-rows.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { RevocationReason, StoredCertificate } from './authority.ts'

/** The statement that keeps a certificate. */
export const addCertificate = (tx: Db, certificate: StoredCertificate) =>
  tx.insertInto('certificates').values(toRow(certificate))

/** The statement that keeps many. */
export const addCertificates = (certificates: readonly StoredCertificate[]) =>
  insertRows('certificates', certificates.map(toRow))

const toRow = (certificate: StoredCertificate) => ({
  organization_id: certificate.organization,
  id: certificate.id,
  authority_id: certificate.authorityId,
  device_id: certificate.deviceId,
  serial_number: certificate.serialNumber,
  fingerprint: certificate.fingerprint,
  thumbprint: certificate.thumbprint,
  certificate: certificate.der,
  not_before: certificate.notBefore,
  not_after: certificate.notAfter,
  issued_at: certificate.issuedAt,
})

/** Of whatever organization: the certificate is what tells which. */
export async function findByFingerprint(
  db: Db,
  fingerprint: string,
): Promise<StoredCertificate | undefined> {
  return await findOne(db, 'fingerprint', fingerprint)
}

/** The same by the serial number, which no two of ours share. */
export async function findBySerialNumber(
  db: Db,
  serialNumber: string,
): Promise<StoredCertificate | undefined> {
  return await findOne(db, 'serial_number', serialNumber)
}

async function findOne(db: Db, column: 'fingerprint' | 'serial_number', value: string) {
  // Whoever begins a session shows a certificate, and nothing that would say where to look for it.
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('certificates')
    .selectAll()
    .where(column, '=', value)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function findCertificate(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<StoredCertificate | undefined> {
  const row = await db
    .selectFrom('certificates')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** Every certificate that a device ever had, the newest first. */
export async function listDeviceCertificates(
  db: Db,
  organization: OrganizationId,
  deviceId: string,
): Promise<StoredCertificate[]> {
  const rows = await db
    .selectFrom('certificates')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(fromRow)
}

/** The newest certificate of each of these devices that has one. */
export async function listNewest(
  db: Db,
  organization: OrganizationId,
  deviceIds: readonly string[],
): Promise<StoredCertificate[]> {
  if (deviceIds.length === 0) return []
  const rows = await db
    .selectFrom('certificates')
    .distinctOn('device_id')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('device_id', 'in', deviceIds)
    .orderBy('device_id')
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(fromRow)
}

export type ListPlace = { readonly issuedAt: Date; readonly id: string }

/** Certificates of an organization, the newest first, behind a place in that order. */
export async function listCertificates(
  db: Db,
  organization: OrganizationId,
  { after, limit }: { readonly after: ListPlace | undefined; readonly limit: number },
): Promise<StoredCertificate[]> {
  let query = db.selectFrom('certificates').selectAll().where('organization_id', '=', organization)
  if (after) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('issued_at', 'id'), '<', tuple(after.issuedAt, after.id)),
    )
  }
  const rows = await query.orderBy('issued_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map(fromRow)
}

/** How many certificates of each authority are neither over nor taken back. */
export async function countValid(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('certificates')
    .select(({ fn }) => ['authority_id', fn.countAll<number>().as('count')])
    .where('organization_id', '=', organization)
    .where('revoked_at', 'is', null)
    .where('not_after', '>', now)
    .groupBy('authority_id')
    .execute()
  return new Map(rows.map((row) => [row.authority_id, Number(row.count)]))
}

/** @returns whether this was the first time. */
export async function markUsed(
  tx: Db,
  { organization, id }: StoredCertificate,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('certificates')
    .set({ first_used_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('first_used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export type Revoking = {
  readonly reason: RevocationReason
  readonly now: Date
  readonly replacedBy?: string
}

/** Revokes one, unless it is revoked already. */
export async function revokeOne(
  tx: Db,
  organization: OrganizationId,
  id: string,
  revoking: Revoking,
): Promise<StoredCertificate | undefined> {
  const row = await tx
    .updateTable('certificates')
    .set(toSet(revoking))
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row && fromRow(row)
}

/** Revokes all of a device but one, and those issued later than it; told are those not revoked before. */
export async function revokeOfDevice(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  revoking: Revoking & {
    readonly except?: string | undefined
    readonly issuedUntil?: Date | undefined
  },
): Promise<StoredCertificate[]> {
  const { except, issuedUntil } = revoking
  let query = tx
    .updateTable('certificates')
    .set(toSet(revoking))
    .where('organization_id', '=', organization)
    .where('device_id', '=', deviceId)
    .where('revoked_at', 'is', null)
  if (except) query = query.where('id', '<>', except)
  if (issuedUntil) query = query.where('issued_at', '<=', issuedUntil)
  return (await query.returningAll().execute()).map(fromRow)
}

const toSet = ({ reason, now, replacedBy }: Revoking) => ({
  revoked_at: now,
  revocation_reason: reason,
  replaced_by: replacedBy ?? null,
})

/** From a row that another room's statement has read along. */
export const toStoredCertificate = (row: Selectable<Schema['certificates']>) => fromRow(row)

function fromRow(row: Selectable<Schema['certificates']>): StoredCertificate {
  return {
    organization: row.organization_id,
    id: row.id as StoredCertificate['id'], // written by addCertificate
    authorityId: row.authority_id,
    deviceId: row.device_id,
    serialNumber: row.serial_number,
    fingerprint: row.fingerprint,
    thumbprint: row.thumbprint,
    der: row.certificate,
    notBefore: row.not_before,
    notAfter: row.not_after,
    issuedAt: row.issued_at,
    firstUsedAt: row.first_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    revocationReason: row.revocation_reason ?? undefined,
    replacedBy: row.replaced_by ?? undefined,
  }
}
