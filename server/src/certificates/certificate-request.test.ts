import 'reflect-metadata'
import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeRequest } from '../../testing/signed-messages.ts'
import {
  bits,
  NULL,
  number,
  oid,
  sequence,
  setOfOne,
  tagged,
  writeDer,
} from '../formats/der/write-der.ts'
import { checkCertificateRequest } from './certificate-request.ts'

const STRICT = { sha1Allowed: false }
const LENIENT = { sha1Allowed: true }

type Signing = { algorithm: string; hash: string; key?: 'rsa' | 'ec'; bits?: number }

/** A request as Windows makes it: `!` and NUL in a PrintableString, where ASN.1 forbids both. */
function windowsRequest({ algorithm, hash, key = 'rsa', bits: modulusLength = 2048 }: Signing) {
  const { publicKey, privateKey } =
    key === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength })
      : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const commonName = writeDer(0x13, Buffer.from('562A7F9A-6CD8-40B0!B5B954E81FBCB94E\0', 'latin1'))
  const info = sequence(
    number(0),
    sequence(setOfOne(sequence(oid('2.5.4.3'), commonName))),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0),
  )
  const parameters = key === 'rsa' ? [NULL] : []
  return sequence(info, sequence(oid(algorithm), ...parameters), bits(sign(hash, info, privateKey)))
}

describe('a request of Windows', () => {
  test.each([
    ['SHA-256 with RSA', { algorithm: '1.2.840.113549.1.1.11', hash: 'sha256' }],
    ['SHA-256 with ECDSA', { algorithm: '1.2.840.10045.4.3.2', hash: 'sha256', key: 'ec' }],
    ['SHA-384 with ECDSA', { algorithm: '1.2.840.10045.4.3.3', hash: 'sha384', key: 'ec' }],
  ] as const)('is accepted with %s', (_name, signing) => {
    expect(checkCertificateRequest(windowsRequest(signing), STRICT)).toMatchObject({
      kind: 'accepted',
      isSha1: false,
    })
  })

  test.each([
    ['its name', '1.2.840.113549.1.1.5'],
    ['its old name', '1.3.14.3.2.29'],
  ])('with SHA-1 by %s is accepted where that is allowed, and told', (_name, algorithm) => {
    const der = windowsRequest({ algorithm, hash: 'sha1' })

    expect(checkCertificateRequest(der, STRICT)).toEqual({ kind: 'refused', refusal: 'sha1' })
    expect(checkCertificateRequest(der, LENIENT)).toMatchObject({ kind: 'accepted', isSha1: true })
  })

  test.each([
    ['MD5', { algorithm: '1.2.840.113549.1.1.4', hash: 'md5' }, 'algorithm'],
    [
      'a name that is another hash than it was signed with',
      { algorithm: '1.2.840.113549.1.1.11', hash: 'sha512' },
      'signature',
    ],
    [
      'RSA’s name over an EC key',
      { algorithm: '1.2.840.113549.1.1.11', hash: 'sha256', key: 'ec' },
      'algorithm',
    ],
    ['1024 bits', { algorithm: '1.2.840.113549.1.1.11', hash: 'sha256', bits: 1024 }, 'weakKey'],
  ] as const)('with %s is refused', (_name, signing, refusal) => {
    expect(checkCertificateRequest(windowsRequest(signing), LENIENT)).toEqual({
      kind: 'refused',
      refusal,
    })
  })
})

test.each(['rsa', 'ec'] as const)(
  'a request that another library made with %s is accepted',
  async (kind) => {
    const { der } = await makeRequest(kind)

    expect(checkCertificateRequest(der, STRICT)).toMatchObject({ kind: 'accepted' })
  },
)

test('a request for somebody else’s key is refused', async () => {
  const [own, foreign] = [await makeRequest('ec'), await makeRequest('ec')]
  const ownKey = accepted(own.der)
  const foreignKey = accepted(foreign.der)
  const swapped = Buffer.from(own.der)
  swapped.set(foreignKey, swapped.indexOf(ownKey))

  expect(checkCertificateRequest(swapped, STRICT)).toEqual({
    kind: 'refused',
    refusal: 'signature',
  })
})

function accepted(der: Uint8Array): Uint8Array {
  const checked = checkCertificateRequest(der, STRICT)
  if (checked.kind === 'refused') throw new Error(checked.refusal)
  return checked.publicKey
}

test('whatever is damaged, the request is refused or says the same, and nothing else happens', async () => {
  const { der } = await makeRequest('ec')
  const key = accepted(der)
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
      const bytes = Buffer.from(isCut ? der.subarray(0, at) : der)
      if (!isCut) bytes[at] = value
      const checked = checkCertificateRequest(bytes, LENIENT)
      return checked.kind === 'refused' || Buffer.from(checked.publicKey).equals(key)
    }),
    { numRuns: 1000 },
  )
})
