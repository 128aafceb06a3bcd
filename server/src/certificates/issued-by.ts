import { createHash, X509Certificate } from 'node:crypto'
import type { Db } from '../platform/database.ts'
import { findAuthorityById } from './authorities-store.ts'
import type { StoredAuthority, StoredCertificate } from './authority.ts'

// That a certificate was signed with a key is so for ever, and an authority never gets another: both are
// remembered for as long as the process lives. Whether the certificate still holds is none of it; that is
// read with each look-up.

/** Some 100 bytes each; with more devices the oldest are looked at again. */
const MOST_REMEMBERED = 200_000
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

type Issuer = Pick<StoredAuthority, 'certificate' | 'fingerprint'>

/** Digest of a certificate to that of the authority whose key has signed it for a client. */
const signed = new Map<string, string>()
const issuers = new Map<string, Issuer>()

/** Whether the authority that a certificate is said to be of has signed it, and for a client. */
export async function isIssued(db: Db, certificate: StoredCertificate): Promise<boolean> {
  const issuer = await findIssuer(db, certificate)
  if (!issuer) return false
  // Not the digest that is kept beside it: somebody might have put another certificate there.
  const digest = createHash('sha256').update(certificate.der).digest('base64url')
  if (signed.get(digest) === issuer.fingerprint) return true
  if (!isSignedForClients(certificate.der, issuer.certificate)) return false
  if (signed.size >= MOST_REMEMBERED) {
    const [oldest = ''] = signed.keys()
    signed.delete(oldest)
  }
  signed.set(digest, issuer.fingerprint)
  return true
}

async function findIssuer(
  db: Db,
  { organization, authorityId }: StoredCertificate,
): Promise<Issuer | undefined> {
  const place = `${organization} ${authorityId}`
  const known = issuers.get(place)
  if (known) return known
  const found = await findAuthorityById(db, organization, authorityId)
  if (!found) return undefined
  const { certificate, fingerprint } = found
  issuers.set(place, { certificate, fingerprint })
  return found
}

function isSignedForClients(der: Uint8Array, authority: Uint8Array): boolean {
  const parsed = parseCertificate(der)
  return (
    parsed !== undefined &&
    isSignedBy(parsed, authority) &&
    parsed.keyUsage?.includes(CLIENT_AUTH) === true
  )
}

export function parseCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    // Whatever OpenSSL makes of it: it is no certificate.
    return undefined
  }
}

export const isSignedBy = (certificate: X509Certificate, authority: Uint8Array): boolean =>
  certificate.verify(new X509Certificate(authority).publicKey)
