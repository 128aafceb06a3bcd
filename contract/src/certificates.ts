import { z } from 'zod'
import { Instant, ListQuery, pageOf } from './values.ts'

/** Who issues certificates to devices. */
export const CertificateAuthority = z.object({
  id: z.string(),
  /** `next`: made, but not issuing yet · `retired`: what it issued stays valid. */
  state: z.enum(['next', 'active', 'retired']),
  source: z.enum(['own', 'imported']),
  /** `RSA 2048`, `ECDSA P-256`. */
  key: z.string(),
  subject: z.string(),
  /** SHA-256 of the certificate in hexadecimal. */
  fingerprint: z.string(),
  notBefore: Instant,
  notAfter: Instant,
  createdAt: Instant,
  activatedAt: Instant.nullable(),
  retiredAt: Instant.nullable(),
  /** PEM. */
  certificate: z.string(),
  /** PEM of the root above an imported authority; null for one that is a root itself. */
  root: z.string().nullable(),
  revocationListUrl: z.string(),
  /** How many certificates of it are neither over nor revoked. */
  validCertificates: z.number().int(),
})
export type CertificateAuthority = z.infer<typeof CertificateAuthority>
export const CertificateAuthorities = z.object({ items: z.array(CertificateAuthority) })

/** `prepare`: make the next authority · `switch`: let it issue from now on, making it if need be. */
export const RollOver = z.strictObject({ step: z.enum(['prepare', 'switch']) })

const Pem = z.string().min(1).max(20_000)
/** PEM texts, one certificate or key each. */
export const AuthorityImport = z.strictObject({
  certificate: Pem,
  privateKey: Pem,
  /** Of the private key, where it has one. It is not kept. */
  passphrase: z.string().min(1).max(1000).optional(),
  /** The root that signed it, unless it is a root itself. */
  root: Pem.optional(),
})

export const CertificateSettings = z.strictObject({
  /** The key that the next authority of our own gets. */
  algorithm: z.enum(['rsa2048', 'ecdsaP256']),
  /** How long a device's certificate holds. Devices renew it some weeks before its end. */
  validityDays: z.number().int().min(60).max(730),
  /** Whether a device may sign its request with SHA-1, as Windows does when it took no policy. */
  sha1Allowed: z.boolean(),
})
export type CertificateSettings = z.infer<typeof CertificateSettings>

export const RevocationReason = z.enum([
  'unspecified',
  'keyCompromise',
  'cessationOfOperation',
  'privilegeWithdrawn',
])
export type RevocationReason = z.infer<typeof RevocationReason>

/** What a device proves with who it is. */
export const DeviceCertificate = z.object({
  id: z.string(),
  deviceId: z.string(),
  authorityId: z.string(),
  /** Hexadecimal. */
  serialNumber: z.string(),
  /** SHA-256 in hexadecimal. */
  fingerprint: z.string(),
  /** SHA-1 in upper-case hexadecimal, as Windows shows it. */
  thumbprint: z.string(),
  /** `replaced`: the device has used a newer one since. */
  state: z.enum(['valid', 'expired', 'revoked', 'replaced']),
  notBefore: Instant,
  notAfter: Instant,
  issuedAt: Instant,
  /** When the device showed it first. */
  firstUsedAt: Instant.nullable(),
  revokedAt: Instant.nullable(),
  revocationReason: z.enum([...RevocationReason.options, 'superseded']).nullable(),
  replacedBy: z.string().nullable(),
})
export type DeviceCertificate = z.infer<typeof DeviceCertificate>
export const DeviceCertificates = z.object({ items: z.array(DeviceCertificate) })
export const CertificatePage = pageOf(DeviceCertificate)
export const CertificateQuery = ListQuery

export const Revocation = z.strictObject({ reason: RevocationReason.default('unspecified') })
