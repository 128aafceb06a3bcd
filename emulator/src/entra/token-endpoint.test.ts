import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { decodeProtectedHeader, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { fetchAnswer, readClaims, requestToken } from '../testing/client.ts'
import { makeCertificate, thumbprints, toPem } from './certificate.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({
    users: 10,
    groups: 4,
    now: () => new Date('2026-11-25T08:00:00Z'),
  })
})

afterAll(() => emulator.stop())

describe('a token', () => {
  it('has the claims of an app-only Graph token, with the granted permissions as roles', async () => {
    const { status, body } = await requestToken(emulator)

    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 })
    expect(body).not.toHaveProperty('refresh_token')
    expect(readClaims(body.access_token)).toMatchObject({
      aud: emulator.url,
      iss: `https://sts.windows.net/${emulator.tenant.id}/`,
      tid: emulator.tenant.id,
      appid: emulator.app.clientId,
      app_displayname: 'Mooring',
      oid: emulator.app.servicePrincipalId,
      idtyp: 'app',
      ver: '1.0',
      roles: ['User.Read.All', 'Group.Read.All', 'Device.ReadWrite.All'],
    })
  })

  it('comes by the name of the tenant’s domain, and with HTTP Basic', async () => {
    const pair = [emulator.app.clientId, emulator.app.secret].map(encodeURIComponent).join(':')
    const basic = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }

    const byDomain = await requestToken(emulator, {}, emulator.tenant.domain)
    const byBasic = await requestToken(
      emulator,
      { client_id: undefined, client_secret: undefined },
      undefined,
      basic,
    )

    expect([byDomain.status, byBasic.status]).toEqual([200, 200])
  })

  it('comes without roles when consent is missing', async () => {
    emulator.apps.revoke(emulator.app.clientId)

    const { status, body } = await requestToken(emulator)
    emulator.apps.grant(emulator.app.clientId)

    expect(status).toBe(200)
    expect(readClaims(body.access_token)).not.toHaveProperty('roles')
  })

  it('asked for Microsoft’s own host carries that audience', async () => {
    const { body } = await requestToken(emulator, { scope: 'https://graph.microsoft.com/.default' })

    expect(readClaims(body.access_token).aud).toBe('https://graph.microsoft.com')
  })

  it('is signed by a published key, under a nonce header that spoils the signature for others', async () => {
    const { body } = await requestToken(emulator)
    const keys = await fetchAnswer(`${emulator.url}/${emulator.tenant.id}/discovery/v2.0/keys`)
    const header = decodeProtectedHeader(body.access_token)

    expect(header).toHaveProperty('nonce')
    expect(keys.body.keys.map((key: { kid: string }) => key.kid)).toContain(header.kid)
  })
})

