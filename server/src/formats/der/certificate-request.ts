import { DerRefused, readBits, readDer, readOid, readSingle, TAG } from './read-der.ts'

/** A PKCS#10 request, cut apart. Nothing of it is believed but the key, once the signature is right. */
export type CertificateRequest = {
  /** What the signature is over: CertificationRequestInfo with tag and length. */
  readonly signed: Uint8Array
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
}

/** Larger than any that Windows makes. */
const MOST_BYTES = 16 * 1024

/**
 * Cuts a certificate request apart without looking at the subject: Windows puts `!` and a NUL byte
 * into a PrintableString there, which strict readers refuse, and ours is another subject anyway.
 *
 * @throws {DerRefused}
 * @see RFC 2986; windows-mdm.md 4.2
 */
export function readCertificateRequest(der: Uint8Array): CertificateRequest {
  if (der.length > MOST_BYTES) throw new DerRefused('Too large')
  const [info, algorithm, signature, more] = readDer(readSingle(der, TAG.sequence).content)
  if (!info || !algorithm || !signature || more) throw new DerRefused('Not three parts')
  if (info.tag !== TAG.sequence || algorithm.tag !== TAG.sequence) {
    throw new DerRefused('Not what was expected')
  }
  const [version, subject, publicKey] = readDer(info.content)
  if (version?.tag !== TAG.integer || subject?.tag !== TAG.sequence) {
    throw new DerRefused('Not what was expected')
  }
  if (publicKey?.tag !== TAG.sequence) throw new DerRefused('No public key')
  const [oid] = readDer(algorithm.content)
  if (!oid) throw new DerRefused('No algorithm')
  return {
    signed: info.whole,
    publicKey: publicKey.whole,
    signatureAlgorithm: readOid(oid),
    signature: readBits(signature),
  }
}
