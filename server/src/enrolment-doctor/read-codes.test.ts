import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCodes } from './read-codes.ts'

test.each([
  ['0x80180014', 'windows', '0x80180014'],
  ['80180014', 'windows', '0x80180014'],
  ['8018000a', 'windows', '0x8018000A'],
  // As an event log writes 0x80180026.
  ['Result: (-2145910746)', 'windows', '0x80180026'],
  ['0x801C0003', 'windows', '0x801C0003'],
  ['0x801901F4', 'http', '0x801901F4'],
  ['0x80190190', 'http', '0x80190190'],
  ['0x800700B7', 'family', '0x800700B7'],
  ['CAA30194', 'http', 'CAA30194'],
  ['0xCAA2000B', 'family', 'CAA2000B'],
  ['CAA82EE7', 'windows', '0x80072EE7'],
  ['AADSTS53003: Access has been blocked', 'aadsts', 'AADSTS53003'],
  ['404', 'http', 'HTTP 404'],
  ['the server said HTTP/1.1 503 Service Unavailable', 'http', 'HTTP 503'],
  ['status code: 403', 'http', 'HTTP 403'],
  ['error=unauthorized_client', 'terms', 'unauthorized_client'],
  ['RejectedTermsOfUse', 'terms', 'rejectedTermsOfUse'],
])('%s is a code', (text, kind, code) => {
  const { codes } = readCodes(text)

  expect(codes).toMatchObject([{ kind, code }])
})

test('a status within a code is that of the answer', () => {
  const { codes } = readCodes('0x801901f4 CAA301F7')

  expect(codes).toMatchObject([{ status: 500 }, { status: 503 }])
})

test('a whole message gives its codes in order, each once, and its ids', () => {
  const text = `Something went wrong. Server error code: 80180014
    Correlation ID: 6AF60E7E-1234-4321-8018-0014aabbccdd  Timestamp: 2026-11-25T08:00:00Z
    AADSTS50105, again 0x80180014 and req_0123456789abcdef`

  const { codes, ids } = readCodes(text)

  expect(codes.map(({ code }) => code)).toEqual(['0x80180014', 'AADSTS50105'])
  expect(ids).toEqual(['6AF60E7E-1234-4321-8018-0014aabbccdd', 'req_0123456789abcdef'])
})

test.each(['a laptop', 'room 404', '2026-11-25 08:00', '10.0.26100.4061', '+49 40 8018 0014', ''])(
  '%j holds no code',
  (text) => {
    expect(readCodes(text)).toEqual({ codes: [], ids: [] })
  },
)

test('whatever is pasted is read at once, and gives ten codes at most', () => {
  const piece = fc.constantFrom('0x8018', '0014', 'CAA3', ' ', '-2145910746', 'HTTP', ': 404', 'é')
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 200 }), (pieces) => {
      const { codes, ids } = readCodes(pieces.join(''))

      expect(codes.length).toBeLessThanOrEqual(10)
      expect(ids.length).toBeLessThanOrEqual(10)
    }),
  )
})
