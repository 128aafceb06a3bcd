import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBits, readDer, readOid, readSingle, TAG } from './read-der.ts'
import { bits, number, octets, oid, sequence, time, unsigned } from './write-der.ts'

test('what is written is read back', () => {
  const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  fc.assert(
    fc.property(fc.array(content, { maxLength: 3 }), (all) => {
      const written = sequence(...all.map(octets))

      const values = readDer(readSingle(written, TAG.sequence).content)

      expect(values.map((value) => value.content)).toEqual(all)
    }),
  )
})

test('lengths are in their shortest form around each step', () => {
  for (const length of [0, 127, 128, 255, 256, 65_535, 65_536]) {
    const written = octets(new Uint8Array(length))
    expect(readSingle(written, TAG.octetString).content.length).toBe(length)
  }
})

test('an integer is positive, and no longer than it has to be', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
      const { content } = readSingle(unsigned(bytes), TAG.integer)
      const [first = 0, second = 0x80] = content

      expect(BigInt(`0x${Buffer.from(content).toString('hex')}`)).toBe(
        BigInt(`0x${Buffer.from(bytes).toString('hex')}`),
      )
      expect(first).toBeLessThan(0x80)
      expect(first !== 0 || content.length === 1 || second >= 0x80).toBe(true)
    }),
  )
})

test.each([
  [0, '020100'],
  [127, '02017f'],
  [128, '02020080'],
  [256, '02020100'],
  [65_537, '0203010001'],
])('the number %i is %s', (value, hex) => {
  expect(Buffer.from(number(value)).toString('hex')).toBe(hex)
})

test.each(['1.2.840.113549.1.1.11', '2.5.29.15', '1.3.6.1.5.5.7.3.2', '2.16.840.1.101.3.4.2.1'])(
  'the object identifier %s is read back',
  (dotted) => {
    expect(readOid(readSingle(oid(dotted), TAG.oid))).toBe(dotted)
  },
)

test('a bit string of whole bytes is read back', () => {
  const bytes = Buffer.from('010203', 'hex')
  expect(readBits(readSingle(bits(bytes), TAG.bitString))).toEqual(bytes)
})

test.each([
  ['2026-11-28T01:02:03.999Z', 0x17, '261128010203Z'],
  ['2049-12-31T23:59:59Z', 0x17, '491231235959Z'],
  ['2050-01-01T00:00:00Z', 0x18, '20500101000000Z'],
])('%s is written as RFC 5280 wants it', (text, tag, digits) => {
  const { content } = readSingle(time(new Date(text)), tag)
  expect(Buffer.from(content).toString('latin1')).toBe(digits)
})
