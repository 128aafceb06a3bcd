import { createHash, createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDer } from '../formats/der/read-der.ts'
import { checkPublicKey } from './public-key.ts'

/** Bytes that look like chance and are the same each time; odd, as a modulus is. */
function makeModulus(bits: number): Buffer {
  const parts: Buffer[] = []
  for (let number = 0; number < bits / 256; number += 1) {
    parts.push(createHash('sha256').update(String(number)).digest())
  }
  const bytes = Buffer.concat(parts).subarray(0, bits / 8)
  bytes[0] = (bytes[0] ?? 0) | 0x80
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1
  return bytes
}
function makeKey(bits: number): Buffer {
  const n = makeModulus(bits).toString('base64url')
  const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
  return key.export({ type: 'spki', format: 'der' })
}

test.each([4104, 8192, 16_384, 65_536])(
  'a key of %i bits is refused, and nothing is reckoned with it',
  (bits) => {
    const before = process.threadCpuUsage().user
    const checked = checkPublicKey(makeKey(bits))

    expect(checked).toEqual({ kind: 'refused', refusal: 'keyKind' })
    // One signature of a key that large takes longer than this.
    expect((process.threadCpuUsage().user - before) / 1000).toBeLessThan(200)
  },
)

test('something behind a key that is good is not certified with it', () => {
  const good = makeKey(2048)
  const longer = Buffer.concat([good, Buffer.from('0500', 'hex')])
  const checked = checkPublicKey(longer)

  // OpenSSL reads over it: what is certified is written anew, without it.
  if (checked.kind === 'accepted') expect(Buffer.from(checked.der)).toEqual(good)
  expect(readDer(good)).toHaveLength(1)
})
