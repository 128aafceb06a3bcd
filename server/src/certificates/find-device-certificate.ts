import { readCertificate } from '../formats/der/read-certificate.ts'
import { DerRefused, readDer, readSingle, TAG } from '../formats/der/read-der.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findAuthoritiesByKeyId } from './authorities-store.ts'
import { type CertificateState, type StoredCertificate, stateOf } from './authority.ts'
import { findByFingerprint } from './certificates-store.ts'
import { isIssued, isSignedBy, parseCertificate } from './issued-by.ts'
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
  return await judgeShown(db, der, { certificate, now, organization })
}

/** The same where it was looked up already. @param certificate what is kept under its fingerprint. */
export async function judgeShown(
  db: Db,
  der: Uint8Array,
  known: {
    readonly certificate: StoredCertificate | undefined
    readonly now: Date
    readonly organization?: OrganizationId | undefined
  },
): Promise<FoundCertificate> {
  const { certificate } = known
  if (!certificate) return { kind: 'refused', refusal: await judgeStranger(db, der) }
  return await judgeCertificate(db, certificate, known)
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
  // A row that somebody put there is no certificate: the authority's key has to have signed it.
  if (!(await isIssued(db, certificate))) return { kind: 'refused', refusal: 'foreign' }
  const state = stateOf(certificate, now)
  return state === 'valid'
    ? { kind: 'valid', certificate }
    : { kind: 'refused', refusal: state, certificate }
}

async function judgeStranger(
  db: Db,
  der: Uint8Array,
): Promise<'malformed' | 'foreign' | 'unknown'> {
  const parsed = parseCertificate(der)
  const issuerKeyId = parsed && readIssuerKeyId(der)
  if (!parsed || issuerKeyId === 'malformed') return 'malformed'
  const candidates = issuerKeyId ? await findAuthoritiesByKeyId(db, issuerKeyId) : []
  return candidates.some(({ certificate }) => isSignedBy(parsed, certificate))
    ? 'unknown'
    : 'foreign'
}

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
