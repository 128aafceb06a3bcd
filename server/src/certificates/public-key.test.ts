import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkPublicKey, isRoca } from './public-key.ts'

const toDer = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
const rsa = (modulusLength: number, publicExponent = 65537) =>
  toDer(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey)
const ec = (namedCurve: string) => toDer(generateKeyPairSync('ec', { namedCurve }).publicKey)

describe('a public key', () => {
  test.each([
    ['RSA with 2048 bits', rsa(2048)],
    ['P-256', ec('prime256v1')],
    ['P-384', ec('secp384r1')],
  ])('is accepted when it is %s', (_name, der) => {
    expect(checkPublicKey(der)).toMatchObject({ kind: 'accepted', der })
  })

  test.each([
    ['RSA with 1024 bits', rsa(1024), 'weakKey'],
    ['RSA with the exponent 3', rsa(2048, 3), 'weakKey'],
    ['P-521', ec('secp521r1'), 'keyKind'],
    ['secp256k1', ec('secp256k1'), 'keyKind'],
    ['Ed25519', toDer(generateKeyPairSync('ed25519').publicKey), 'keyKind'],
    [
      'RSA-PSS',
      toDer(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
      'keyKind',
    ],
    ['no key', Buffer.from('rubbish'), 'malformed'],
    ['nothing', Buffer.alloc(0), 'malformed'],
  ])('is refused when it is %s', (_name, der, refusal) => {
    expect(checkPublicKey(der)).toEqual({ kind: 'refused', refusal })
  })

  test('with a modulus of the TPMs that can be factored is refused', () => {
    // Such moduli are powers of 65537 modulo the product of the small primes.
    const product = 0x49265d3574cefd04229bfd662a4a46f8611ed0226c655f076ebade3n
    let modulus = 1n
    for (let power = 0; power < 1234; power += 1) modulus = (modulus * 65537n) % product
    while (modulus < 1n << 2047n) modulus = modulus + product * ((1n << 2047n) / product + 1n)
    const n = Buffer.from(modulus.toString(16), 'hex').toString('base64url')
    const key = createPublicKey({ key: { kty: 'RSA', e: 'AQAB', n }, format: 'jwk' })

    expect(checkPublicKey(toDer(key))).toEqual({ kind: 'refused', refusal: 'weakKey' })
    expect(isRoca(modulus + 2n)).toBe(false)
  })
})
