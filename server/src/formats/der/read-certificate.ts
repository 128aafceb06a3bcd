import { DerRefused, readDer, readOid, readSingle, TAG } from './read-der.ts'
import { toHex } from './signed-data.ts'

/** A certificate, cut apart. Nothing of it is believed before its signature was checked. */
export type CertificateParts = {
  /** In lower-case hex, without leading zeros. */
  readonly serialNumber: string
  /** Names in DER, byte for byte. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array
  /** Values in DER by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>
}

const MOST_BYTES = 16 * 1024
const VERSION = 0xa0
const EXTENSIONS = 0xa3
const SUBJECT_KEY_ID = '2.5.29.14'
const KEY_USAGE = '2.5.29.15'
const BASIC_CONSTRAINTS = '2.5.29.19'
const BOOLEAN = 0x01

/** @throws {DerRefused} @see RFC 5280 §4.1 */
export function readCertificate(der: Uint8Array): CertificateParts {
  if (der.length > MOST_BYTES) throw new DerRefused('Too large')
  const [body, algorithm, signature, more] = readDer(readSingle(der, TAG.sequence).content)
  if (body?.tag !== TAG.sequence || !algorithm || !signature || more) {
    throw new DerRefused('No certificate')
  }
  const parts = readDer(body.content)
  if (parts[0]?.tag === VERSION) parts.shift()
  const [serial, , issuer, , subject, publicKey, ...rest] = parts
  if (serial?.tag !== TAG.integer || publicKey?.tag !== TAG.sequence) {
    throw new DerRefused('No certificate')
  }
  if (issuer?.tag !== TAG.sequence || subject?.tag !== TAG.sequence) {
    throw new DerRefused('A certificate without names')
  }
  const extensions = rest.find(({ tag }) => tag === EXTENSIONS)
  return {
    serialNumber: toHex(serial.content),
    issuer: issuer.whole,
    subject: subject.whole,
    publicKey: publicKey.whole,
    extensions: extensions ? readExtensions(extensions.content) : new Map(),
  }
}

function readExtensions(content: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (const { content: inner } of readDer(readSingle(content, TAG.sequence).content)) {
    const parts = readDer(inner)
    const [id, value] = [parts[0], parts.at(-1)]
    if (!id || value?.tag !== TAG.octetString) throw new DerRefused('No extension')
    const name = readOid(id)
    // Two of a kind would be read in two ways.
    if (found.has(name)) throw new DerRefused('An extension twice')
    found.set(name, value.content)
  }
  return found
}

/** The key's id as the certificate has it, absent when it has none. @throws {DerRefused} */
export function readSubjectKeyId({ extensions }: CertificateParts): Uint8Array | undefined {
  const value = extensions.get(SUBJECT_KEY_ID)
  return value && readSingle(value, TAG.octetString).content
}

/** Whether it says of itself that it is an authority's. @throws {DerRefused} */
export function isAuthority({ extensions }: CertificateParts): boolean {
  const value = extensions.get(BASIC_CONSTRAINTS)
  const [first] = value ? readDer(readSingle(value, TAG.sequence).content) : []
  return first?.tag === BOOLEAN && first.content[0] !== 0
}

/** Whether the key may sign certificates and lists of revoked ones. @throws {DerRefused} */
export function maySignCertificates({ extensions }: CertificateParts): boolean {
  const value = extensions.get(KEY_USAGE)
  const flags = (value && readSingle(value, TAG.bitString).content[1]) ?? 0
  return (flags & 0x04) !== 0 && (flags & 0x02) !== 0
}
