import { expect, test } from 'vitest'
import { digestOf, isDigest, isProven } from './digest-proof.ts'

const EXPECTED = {
  user: 'dummy',
  secret: 'dummy',
  nonce: Buffer.from('nonce').toString('base64'),
}
const given = (data: string, type = 'syncml:auth-md5') => ({ type, format: 'b64', data })

test('the digest is the one of the specification', () => {
  expect(digestOf(EXPECTED)).toBe('tUtL9qTcnoMqyPx3vgpNAQ==')
})

test('it is proven by the right digest for the right nonce, and by nothing else', () => {
  const right = digestOf(EXPECTED)
  expect(isProven(given(right), EXPECTED)).toBe(true)
  expect(isProven(given(`\n ${right} `), EXPECTED)).toBe(true)
  expect(isProven(given(right), { ...EXPECTED, nonce: 'AAAA' })).toBe(false)
  expect(isProven(given(right), { ...EXPECTED, secret: 'other' })).toBe(false)
  expect(isProven(given(right), { ...EXPECTED, user: 'other' })).toBe(false)
})

test.each([
  ['', 'syncml:auth-md5'],
  ['AAAA', 'syncml:auth-md5'],
  ['not base64 at all', 'syncml:auth-md5'],
  ['ZHVtbXk6ZHVtbXk=', 'syncml:auth-basic'],
  ['tUtL9qTcnoMqyPx3vgpNAQ==', 'syncml:auth-basic'],
  ['tUtL9qTcnoMqyPx3vgpNAQ==', ''],
])('%s as %s proves nothing', (data, type) => {
  expect(isProven(given(data, type), EXPECTED)).toBe(false)
})

test('basic credentials are none, for they would tell the secret', () => {
  expect(isDigest(given('x', 'syncml:auth-basic'))).toBe(false)
  expect(isDigest(undefined)).toBe(false)
})
