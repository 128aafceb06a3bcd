import type { KeyObject } from 'node:crypto'
import { readCertificate } from '../formats/der/read-certificate.ts'
import { writeCertificateBody, writeName } from '../formats/der/write-certificate.ts'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findAuthority } from './authorities-store.ts'
import {
  type Authority,
  type AuthorityCertificates,
  type CertificateSettings,
  type StoredAuthority,
  type StoredCertificate,
  toCertificates,
} from './authority.ts'
import type { AuthorityKeys } from './authority-keys.ts'
import { addCertificate } from './certificates-store.ts'
import { randomSerialNumber, wholeSecond } from './make-authority.ts'
import { revocationListUrl } from './revocation-list-url.ts'
import { findCertificateSettings } from './settings-store.ts'
import { fingerprintOf, keyIdOf, signBody, thumbprintOf } from './sign-body.ts'

export type IssueParts = { readonly keys: AuthorityKeys; readonly publicUrl: URL }
export type Issuing = {
  /** Our id of the device: plain ASCII, at most 64 characters. */
  readonly deviceId: string
  /** Of a request that `checkCertificateRequest` accepted. */
  readonly publicKey: Uint8Array
  readonly now: Date
}
export type IssuedCertificate = StoredCertificate & { readonly authority: AuthorityCertificates }

/** There is no authority that could issue: none was prepared, or an imported one is over. */
export class NoAuthority extends Error {
  readonly code = 'noAuthority'
}

const DAY_MS = 24 * 60 * 60 * 1000
/**
 * Device clocks can run behind ours. Minutes, not hours: the device reckons its renewal window from
 * here.
 */
const BACKDATE_MS = 5 * 60 * 1000

/**
 * Issues a certificate for a device and keeps it, within the caller's transaction. It goes by the
 * organization's active authority and its settings.
 *
 * @throws {NoAuthority} call `prepare` first; an imported authority that is over needs another one.
 * @see windows-mdm.md 4.5
 */
export async function issueCertificate(
  tx: Db,
  { keys, publicUrl }: IssueParts,
  organization: OrganizationId,
  issuing: Issuing,
): Promise<IssuedCertificate> {
  const standing = await findStanding(tx, organization)
  const issued = await makeCertificate(tx, { keys, publicUrl }, standing, issuing)
  await addCertificate(tx, issued).execute()
  return issued
}

/** By what an organization issues. */
export type Standing = {
  readonly organization: OrganizationId
  readonly authority: StoredAuthority | undefined
  readonly settings: CertificateSettings
}

export async function findStanding(db: Db, organization: OrganizationId): Promise<Standing> {
  const authority = await findAuthority(db, organization, 'active')
  return { organization, authority, settings: await findCertificateSettings(db, organization) }
}

/** The same certificate, not kept yet. @throws {NoAuthority} */
export async function makeCertificate(
  db: Db,
  { keys, publicUrl }: IssueParts,
  { organization, authority, settings }: Standing,
  issuing: Issuing,
): Promise<IssuedCertificate> {
  if (!authority || authority.notAfter <= issuing.now) {
    throw new NoAuthority(`${organization} has no authority that could issue`)
  }
  const certificate = await signCertificate(
    { authority, key: await keys.open(db, authority), publicUrl },
    { ...issuing, validityDays: settings.validityDays },
  )
  return { ...certificate, organization, authority: toCertificates(authority) }
}

type Signing = {
  readonly authority: StoredAuthority
  readonly key: KeyObject
  readonly publicUrl: URL
}

/** The bare certificate; nothing is kept. */
export async function signCertificate(
  { authority, key, publicUrl }: Signing,
  issuing: Issuing & { readonly validityDays: number },
): Promise<Omit<StoredCertificate, 'organization'>> {
  const { deviceId, publicKey, now } = issuing
  const serialNumber = randomSerialNumber()
  const notBefore = wholeSecond(now.getTime() - BACKDATE_MS)
  const end = now.getTime() + issuing.validityDays * DAY_MS
  const notAfter = wholeSecond(Math.min(end, authority.notAfter.getTime()))
  const body = writeCertificateBody({
    serialNumber,
    issuer: subjectOf(authority),
    subject: writeName(deviceId),
    notBefore,
    notAfter,
    publicKey,
    signature: authority.signature,
    keyUsage: ['digitalSignature', ...(isRsa(publicKey) ? (['keyEncipherment'] as const) : [])],
    subjectKeyId: keyIdOf(publicKey),
    issuerKeyId: Buffer.from(authority.keyId, 'hex'),
    isForClients: true,
    revocationListUrl: revocationListUrl(publicUrl, authority.id),
  })
  const der = await signBody(body, authority.signature, key)
  return {
    id: newId('crt'),
    authorityId: authority.id,
    deviceId,
    serialNumber: Buffer.from(serialNumber).toString('hex').replace(/^0+/, ''),
    fingerprint: fingerprintOf(der),
    thumbprint: thumbprintOf(der),
    der,
    notBefore,
    notAfter,
    issuedAt: now,
    firstUsedAt: undefined,
    revokedAt: undefined,
    revocationReason: undefined,
    replacedBy: undefined,
  }
}

/** The name in the authority's own certificate, byte for byte: chains are built by comparing them. */
export const subjectOf = ({ certificate }: Authority): Uint8Array =>
  readCertificate(certificate).subject

// rsaEncryption in DER, as it stands near the beginning of such a key.
const RSA_OID = Buffer.from('06092a864886f70d010101', 'hex')
/** Keys of elliptic curves encipher nothing (RFC 5480 §3). */
const isRsa = (publicKey: Uint8Array): boolean =>
  Buffer.from(publicKey.subarray(0, 32)).includes(RSA_OID)
