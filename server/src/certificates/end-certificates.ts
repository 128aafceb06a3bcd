import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { RevocationReason, StoredCertificate } from './authority.ts'
import { markUsed, revokeOfDevice, revokeOne } from './certificates-store.ts'

/**
 * Notes that a device has used a certificate. With the first time, the device's older ones end: until
 * then both hold, for the answer with the new one may have got lost.
 *
 * @returns the certificates that ended.
 */
export async function noteUsed(
  tx: Db,
  certificate: StoredCertificate,
  now: Date,
): Promise<StoredCertificate[]> {
  if (certificate.firstUsedAt || !(await markUsed(tx, certificate, now))) return []
  const { organization, deviceId, id, issuedAt } = certificate
  return await revokeOfDevice(tx, organization, deviceId, {
    reason: 'superseded',
    now,
    replacedBy: id,
    except: id,
    issuedUntil: issuedAt,
  })
}

/**
 * Ends all of a device's certificates, but one if named: at its new enrolment, when it leaves, when it
 * is wiped. It counts from the commit on. The record is the caller's to write.
 *
 * @returns those that ended by this.
 */
export async function revokeDeviceCertificates(
  tx: Db,
  organization: OrganizationId,
  deviceId: string,
  revoking: {
    readonly reason: RevocationReason
    readonly now: Date
    /** The certificate that stays. */
    readonly except?: string
  },
): Promise<StoredCertificate[]> {
  const { reason, now, except } = revoking
  const isReplaced = reason === 'superseded' && except !== undefined
  const more = isReplaced ? { replacedBy: except } : {}
  return await revokeOfDevice(tx, organization, deviceId, { reason, now, except, ...more })
}

/** Ends one. @returns `undefined` when there is none that could end. */
export async function revokeCertificate(
  tx: Db,
  organization: OrganizationId,
  id: string,
  revoking: { readonly reason: RevocationReason; readonly now: Date },
): Promise<StoredCertificate | undefined> {
  return await revokeOne(tx, organization, id, revoking)
}