describe('the token endpoint', () => {
  const unknownTenant = '11111111-2222-4333-8444-555555555555'
  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['an unknown app', { client_id: unknownTenant }, 400, 'unauthorized_client', 700016],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client', 7000218],
    ['no client id', { client_id: undefined }, 400, 'invalid_request', 900144],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['a scope without .default', { scope: 'User.Read' }, 400, 'invalid_scope', 1002012],
    [
      'two scopes',
      { scope: 'https://graph.microsoft.com/.default openid' },
      400,
      'invalid_scope',
      70011,
    ],
    [
      'the Graph of another cloud',
      { scope: 'https://graph.microsoft.us/.default' },
      400,
      'invalid_resource',
      500011,
    ],
  ])('refuses %s', async (_, fields, status, error, code) => {
    const answer = await requestToken(emulator, fields)

    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ error, error_codes: [code] })
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `))
  })

  it('says when the secret’s id was pasted instead of its value', async () => {
    const { body } = await requestToken(emulator, { client_secret: emulator.app.secretId })

    expect(body.error_description).toContain('is the client secret value, not the client secret ID')
  })

  it.each([
    [unknownTenant, 90002],
    ['unknown.example', 90002],
    ['common', 50194],
  ])('refuses the tenant %s with AADSTS%i', async (tenant, code) => {
    const { status, body } = await requestToken(emulator, {}, tenant)

    expect(status).toBe(400)
    expect(body).toMatchObject({ error: 'invalid_request', error_codes: [code] })
  })

  it('does not know the app in the other tenant', async () => {
    const { body } = await requestToken(emulator, {}, emulator.other.tenant.id)

    expect(body.error_codes).toEqual([700016])
  })

  it('tells an expired secret from a wrong one, and a working one beside it wins', async () => {
    const old = emulator.apps.addSecret(emulator.app.clientId)
    emulator.apps.expireSecret(emulator.app.clientId, old.id)

    const expired = await requestToken(emulator, { client_secret: old.value })
    emulator.apps.removeSecret(emulator.app.clientId, old.id)
    const removed = await requestToken(emulator, { client_secret: old.value })

    expect(expired).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_codes: [7000222] },
    })
    expect(removed.body.error_codes).toEqual([7000215])
    expect((await requestToken(emulator)).status).toBe(200)
  })

  it('refuses a disabled app', async () => {
    emulator.apps.disable(emulator.app.clientId)
    const answer = await requestToken(emulator)
    emulator.apps.disable(emulator.app.clientId, false)

    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client', error_codes: [7000112] },
    })
  })

  it('has error bodies of the documented shape, in both separators', async () => {
    const blank = await requestToken(emulator, { client_secret: 'wrong' }, undefined, {
      'client-request-id': 'a4b83fcf-5fd9-44ea-9dbc-43abb1d59a75',
    })
    emulator.scenario.errorSeparator = 'crlf'
    const crlf = await requestToken(emulator, { client_secret: 'wrong' })
    emulator.scenario.errorSeparator = 'blank'

    expect(Object.keys(blank.body).sort()).toEqual(
      [
        'correlation_id',
        'error',
        'error_codes',
        'error_description',
        'error_uri',
        'timestamp',
        'trace_id',
      ].sort(),
    )
    expect(blank.body).toMatchObject({
      timestamp: '2026-11-25 08:00:00Z',
      correlation_id: 'a4b83fcf-5fd9-44ea-9dbc-43abb1d59a75',
    })
    expect(blank.body.error_uri).toMatch(/\/error\?code=7000215$/)
    expect(crlf.body.error_description).toMatch(
      /\r\nTrace ID: .+\r\nCorrelation ID: .+\r\nTimestamp: /,
    )
  })
})

describe('a certificate credential', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = makeTestCertificate(privateKey)

  it.each(['PS256', 'RS256'])('is accepted with %s', async (alg) => {
    emulator.apps.addCertificate(emulator.app.clientId, toPem(certificate))

    const { body } = await sendAssertion({ alg })

    expect(readClaims(body.access_token).appidacr).toBe('2')
  })

  it.each([
    ['of an unknown certificate', { x5tS256: 'unknown' }, 700027],
    ['that has expired', { issuedAgoSeconds: 3600 }, 700024],
    ['from the future', { issuedAgoSeconds: -3600 }, 700024],
    [
      'for another audience',
      { audience: 'https://login.microsoftonline.com/x/oauth2/v2.0/token' },
      700023,
    ],
    ['signed by another key', { otherKey: true }, 700027],
  ])('%s is refused', async (_, change, code) => {
    emulator.apps.addCertificate(emulator.app.clientId, toPem(certificate))

    const { status, body } = await sendAssertion(change)

    expect(status).toBe(401)
    expect(body).toMatchObject({ error: 'invalid_client', error_codes: [code] })
  })

  async function sendAssertion(change: {
    alg?: string
    x5tS256?: string
    issuedAgoSeconds?: number
    audience?: string
    otherKey?: boolean
  }) {
    const issuedAt = Date.parse('2026-11-25T08:00:00Z') / 1000 - (change.issuedAgoSeconds ?? 0)
    const key = change.otherKey
      ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      : privateKey
    const assertion = await new SignJWT({})
      .setProtectedHeader({
        alg: change.alg ?? 'PS256',
        typ: 'JWT',
        'x5t#S256': change.x5tS256 ?? thumbprints(certificate).x5tS256,
      })
      .setIssuer(emulator.app.clientId)
      .setSubject(emulator.app.clientId)
      .setAudience(change.audience ?? `${emulator.url}/${emulator.tenant.id}/oauth2/v2.0/token`)
      .setJti(randomUUID())
      .setNotBefore(issuedAt)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 600)
      .sign(key)
    return requestToken(emulator, {
      client_secret: undefined,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
  }
})

function makeTestCertificate(privateKey: KeyObject): Buffer {
  return makeCertificate({
    privateKey,
    commonName: 'test credential',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
  })
}
