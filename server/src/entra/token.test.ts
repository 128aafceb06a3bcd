import { expect, test } from 'vitest'
import { CLOUDS } from './clouds.ts'
import { EntraError } from './entra-error.ts'
import { clientId, tenantId } from './ids.ts'
import { NetworkError } from './network-error.ts'
import { readTokenAnswer, tokenRequest } from './token.ts'

const now = new Date('2026-11-25T08:00:00Z')
const identity = (value: string) => ({
  cloud: CLOUDS.global,
  tenantId: tenantId('11111111-1111-4111-8111-111111111111'),
  clientId: clientId('22222222-2222-4222-8222-222222222222'),
  credential: { kind: 'secret' as const, value },
})
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
const answer = (status: number, json: unknown, headers: Record<string, string> = {}) => ({
  status,
  json,
  headers,
})

test.each(['a~b', 'a+b', 'a/b=', 'a&client_id=evil', '100%25', ' ü', 'x'.repeat(200)])(
  'the secret %j reaches Entra as it is',
  (secret) => {
    const form = new URLSearchParams(tokenRequest(identity(secret)).body)

    expect(form.get('client_secret')).toBe(secret)
    expect(form.getAll('client_id')).toEqual(['22222222-2222-4222-8222-222222222222'])
  },
)

test('the token is asked for at the tenant, for Graph of its cloud', () => {
  const request = tokenRequest({ ...identity('s'), cloud: CLOUDS['usgov-dod'] })

  expect(request.url).toBe(
    'https://login.microsoftonline.us/11111111-1111-4111-8111-111111111111/oauth2/v2.0/token',
  )
  expect(new URLSearchParams(request.body).get('scope')).toBe(
    'https://dod-graph.microsoft.us/.default',
  )
})

test('a granted token tells its end, its permissions and the other clock', () => {
  const token = readTokenAnswer(
    answer(
      200,
      { access_token: jwt({ roles: ['User.Read.All'] }), expires_in: 3599 },
      { date: 'Wed, 25 Nov 2026 08:10:00 GMT' },
    ),
    'login',
    now,
  )

  expect(token).toMatchObject({
    roles: ['User.Read.All'],
    expiresAt: new Date('2026-11-25T08:59:59Z'),
    clockAheadMs: 600_000,
  })
})

test.each([jwt({}), 'opaque', 'a.b.c', jwt({ roles: 'all' })])(
  'the token %j has no permissions',
  (token) => {
    const read = readTokenAnswer(answer(200, { access_token: token, expires_in: 60 }), 'login', now)

    expect(read.roles).toEqual([])
  },
)

test('a refusal carries the number and the trace id, and not the description', () => {
  const body = {
    error: 'invalid_client',
    error_description: 'AADSTS7000215: Invalid client secret provided for app 2222.',
    error_codes: [7000215],
    trace_id: 'trace-1',
  }

  const read = () => readTokenAnswer(answer(401, body), 'login', now)

  expect(read).toThrow(EntraError)
  expect(read).toThrow(
    expect.objectContaining({
      code: 'AADSTS7000215',
      traceId: 'trace-1',
      message: 'AADSTS7000215 (invalid_client)',
    }),
  )
})

test('the number is found in the description when it stands only there', () => {
  const body = { error: 'invalid_request', error_description: 'AADSTS90002: Tenant not found.' }

  expect(() => readTokenAnswer(answer(400, body), 'login', now)).toThrow(
    expect.objectContaining({ code: 'AADSTS90002' }),
  )
})

test.each([
  [200, {}],
  [200, { access_token: '', expires_in: 5 }],
  [200, { access_token: 'x', expires_in: 'soon' }],
  [200, { access_token: 'x', expires_in: 1e12 }],
  [502, { oops: true }],
  [200, null],
])('an answer %i with %j is not one of Entra', (status, json) => {
  expect(() => readTokenAnswer(answer(status, json), 'login', now)).toThrow(NetworkError)
})
