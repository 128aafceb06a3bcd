import { X509Certificate } from 'node:crypto'
import { readCertificate } from '../formats/der/read-certificate.ts'
import { DerRefused, readDer, readSingle, TAG } from '../formats/der/read-der.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findAuthoritiesByKeyId, findAuthorityById } from './authorities-store.ts'
import { type CertificateState, type StoredCertificate, stateOf } from './authority.ts'
import { findByFingerprint } from './certificates-store.ts'
import { fingerprintOf } from './sign-body.ts'

/**
 * `foreign`: of no authority of ours, or of another organization's · `unknown`: our authority signed
 * it, but nothing is known of it · `replaced`: the device has used a newer one since.
 */
export type DeviceCertificateRefusal =
  | 'malformed'
  | 'foreign'
  | 'unknown'
  | Exclude<CertificateState, 'valid'>
export type FoundCertificate =
  | { readonly kind: 'valid'; readonly certificate: StoredCertificate }
  | {
      readonly kind: 'refused'
      readonly refusal: DeviceCertificateRefusal
      /** Whose it is, where that is certain. */
      readonly certificate?: StoredCertificate
    }

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const AUTHORITY_KEY_ID = '2.5.29.35'
const KEY_ID_TAG = 0x80

/**
 * Whose certificate this is, and whether it holds now: signed by an authority of ours, made for
 * clients, neither over nor taken back nor replaced. It is known by its fingerprint, never by what
 * it says of itself.
 *
 * That its holder has the private key is for the caller to see: TLS does, or a signature.
 *
 * @param organization where only one will do; left out, the certificate tells.
 */
export async function findDeviceCertificate(
  db: Db,
  der: Uint8Array,
  now: Date,
  organization?: OrganizationId,
): Promise<FoundCertificate> {
  const certificate = await findByFingerprint(db, fingerprintOf(der))
  if (!certificate) return { kind: 'refused', refusal: await judgeStranger(db, der) }
  return await judgeCertificate(db, certificate, { now, organization })
}

/** The same for a certificate that was found in another way. */
export async function judgeCertificate(
  db: Db,
  certificate: StoredCertificate,
  { now, organization }: { readonly now: Date; readonly organization?: OrganizationId | undefined },
): Promise<FoundCertificate> {
  if (organization && organization !== certificate.organization) {
    return { kind: 'refused', refusal: 'foreign' }
  }
  const issuer = await findAuthorityById(db, certificate.organization, certificate.authorityId)
  const parsed = parse(certificate.der)
  // A row that somebody put there is no certificate: the authority's key has to have signed it.
  if (!parsed || !issuer || !isSignedBy(parsed, issuer.certificate)) {
    return { kind: 'refused', refusal: 'foreign' }
  }
  if (!parsed.keyUsage?.includes(CLIENT_AUTH)) return { kind: 'refused', refusal: 'foreign' }
  const state = stateOf(certificate, now)
  return state === 'valid'
    ? { kind: 'valid', certificate }
    : { kind: 'refused', refusal: state, certificate }
}

async function judgeStranger(
  db: Db,
  der: Uint8Array,
): Promise<'malformed' | 'foreign' | 'unknown'> {
  const parsed = parse(der)
  const issuerKeyId = parsed && readIssuerKeyId(der)
  if (!parsed || issuerKeyId === 'malformed') return 'malformed'
  const candidates = issuerKeyId ? await findAuthoritiesByKeyId(db, issuerKeyId) : []
  return candidates.some(({ certificate }) => isSignedBy(parsed, certificate))
    ? 'unknown'
    : 'foreign'
}

function parse(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    // Whatever OpenSSL makes of it: it is no certificate.
    return undefined
  }
}

const isSignedBy = (certificate: X509Certificate, authority: Uint8Array): boolean =>
  certificate.verify(new X509Certificate(authority).publicKey)

/** In hex. */
function readIssuerKeyId(der: Uint8Array): string | undefined | 'malformed' {
  try {
    const value = readCertificate(der).extensions.get(AUTHORITY_KEY_ID)
    const parts = value ? readDer(readSingle(value, TAG.sequence).content) : []
    const id = parts.find(({ tag }) => tag === KEY_ID_TAG)
    return id && Buffer.from(id.content).toString('hex')
  } catch (error) {
    if (error instanceof DerRefused) return 'malformed'
    throw error
  }
}
