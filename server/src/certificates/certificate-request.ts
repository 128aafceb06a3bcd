import { verify } from 'node:crypto'
import { readCertificateRequest } from '../formats/der/certificate-request.ts'
import { DerRefused } from '../formats/der/read-der.ts'
import { checkPublicKey, type KeyRefusal } from './public-key.ts'

/** `sha1`: the device did not take our policy's answer, and the organization does not let it pass. */
export type RequestRefusal = KeyRefusal | 'algorithm' | 'sha1' | 'signature'
export type CheckedRequest =
  | {
      readonly kind: 'accepted'
      /** SubjectPublicKeyInfo in DER, for `issue`. */
      readonly publicKey: Uint8Array
      readonly isSha1: boolean
    }
  | { readonly kind: 'refused'; readonly refusal: RequestRefusal }

type Algorithm = { readonly key: 'rsa' | 'ec'; readonly hash: 'sha1' | 'sha256' | 'sha384' }

const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.113549.1.1.5', { key: 'rsa', hash: 'sha1' }],
  // Its old name, which Windows uses when no policy was served.
  ['1.3.14.3.2.29', { key: 'rsa', hash: 'sha1' }],
])

/**
 * Whether whoever made this request holds its private key. Of all it says, only the public key is
 * taken: subject and extensions are ours to choose.
 *
 * @param der PKCS#10.
 * @see windows-mdm.md 4.2; sign-in-and-security.md 3.3
 */
export function checkCertificateRequest(
  der: Uint8Array,
  { sha1Allowed }: { readonly sha1Allowed: boolean },
): CheckedRequest {
  const request = read(der)
  if (!request) return refused('malformed')
  const algorithm = ALGORITHMS.get(request.signatureAlgorithm)
  if (!algorithm) return refused('algorithm')
  const isSha1 = algorithm.hash === 'sha1'
  if (isSha1 && !sha1Allowed) return refused('sha1')
  const checked = checkPublicKey(request.publicKey)
  if (checked.kind === 'refused') return checked
  const { key, der: publicKey } = checked
  if (key.asymmetricKeyType !== algorithm.key) return refused('algorithm')
  if (!verify(algorithm.hash, request.signed, key, request.signature)) return refused('signature')
  return { kind: 'accepted', publicKey, isSha1 }
}

function read(der: Uint8Array) {
  try {
    return readCertificateRequest(der)
  } catch (error) {
    if (error instanceof DerRefused) return undefined
    throw error
  }
}

const refused = (refusal: RequestRefusal) => ({ kind: 'refused', refusal }) as const
