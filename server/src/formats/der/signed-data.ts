import {
  DerRefused,
  type DerValue,
  readDer,
  readOid,
  readSingle,
  readTime,
  TAG,
} from './read-der.ts'

/** Who signed, over what, and how: what it takes to check a signature with somebody's key. */
export type Signer = {
  /** The issuer's name in DER, as the certificate has it. */
  readonly issuer: Uint8Array
  /** In lower-case hex, without leading zeros. */
  readonly serialNumber: string
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  readonly signature: Uint8Array
  /** The bytes that the signature is over; absent: the content itself. */
  readonly signedAttributes: Uint8Array | undefined
  /** What the signed attributes say of the content: its type and its digest. */
  readonly contentType: string | undefined
  readonly messageDigest: Uint8Array | undefined
  /** When it was signed, as the signer says. */
  readonly signingTime: Date | undefined
}

/** A CMS SignedData, cut apart. Nothing of it is believed before its signature was checked. */
export type SignedData = {
  readonly contentType: string
  /** Absent when detached. */
  readonly content: Uint8Array | undefined
  /** In DER, in the order they came. */
  readonly certificates: readonly Uint8Array[]
  readonly signers: readonly Signer[]
}

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'
const CONTEXT_0 = 0xa0
const MOST_BYTES = 64 * 1024

/**
 * Cuts a PKCS#7 message apart: a renewal's request, or the signature of a message.
 *
 * @throws {DerRefused}
 * @see RFC 5652 section 5
 */
export function readSignedData(der: Uint8Array): SignedData {
  if (der.length > MOST_BYTES) throw new DerRefused('Too large')
  const [type, wrapped] = readDer(readSingle(der, TAG.sequence).content)
  if (!type || readOid(type) !== SIGNED_DATA || wrapped?.tag !== CONTEXT_0) {
    throw new DerRefused('No signed data')
  }
  const parts = readDer(readSingle(wrapped.content, TAG.sequence).content)
  const [version, digests, inner, ...rest] = parts
  if (version?.tag !== TAG.integer || digests?.tag !== TAG.set || inner?.tag !== TAG.sequence) {
    throw new DerRefused('No signed data')
  }
  const certificates = rest.find(({ tag }) => tag === CONTEXT_0)
  const signers = rest.at(-1)
  if (signers?.tag !== TAG.set) throw new DerRefused('Nobody signed')
  return {
    ...readContent(inner),
    certificates: certificates ? readDer(certificates.content).map(({ whole }) => whole) : [],
    signers: readDer(signers.content).map(readSigner),
  }
}

function readContent(inner: DerValue): Pick<SignedData, 'content' | 'contentType'> {
  const [type, wrapped] = readDer(inner.content)
  if (!type) throw new DerRefused('Content without a type')
  return {
    contentType: readOid(type),
    content: wrapped && readSingle(wrapped.content, TAG.octetString).content,
  }
}

function readSigner(value: DerValue): Signer {
  if (value.tag !== TAG.sequence) throw new DerRefused('No signer')
  const [version, id, digest, ...rest] = readDer(value.content)
  const attributes = rest[0]?.tag === CONTEXT_0 ? rest.shift() : undefined
  const [algorithm, signature] = rest
  if (
    version?.tag !== TAG.integer ||
    id?.tag !== TAG.sequence ||
    signature?.tag !== TAG.octetString
  ) {
    throw new DerRefused('No signer')
  }
  const [issuer, serial] = readDer(id.content)
  if (issuer?.tag !== TAG.sequence || serial?.tag !== TAG.integer) {
    throw new DerRefused('A signer without a name')
  }
  return {
    issuer: issuer.whole,
    serialNumber: toHex(serial.content),
    digestAlgorithm: algorithmOf(digest),
    signatureAlgorithm: algorithmOf(algorithm),
    signature: signature.content,
    signedAttributes: attributes && asSet(attributes),
    ...readAttributes(attributes),
  }
}

/** The signature is over the attributes as a SET, though they are sent under another tag. */
function asSet({ whole }: DerValue): Uint8Array {
  const set = Uint8Array.from(whole)
  set[0] = TAG.set
  return set
}

function readAttributes(
  attributes: DerValue | undefined,
): Pick<Signer, 'contentType' | 'messageDigest' | 'signingTime'> {
  const [type, digest, time] = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME].map((id) =>
    findAttribute(attributes, id),
  )
  return {
    contentType: type && readOid(type),
    messageDigest: digest && readSingle(digest.whole, TAG.octetString).content,
    signingTime: time && readTime(time),
  }
}

/** The one value of the one attribute of this type; several could be read in two ways. */
function findAttribute(attributes: DerValue | undefined, id: string): DerValue | undefined {
  const found = (attributes ? readDer(attributes.content) : []).flatMap((attribute) => {
    const [type, values] = readDer(attribute.content)
    if (!type || values?.tag !== TAG.set) throw new DerRefused('No attribute')
    return readOid(type) === id ? [readDer(values.content)] : []
  })
  const [values] = found
  if (found.length > 1 || (values && values.length !== 1))
    throw new DerRefused('An attribute twice')
  return values?.[0]
}

function algorithmOf(value: DerValue | undefined): string {
  const [oid] = value?.tag === TAG.sequence ? readDer(value.content) : []
  if (!oid) throw new DerRefused('No algorithm')
  return readOid(oid)
}

/** An unsigned number in hex as certificates' serial numbers are written. */
export function toHex(integer: Uint8Array): string {
  const hex = Buffer.from(integer).toString('hex').replace(/^0+/, '')
  return hex === '' ? '0' : hex
}
