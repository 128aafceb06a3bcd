import { CompactSign, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { tenantId } from '../ids.ts'
import { type ExpectedToken, judgeIdToken, type TokenRefusal } from './judge-id-token.ts'
import { readKeySet } from './key-set.ts'

const TENANT = tenantId('11111111-1111-4111-8111-111111111111')
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const CLIENT = '22222222-2222-4222-8222-222222222222'
const NOW = new Date('2026-11-25T08:00:00Z')
const SECONDS = NOW.getTime() / 1000

type Pair = Awaited<ReturnType<typeof generateKeyPair>>
let ours: Pair
let foreign: Pair
let expected: ExpectedToken

beforeAll(async () => {
  ours = await generateKeyPair('RS256', { extractable: true })
  foreign = await generateKeyPair('RS256', { extractable: true })
  const keys = readKeySet({ keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'k1' }] }) ?? []
  expected = {
    issuer: ISSUER,
    clientId: CLIENT,
    tenantId: TENANT,
    nonce: 'the nonce',
    startedAt: new Date(NOW.getTime() - 30_000),
    now: NOW,
    keys,
  }
})

const CLAIMS = {
  iss: ISSUER,
  aud: CLIENT,
  tid: TENANT,
  ver: '2.0',
  oid: '33333333-3333-4333-8333-333333333333',
  sub: 'pairwise',
  nonce: 'the nonce',
  iat: SECONDS,
  nbf: SECONDS,
  exp: SECONDS + 3600,
}
type Header = Record<string, unknown>

const sign = (claims: object = {}, header: Header = {}, key = ours.privateKey) =>
  new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k1', ...header })
    .sign(key)

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const refusal = (reason: TokenRefusal) => expect.objectContaining({ kind: 'refused', reason })

test('a token of the tenant, for us and for this sign-in, is good', async () => {
  const verdict = await judgeIdToken(await sign(), expected)

  expect(verdict).toEqual({ kind: 'good', claims: expect.objectContaining({ oid: CLAIMS.oid }) })
})

test.each<[string, object, TokenRefusal]>([
  ['another issuer', { iss: 'https://evil.example/v2.0' }, 'issuerWrong'],
  ['the issuer with a slash', { iss: `${ISSUER}/` }, 'issuerWrong'],
  ['no issuer', { iss: undefined }, 'issuerWrong'],
  ['version 1', { ver: '1.0' }, 'versionWrong'],
  ['a foreign tenant', { tid: '44444444-4444-4444-8444-444444444444' }, 'tenantWrong'],
  ['no tenant', { tid: undefined }, 'tenantWrong'],
  ['another audience', { aud: 'https://graph.microsoft.com' }, 'audienceWrong'],
  ['a list of audiences', { aud: [CLIENT] }, 'audienceWrong'],
  ['no audience', { aud: undefined }, 'audienceWrong'],
  ['another application that asked', { azp: 'other' }, 'authorizedPartyWrong'],
  ['an end that is past', { exp: SECONDS - 60 }, 'expired'],
  ['no end', { exp: undefined }, 'timeMissing'],
  ['an end that is no number', { exp: '9999999999' }, 'timeMissing'],
  ['a beginning to come', { nbf: SECONDS + 61 }, 'notYetValid'],
  ['no time of issue', { iat: undefined }, 'timeMissing'],
  ['a time of issue to come', { iat: SECONDS + 61 }, 'issuedInFuture'],
  ['a time of issue before the sign-in began', { iat: SECONDS - 91 }, 'issuedBeforeStart'],
  ['another nonce', { nonce: 'other' }, 'nonceWrong'],
  ['no nonce', { nonce: undefined }, 'nonceWrong'],
  ['no subject', { sub: undefined }, 'subjectMissing'],
  ['no object id', { oid: undefined }, 'objectIdMissing'],
  ['an object id that is no GUID', { oid: '1' }, 'objectIdMissing'],
  ['an application in place of a person', { idtyp: 'app' }, 'appOnly'],
])('a token with %s is refused', async (_what, claims, reason) => {
  expect(await judgeIdToken(await sign(claims), expected)).toEqual(refusal(reason))
})

test.each<[string, object]>([
  ['an end that passed 59 seconds ago', { exp: SECONDS - 59 }],
  ['a beginning in 60 seconds', { nbf: SECONDS + 60 }],
  ['the tenant in capital letters', { tid: TENANT.toUpperCase() }],
  ['us as who asked', { azp: CLIENT }],
])('a token with %s is good', async (_what, claims) => {
  expect(await judgeIdToken(await sign(claims), expected)).toMatchObject({ kind: 'good' })
})

test('a personal Microsoft account is refused even where its tenant is the one configured', async () => {
  const consumers = tenantId('9188040d-6c67-4c5b-b112-36a304b66dad')
  const token = await sign({ tid: consumers })

  const verdict = await judgeIdToken(token, { ...expected, tenantId: consumers })

  expect(verdict).toEqual(refusal('consumerAccount'))
})

