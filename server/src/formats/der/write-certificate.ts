import {
  bits,
  type Der,
  implicit,
  NULL,
  number,
  octets,
  oid,
  sequence,
  setOfOne,
  TRUE,
  tagged,
  time,
  unsigned,
  utf8,
  writeDer,
} from './write-der.ts'

/** How certificates and lists are signed. */
export type SignatureKind = 'rsaSha256' | 'ecdsaSha256' | 'ecdsaSha384'

// RFC 4055 §5 wants a NULL behind RSA's, RFC 5758 §3.2 nothing behind ECDSA's.
const ALGORITHMS: Readonly<Record<SignatureKind, Der>> = {
  rsaSha256: sequence(oid('1.2.840.113549.1.1.11'), NULL),
  ecdsaSha256: sequence(oid('1.2.840.10045.4.3.2')),
  ecdsaSha384: sequence(oid('1.2.840.10045.4.3.3')),
}

const KEY_USAGE_BITS = {
  digitalSignature: 0x80,
  keyEncipherment: 0x20,
  keyCertSign: 0x04,
  cRLSign: 0x02,
} as const
export type KeyUsage = keyof typeof KEY_USAGE_BITS

/** What a certificate says. Bytes that are names, keys or key ids are taken as they are. */
export type CertificateProfile = {
  /** Positive, at most 20 octets (RFC 5280 §4.1.2.2). */
  readonly serialNumber: Uint8Array
  /** In DER, from the issuer's certificate, byte for byte. */
  readonly issuer: Der
  readonly subject: Der
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Der
  readonly signature: SignatureKind
  readonly keyUsage: readonly KeyUsage[]
  readonly subjectKeyId: Uint8Array
  readonly issuerKeyId: Uint8Array
  /** Absent: no authority. */
  readonly authority?: { readonly pathLength: number }
  readonly isForClients?: boolean
  readonly revocationListUrl?: string
}

/** A name of one common name, and an organization where there is one. */
export function writeName(commonName: string, organization?: string): Der {
  const part = (type: string, value: string) => setOfOne(sequence(oid(type), utf8(value)))
  const own = part('2.5.4.3', commonName)
  return organization ? sequence(part('2.5.4.10', organization), own) : sequence(own)
}

/** What is signed of a certificate: TBSCertificate. @see RFC 5280 §4.1 */
export function writeCertificateBody(profile: CertificateProfile): Der {
  return sequence(
    tagged(0, number(2)),
    unsigned(profile.serialNumber),
    ALGORITHMS[profile.signature],
    profile.issuer,
    sequence(time(profile.notBefore), time(profile.notAfter)),
    profile.subject,
    profile.publicKey,
    tagged(3, sequence(...writeExtensions(profile))),
  )
}

function writeExtensions(profile: CertificateProfile): Der[] {
  const { authority, revocationListUrl } = profile
  return [
    authority
      ? critical('2.5.29.19', sequence(TRUE, number(authority.pathLength)))
      : critical('2.5.29.19', sequence()),
    critical('2.5.29.15', writeKeyUsage(profile.keyUsage)),
    // clientAuth
    ...(profile.isForClients ? [extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.2')))] : []),
    extension('2.5.29.14', octets(profile.subjectKeyId)),
    extension('2.5.29.35', sequence(implicit(0, profile.issuerKeyId))),
    ...(revocationListUrl ? [extension('2.5.29.31', writeListPlace(revocationListUrl))] : []),
  ]
}

const extension = (id: string, value: Der): Der => sequence(oid(id), octets(value))
const critical = (id: string, value: Der): Der => sequence(oid(id), TRUE, octets(value))

function writeKeyUsage(usages: readonly KeyUsage[]): Der {
  const flags = usages.reduce((sum, usage) => sum | KEY_USAGE_BITS[usage], 0)
  // DER leaves out zeros at the end of a list of flags.
  return bits(Uint8Array.of(flags), 31 - Math.clz32(flags & -flags))
}

/** One distribution point, by its full name, a URL. */
const writeListPlace = (url: string): Der =>
  sequence(sequence(tagged(0, tagged(0, writeDer(0x86, Buffer.from(url, 'latin1'))))))

/** The body with its signature: a certificate, or a list of revoked ones. */
export const joinSigned = (body: Der, kind: SignatureKind, signature: Uint8Array): Der =>
  sequence(body, ALGORITHMS[kind], bits(signature))

// RFC 5280 §5.3.1
const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const
export type RevocationReason = keyof typeof REASONS

export type RevocationListProfile = {
  readonly issuer: Der
  readonly issuerKeyId: Uint8Array
  readonly signature: SignatureKind
  readonly number: number
  readonly madeAt: Date
  readonly nextAt: Date
  readonly revoked: readonly {
    readonly serialNumber: Uint8Array
    readonly at: Date
    readonly reason: RevocationReason
  }[]
}

/** What is signed of a list of revoked certificates: TBSCertList. @see RFC 5280 §5.1 */
export function writeRevocationListBody(list: RevocationListProfile): Der {
  const entries = list.revoked.map(({ serialNumber, at, reason }) =>
    sequence(unsigned(serialNumber), time(at), ...writeReason(reason)),
  )
  return sequence(
    number(1),
    ALGORITHMS[list.signature],
    list.issuer,
    time(list.madeAt),
    time(list.nextAt),
    // An empty list is left out, not written empty (§5.1.2.6).
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    tagged(
      0,
      sequence(
        extension('2.5.29.35', sequence(implicit(0, list.issuerKeyId))),
        extension('2.5.29.20', number(list.number)),
      ),
    ),
  )
}

/** An unspecified reason is said by saying none (§5.3.1). */
function writeReason(reason: RevocationReason): Der[] {
  if (reason === 'unspecified') return []
  return [sequence(extension('2.5.29.21', writeDer(0x0a, Uint8Array.of(REASONS[reason]))))]
}
