import type { RevocationReason, SignatureKind } from '../formats/der/write-certificate.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

export type { RevocationReason }

export type AuthorityId = `cau_${string}`
/** Which key an authority of our own gets. */
export type Algorithm = 'rsa2048' | 'ecdsaP256'
/** `next`: made, but the present one still issues · `retired`: what it issued stays valid. */
export type AuthorityState = 'next' | 'active' | 'retired'

/** An authority as it is kept, but for its private key. */
export type Authority = {
  readonly id: AuthorityId
  readonly source: 'own' | 'imported'
  readonly signature: SignatureKind
  /** `RSA 2048` */
  readonly key: string
  readonly subject: string
  /** In DER. */
  readonly certificate: Uint8Array
  /** Who signed it, when it is no root itself. */
  readonly root: Uint8Array | undefined
  /** SHA-256 of the certificate, in lower-case hex. */
  readonly fingerprint: string
  /** Hex. */
  readonly keyId: string
  readonly notBefore: Date
  readonly notAfter: Date
}

/** One that is not kept yet. */
export type MadeAuthority = Authority & {
  /** PKCS#8 in base64; to be sealed. */
  readonly privateKey: string
}

export type StoredAuthority = Authority & {
  readonly organization: OrganizationId
  readonly state: AuthorityState
  readonly secretId: string
  readonly createdAt: Date
  readonly activatedAt: Date | undefined
  readonly retiredAt: Date | undefined
}

/** What a device has to trust. */
export type AuthorityCertificates = {
  readonly id: string
  /** For Root/System. In DER, as the next one. */
  readonly root: Uint8Array
  /** For CA/System: an imported authority that a root stands above. */
  readonly intermediate: Uint8Array | undefined
}

export const toCertificates = ({ id, certificate, root }: Authority): AuthorityCertificates =>
  root
    ? { id, root, intermediate: certificate }
    : { id, root: certificate, intermediate: undefined }

export type CertificateSettings = {
  readonly algorithm: Algorithm
  readonly validityDays: number
  /** Whether devices may sign their request with SHA-1. */
  readonly sha1Allowed: boolean
}
export const DEFAULT_SETTINGS: CertificateSettings = {
  algorithm: 'rsa2048',
  validityDays: 365,
  sha1Allowed: false,
}

/** A device's certificate, as it is kept. */
export type StoredCertificate = {
  readonly organization: OrganizationId
  readonly id: `crt_${string}`
  readonly authorityId: string
  /** Our id of the device; its common name, too. */
  readonly deviceId: string
  /** Lower-case hex, without leading zeros. */
  readonly serialNumber: string
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string
  /** SHA-1 of the certificate, upper-case hex, as Windows names it. */
  readonly thumbprint: string
  readonly der: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  readonly issuedAt: Date
  readonly firstUsedAt: Date | undefined
  readonly revokedAt: Date | undefined
  readonly revocationReason: RevocationReason | undefined
  /** The certificate that took its place. */
  readonly replacedBy: string | undefined
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Mended clocks of servers differ by less. */
const SKEW_MS = 60 * 1000

/**
 * Whether a new authority is due: what is issued today would outlive the present one. Devices renew
 * well before their certificate ends, so each has moved on when the old authority does.
 */
export function isRollOverDue(
  { notAfter }: Pick<Authority, 'notAfter'>,
  { validityDays }: Pick<CertificateSettings, 'validityDays'>,
  now: Date,
): boolean {
  return notAfter.getTime() < now.getTime() + validityDays * DAY_MS
}

export type CertificateState = 'valid' | 'notYet' | 'expired' | 'revoked' | 'replaced'

/** What holds of a certificate of ours now. One that was taken back stays so when it is over. */
export function stateOf(certificate: StoredCertificate, now: Date): CertificateState {
  if (certificate.revokedAt) {
    return certificate.revocationReason === 'superseded' ? 'replaced' : 'revoked'
  }
  if (now.getTime() < certificate.notBefore.getTime() - SKEW_MS) return 'notYet'
  return now.getTime() > certificate.notAfter.getTime() ? 'expired' : 'valid'
}