describe('a signature', () => {
  test('that belongs to other claims is refused', async () => {
    const [header, , signature] = (await sign()).split('.')
    const forged = base64({ ...CLAIMS, oid: '55555555-5555-4555-8555-555555555555' })

    const verdict = await judgeIdToken(`${header}.${forged}.${signature}`, expected)

    expect(verdict).toEqual(refusal('signatureWrong'))
  })

  test('by another key under the same id is refused', async () => {
    const token = await sign({}, {}, foreign.privateKey)

    expect(await judgeIdToken(token, expected)).toEqual(refusal('signatureWrong'))
  })

  test('is found among two keys that share an id', async () => {
    const both = [
      { ...(await exportJWK(foreign.publicKey)), kid: 'k1' },
      { ...(await exportJWK(ours.publicKey)), kid: 'k1' },
    ]
    const keys = readKeySet({ keys: both }) ?? []

    expect(await judgeIdToken(await sign(), { ...expected, keys })).toMatchObject({ kind: 'good' })
  })

  test('without the key’s id is good for a single key, and refused for several', async () => {
    const token = await sign({}, { kid: undefined })
    const second = readKeySet({ keys: [await exportJWK(foreign.publicKey)] }) ?? []
    const keys = [...expected.keys, ...second]

    expect(await judgeIdToken(token, expected)).toMatchObject({ kind: 'good' })
    expect(await judgeIdToken(token, { ...expected, keys })).toEqual(refusal('keyUnknown'))
  })

  test('is not taken from a header that brings its own key', async () => {
    const jwk = await exportJWK(foreign.publicKey)
    const header = { jwk, jku: 'https://evil.example/keys', kid: 'evil' }

    const verdict = await judgeIdToken(await sign({}, header, foreign.privateKey), expected)

    expect(verdict).toEqual(refusal('keyUnknown'))
  })
})

describe('a header', () => {
  test('without a signature is refused', async () => {
    const token = `${base64({ alg: 'none', typ: 'JWT' })}.${base64(CLAIMS)}.`

    expect(await judgeIdToken(token, expected)).toEqual(refusal('algorithmWrong'))
  })

  test('that takes the public key for a shared secret is refused', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(ours.publicKey)))
    const token = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: 'k1' })
      .sign(secret)

    expect(await judgeIdToken(token, expected)).toEqual(refusal('algorithmWrong'))
  })

  test('that demands an extension is refused', async () => {
    const token = await new CompactSign(Buffer.from(JSON.stringify(CLAIMS)))
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k1', crit: ['b64'], b64: true })
      .sign(ours.privateKey)

    expect(await judgeIdToken(token, expected)).toEqual(refusal('extensionUnknown'))
  })

  test.each([['at+jwt'], ['JOSE'], [undefined]])('of the type %s is refused', async (typ) => {
    const verdict = await judgeIdToken(await sign({}, { typ }), expected)

    expect(verdict).toEqual(refusal('typeWrong'))
  })

  test.each(['', 'a.b.c', 'no token', '..', '{}.{}.{}'])('of "%s" is refused', async (token) => {
    expect(await judgeIdToken(token, expected)).toEqual(refusal('tokenUnreadable'))
  })
})

describe('another provider', () => {
  test('need not say the type, the version or the tenant, and may list its one audience', async () => {
    const token = await sign(
      { ver: undefined, tid: undefined, oid: undefined, aud: [CLIENT] },
      { typ: undefined },
    )

    const verdict = await judgeIdToken(token, { ...expected, tenantId: undefined })

    expect(verdict).toMatchObject({ kind: 'good' })
  })

  test('that lists a second audience is refused', async () => {
    const token = await sign({ aud: [CLIENT, 'another'] })

    const verdict = await judgeIdToken(token, { ...expected, tenantId: undefined })

    expect(verdict).toEqual(refusal('audienceWrong'))
  })
})

describe('a set of keys', () => {
  test('leaves out what is no RSA key of 2048 bits for signatures', async () => {
    const { n, e } = await exportJWK(ours.publicKey)
    const good = { kty: 'RSA', n, e, kid: 'good' }
    const short = { ...good, kid: 'short', n: n?.slice(0, 171) }
    const odd = [
      short,
      { ...good, kid: 'enc', use: 'enc' },
      { ...good, kid: 'ps', alg: 'PS256' },
      { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'ec' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' },
      null,
    ]

    expect(readKeySet({ keys: [...odd, good] })?.map(({ kid }) => kid)).toEqual(['good'])
    expect(readKeySet({ keys: odd })).toBeUndefined()
  })

  test.each([[undefined], [{}], [{ keys: 'x' }], [[]], ['<html>']])('is not %j', (document) => {
    expect(readKeySet(document)).toBeUndefined()
  })

  test('is read as far as a thousand keys', async () => {
    const key = { kty: 'RSA', ...(await exportJWK(ours.publicKey)) }
    const keys = Array.from({ length: 1005 }, (_, index) => ({ ...key, kid: `k${index}` }))

    expect(readKeySet({ keys })).toHaveLength(1000)
  })
})
