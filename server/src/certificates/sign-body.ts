import { createHash, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { readDer, readSingle, TAG } from '../formats/der/read-der.ts'
import { joinSigned, type SignatureKind } from '../formats/der/write-certificate.ts'

const HASHES = { rsaSha256: 'sha256', ecdsaSha256: 'sha256', ecdsaSha384: 'sha384' } as const
const signElsewhere = promisify(sign)

/** Signs what `formats` wrote. RSA does so on a thread of its own, for it takes longest of all. */
export async function signBody(
  body: Uint8Array,
  kind: SignatureKind,
  key: KeyObject,
): Promise<Uint8Array> {
  return joinSigned(body, kind, await signElsewhere(HASHES[kind], body, key))
}

/** How a key of an authority signs. */
export function signatureOf(key: KeyObject): SignatureKind {
  if (key.asymmetricKeyType === 'rsa') return 'rsaSha256'
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ecdsaSha384' : 'ecdsaSha256'
}

/** What people call it: `RSA 2048`, `ECDSA P-256`. */
export function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') return `RSA ${modulusLength}`
  return `ECDSA ${namedCurve === 'secp384r1' ? 'P-384' : 'P-256'}`
}

/** An id for a key: 160 bits of SHA-256 over its bits. @see RFC 7093 §2 (1) */
export function keyIdOf(spki: Uint8Array): Uint8Array {
  const [, key] = readDer(readSingle(spki, TAG.sequence).content)
  return createHash('sha256')
    .update(key?.content.subarray(1) ?? spki)
    .digest()
    .subarray(0, 20)
}

/** Lower-case hex. */
export const fingerprintOf = (der: Uint8Array): string =>
  createHash('sha256').update(der).digest('hex')

/** What Windows calls a certificate in its stores: upper-case hex. @see windows-mdm.md 4.7 */
export const thumbprintOf = (der: Uint8Array): string =>
  createHash('sha1').update(der).digest('hex').toUpperCase()
