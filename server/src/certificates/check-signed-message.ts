import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { readCertificate } from '../formats/der/read-certificate.ts'
import { DerRefused } from '../formats/der/read-der.ts'
import { readSignedData, type SignedData, type Signer } from '../formats/der/signed-data.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { StoredCertificate } from './authority.ts'
import { checkCertificateRequest, type RequestRefusal } from './certificate-request.ts'
import { findBySerialNumber } from './certificates-store.ts'
import { type DeviceCertificateRefusal, judgeCertificate } from './find-device-certificate.ts'
import { findCertificateSettings } from './settings-store.ts'

type Expecting = {
  readonly now: Date
  readonly organization?: OrganizationId
  /** Looked up already, as the device has shown it in another way; another's signature is another's still. */
  readonly shown?: StoredCertificate | undefined
}
type Refused<Refusal> = {
  readonly kind: 'refused'
  readonly refusal: Refusal
  /** Whose certificate it was, once the signature held. */
  readonly signer?: StoredCertificate
}
export type MessageRefusal = DeviceCertificateRefusal | 'algorithm' | 'sha1' | 'signature'
export type CheckedMessage =
  | {
      readonly kind: 'accepted'
      readonly signer: StoredCertificate
      readonly content: Uint8Array
      /** As the signer says, and signed; absent where it was not said. */
      readonly signedAt: Date | undefined
    }
  | Refused<MessageRefusal>

const DATA = '1.2.840.113549.1.7.1'
type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'
const DIGESTS: ReadonlyMap<string, Hash> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])
/** Which digest a signature's algorithm goes with; `any`: it names the kind of key only. */
const SIGNATURES: ReadonlyMap<string, { readonly key: 'rsa' | 'ec'; readonly hash: Hash | 'any' }> =
  new Map([
    ['1.2.840.113549.1.1.1', { key: 'rsa', hash: 'any' }],
    ['1.2.840.113549.1.1.5', { key: 'rsa', hash: 'sha1' }],
    ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
    ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
    ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
    ['1.2.840.10045.2.1', { key: 'ec', hash: 'any' }],
    ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
    ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
    ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
  ])

/**
 * Whether a device of ours signed this message, with a certificate that holds now. Certificates that
 * came along prove nothing: the signer's is looked up among ours.
 *
 * @param der CMS SignedData.
 * @param detached what it is over, where the message does not hold it.
 * @see RFC 5652 §5.4, §5.6
 */
export async function checkSignedMessage(
  db: Db,
  der: Uint8Array,
  expecting: Expecting & { readonly detached?: Uint8Array },
): Promise<CheckedMessage> {
  const message = read(der)
  const [signer, more] = message?.signers ?? []
  const content = message?.content ?? expecting.detached
  if (!message || !signer || more || !content || message.contentType !== DATA) {
    return refused('malformed')
  }
  // Two contents would let the signature be over the one and us read the other.
  if (message.content && expecting.detached) return refused('malformed')
  const certificate = await findSigner(db, signer.serialNumber, expecting.shown)
  if (!certificate) return refused('foreign')
  const { issuer, publicKey } = readCertificate(certificate.der)
  if (!Buffer.from(issuer).equals(signer.issuer)) return refused('foreign')
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const refusal = judgeSignature(signer, {
    key,
    content,
    // Which organization's rules hold, only the certificate tells; most need none.
    sha1Allowed:
      DIGESTS.get(signer.digestAlgorithm) === 'sha1' &&
      (await findCertificateSettings(db, certificate.organization)).sha1Allowed,
  })
  if (refusal) return refused(refusal)
  const judged = await judgeCertificate(db, certificate, expecting)
  if (judged.kind === 'refused') return refused(judged.refusal, judged.certificate)
  return { kind: 'accepted', signer: certificate, content, signedAt: signer.signingTime }
}

async function findSigner(
  db: Db,
  serialNumber: string,
  shown: StoredCertificate | undefined,
): Promise<StoredCertificate | undefined> {
  return shown?.serialNumber === serialNumber ? shown : await findBySerialNumber(db, serialNumber)
}

function read(der: Uint8Array): SignedData | undefined {
  try {
    return readSignedData(der)
  } catch (error) {
    if (error instanceof DerRefused) return undefined
    throw error
  }
}

function judgeSignature(
  signer: Signer,
  given: {
    readonly key: KeyObject
    readonly content: Uint8Array
    readonly sha1Allowed: boolean
  },
): 'algorithm' | 'sha1' | 'signature' | undefined {
  const { key, content } = given
  const hash = DIGESTS.get(signer.digestAlgorithm)
  const algorithm = SIGNATURES.get(signer.signatureAlgorithm)
  if (!hash || !algorithm || algorithm.key !== key.asymmetricKeyType) return 'algorithm'
  if (algorithm.hash !== 'any' && algorithm.hash !== hash) return 'algorithm'
  if (hash === 'sha1' && !given.sha1Allowed) return 'sha1'
  if (signer.signedAttributes && !speaksOf(signer, hash, content)) return 'signature'
  const signed = signer.signedAttributes ?? content
  return verify(hash, signed, key, signer.signature) ? undefined : 'signature'
}

/** Whether the signed attributes are those of this content. */
function speaksOf(
  { contentType, messageDigest }: Signer,
  hash: Hash,
  content: Uint8Array,
): boolean {
  const digest = createHash(hash).update(content).digest()
  return contentType === DATA && messageDigest !== undefined && digest.equals(messageDigest)
}

export type RenewalRefusal = MessageRefusal | RequestRefusal
export type CheckedRenewal =
  | {
      readonly kind: 'accepted'
      readonly signer: StoredCertificate
      readonly publicKey: Uint8Array
      readonly isSha1: boolean
    }
  | Refused<RenewalRefusal>

/**
 * A device's request for a new certificate, signed with the old one. Whether it is time for that, and
 * whether the device may still be here, is the caller's to say.
 *
 * @param der PKCS#7 with a PKCS#10 inside; where that came in base64 twice, it has been undone.
 * @see windows-mdm.md 4.9
 */
export async function checkRenewal(
  db: Db,
  der: Uint8Array,
  expecting: Expecting,
): Promise<CheckedRenewal> {
  const message = await checkSignedMessage(db, der, expecting)
  if (message.kind === 'refused') return message
  const { signer, content } = message
  const { sha1Allowed } = await findCertificateSettings(db, signer.organization)
  const request = checkCertificateRequest(content, { sha1Allowed })
  return request.kind === 'refused' ? refused(request.refusal, signer) : { ...request, signer }
}

function refused<Refusal>(refusal: Refusal, signer?: StoredCertificate): Refused<Refusal> {
  return signer ? { kind: 'refused', refusal, signer } : { kind: 'refused', refusal }
}
