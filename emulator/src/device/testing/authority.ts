import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  explicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from '../../der.ts'

/** What a certificate of the test authority says. */
export type Wish = {
  readonly commonName: string
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  readonly isAuthority?: boolean
  /** Without the extended key usage clientAuth. */
  readonly withoutUsage?: boolean
}

/** An authority for tests. */
export type Authority = {
  readonly commonName: string
  readonly privateKey: KeyObject
  /** DER. */
  readonly certificate: Buffer
}

export function makeAuthority(commonName: string, issuer?: Authority): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signer = issuer ?? { commonName, privateKey }
  const certificate = issue(signer, {
    commonName,
    publicKey,
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2049-01-01T00:00:00Z'),
    isAuthority: true,
  })
  return { commonName, privateKey, certificate }
}

/** Issues a certificate. @returns DER @see RFC 5280 §4.1 */
export function issue(issuer: Pick<Authority, 'commonName' | 'privateKey'>, wish: Wish): Buffer {
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), nothing())
  const name = (text: string) => sequence(set(sequence(oid('2.5.4.3'), utf8(text))))
  const isTrue = Buffer.from([0x01, 0x01, 0xff])
  const extensions = wish.isAuthority
    ? [sequence(oid('2.5.29.19'), isTrue, octets(sequence(isTrue)))]
    : [
        // digitalSignature
        sequence(oid('2.5.29.15'), octets(tagged(0x03, Buffer.from([7, 0x80])))),
        ...(wish.withoutUsage
          ? []
          : [sequence(oid('2.5.29.37'), octets(sequence(oid('1.3.6.1.5.5.7.3.2'))))]),
      ]
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(12)])),
    algorithm,
    name(issuer.commonName),
    sequence(time(wish.notBefore), time(wish.notAfter)),
    name(wish.commonName),
    wish.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  )
  return sequence(body, algorithm, bitString(sign('sha256', body, issuer.privateKey)))
}
