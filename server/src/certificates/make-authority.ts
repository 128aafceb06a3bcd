import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { writeCertificateBody, writeName } from '../formats/der/write-certificate.ts'
import { randomToken } from '../platform/ids.ts'
import type { Algorithm, AuthorityId, MadeAuthority } from './authority.ts'
import { describeKey, fingerprintOf, keyIdOf, signatureOf, signBody } from './sign-body.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const VALIDITY_MS = 3652 * DAY_MS
/** Device clocks can run behind ours. */
const BACKDATE_MS = 5 * 60 * 1000
/** RFC 5280 appendix A.1, ub-organization-name. */
const LONGEST_NAME = 64

const generate = promisify(generateKeyPair)

type Making = {
  readonly id: AuthorityId
  readonly algorithm: Algorithm
  readonly organizationName: string
  readonly now: Date
}

/**
 * A new authority of our own: one key, one certificate that it signs itself, good for ten years. A
 * root above it would be kept beside it and guard nothing ([0027](../../../docs/decisions/0027-certificate-authorities.md)).
 *
 * Takes up to a second of one core with RSA: never within a transaction.
 */
export async function makeAuthority(making: Making): Promise<MadeAuthority> {
  const { id, now } = making
  const privateKey = await generatePrivateKey(making.algorithm)
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const keyId = keyIdOf(publicKey)
  const signature = signatureOf(privateKey)
  // The id makes each a name of its own: Windows and proxies look issuers up by name.
  const commonName = `Mooring device authority ${id.slice(-8)}`
  const organization = making.organizationName.slice(0, LONGEST_NAME)
  const name = writeName(commonName, organization)
  const notBefore = wholeSecond(now.getTime() - BACKDATE_MS)
  const notAfter = wholeSecond(now.getTime() + VALIDITY_MS)
  const body = writeCertificateBody({
    serialNumber: randomSerialNumber(),
    issuer: name,
    subject: name,
    notBefore,
    notAfter,
    publicKey,
    signature,
    keyUsage: ['keyCertSign', 'cRLSign'],
    subjectKeyId: keyId,
    issuerKeyId: keyId,
    authority: { pathLength: 0 },
  })
  const certificate = await signBody(body, signature, privateKey)
  return {
    id,
    source: 'own',
    signature,
    key: describeKey(privateKey),
    subject: `O=${organization}, CN=${commonName}`,
    certificate,
    root: undefined,
    fingerprint: fingerprintOf(certificate),
    keyId: Buffer.from(keyId).toString('hex'),
    notBefore,
    notAfter,
    privateKey: exportPrivateKey(privateKey),
  }
}

async function generatePrivateKey(algorithm: Algorithm): Promise<KeyObject> {
  switch (algorithm) {
    case 'rsa2048':
      return (await generate('rsa', { modulusLength: 2048, publicExponent: 65537 })).privateKey
    case 'ecdsaP256':
      return (await generate('ec', { namedCurve: 'prime256v1' })).privateKey
  }
}

/** 128 bits of chance behind a one, so that it is positive and each is as long as the next. */
export function randomSerialNumber(): Uint8Array {
  return Buffer.concat([Uint8Array.of(1), Buffer.from(randomToken(16), 'base64url')])
}

/** Certificates know no fractions of seconds; what is kept beside them says the same as they. */
export const wholeSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000)

/** For the seal: PKCS#8 in base64. */
export const exportPrivateKey = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'der' }).toString('base64')

/** What the seal gave back. */
export const readPrivateKey = (text: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' })
