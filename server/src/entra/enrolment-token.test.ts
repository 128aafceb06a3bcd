import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { CompactSign, exportJWK, exportSPKI } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  audiencesOf,
  type EnrolmentTokenRefusal,
  type ExpectedEnrolmentToken,
  judgeEnrolmentToken,
  normalizeAudience,
  peekEnrolmentToken,
} from './enrolment-token.ts'
import { parseStrictJson } from './enrolment-token-json.ts'
import { tenantId } from './ids.ts'

const TENANT = '11111111-2222-3333-4444-555555555555'
const OTHER_TENANT = '99999999-2222-3333-4444-555555555555'
const CLIENT = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const OTHER_CLIENT = 'bbbbbbbb-bbbb-cccc-dddd-eeeeeeeeeeee'
const PERSON = '01234567-89ab-cdef-0123-456789abcdef'
const DEVICE = 'fedcba98-89ab-cdef-0123-456789abcdef'
const SERVER = 'https://mdm.example.com'
const NOW = 1_790_000_000
const ISSUERS = {
  '1.0': `https://sts.windows.net/${TENANT}/`,
  '2.0': `https://login.microsoftonline.com/${TENANT}/v2.0`,
}

let ours: { privateKey: KeyObject; publicKey: KeyObject }
let theirs: typeof ours
let expected: ExpectedEnrolmentToken

beforeAll(async () => {
  ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
  theirs = generateKeyPairSync('rsa', { modulusLength: 2048 })
  expected = {
    tenantId: tenantId(TENANT),
    issuers: ISSUERS,
    audiences: audiencesOf(new URL(SERVER), CLIENT),
    keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }],
    now: new Date(NOW * 1000),
  }
})

type Claims = Record<string, unknown>
const VERSIONS = ['1.0', '2.0'] as const
type Version = (typeof VERSIONS)[number]

/** What Entra says in an honest token of the version. */
function honest(version: Version): Claims {
  const own =
    version === '1.0'
      ? { aud: `${SERVER}/`, upn: 'ada@example.com', unique_name: 'ada@example.com', appid: CLIENT }
      : { aud: CLIENT, preferred_username: 'ada@example.com', azp: CLIENT }
  return {
    ...own,
    ver: version,
    iss: ISSUERS[version],
    tid: TENANT,
    oid: PERSON,
    name: 'Ada',
    scp: 'mdm_delegation',
    deviceid: DEVICE,
    uti: 'unique-1',
    iat: NOW - 60,
    nbf: NOW - 60,
    exp: NOW + 3600,
  }
}

async function sign(payload: string, header: Claims = {}, key = ours.privateKey): Promise<string> {
  return await new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'key-1', ...header })
    .sign(key, header['crit'] ? { crit: { 'x-odd': true } } : {})
}
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** `undefined` takes a claim away. */
const withClaims =
  (change: (version: Version) => Claims): Making =>
  (version) => {
    const claims = Object.entries({ ...honest(version), ...change(version) })
    return sign(
      JSON.stringify(Object.fromEntries(claims.filter(([, value]) => value !== undefined))),
    )
  }
const withHeader =
  (header: Claims): Making =>
  (version) =>
    sign(JSON.stringify(honest(version)), header)
type Making = (version: Version) => Promise<string>

/** A body swapped under a signature that stays. */
const tampered =
  (change: Claims): Making =>
  async (version) => {
    const [header, , signature] = (await sign(JSON.stringify(honest(version)))).split('.')
    return `${header}.${part({ ...honest(version), ...change })}.${signature}`
  }

const otherVersion = (version: Version): Version => (version === '1.0' ? '2.0' : '1.0')

const CASES: readonly (readonly [string, EnrolmentTokenRefusal, Making])[] = [
  [
    'alg none',
    'tokenAlgorithmWrong',
    async (version) =>
      `${part({ alg: 'none', typ: 'JWT', kid: 'key-1' })}.${part(honest(version))}.AA`,
  ],
  [
    'alg none without a signature',
    'tokenUnreadable',
    async (version) =>
      `${part({ alg: 'none', typ: 'JWT', kid: 'key-1' })}.${part(honest(version))}.`,
  ],
  [
    'HS256 with the public key for a secret',
    'tokenAlgorithmWrong',
    async (version) => {
      const text = `${part({ alg: 'HS256', typ: 'JWT', kid: 'key-1' })}.${part(honest(version))}`
      const key = await exportSPKI(ours.publicKey)
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
    },
  ],
  [
    'a key nobody published, under a published id',
    'tokenSignatureWrong',
    (version) => sign(JSON.stringify(honest(version)), {}, theirs.privateKey),
  ],
  ['an unknown key id', 'tokenKeyUnknown', withHeader({ kid: 'key-2' })],
  [
    'a key id that climbs through folders',
    'tokenKeyUnknown',
    withHeader({ kid: '../../keys/key-1' }),
  ],
  ['no key id', 'tokenUnreadable', withHeader({ kid: undefined })],
  [
    'a key id that is a list',
    'tokenUnreadable',
    async (version) =>
      `${part({ alg: 'RS256', typ: 'JWT', kid: ['key-1'] })}.${part(honest(version))}.AA`,
  ],
  ['jku', 'tokenHeaderForeign', withHeader({ jku: 'https://evil.example/keys' })],
  ['x5u', 'tokenHeaderForeign', withHeader({ x5u: 'https://evil.example/cert' })],
  ['x5c', 'tokenHeaderForeign', withHeader({ x5c: ['AAAA'] })],
  [
    'a key of its own',
    'tokenHeaderForeign',
    async (version) =>
      sign(
        JSON.stringify(honest(version)),
        { jwk: await exportJWK(theirs.publicKey) },
        theirs.privateKey,
      ),
  ],
  ['crit', 'tokenHeaderForeign', withHeader({ crit: ['x-odd'], 'x-odd': 1 })],
  ['a type of another use', 'tokenTypeWrong', withHeader({ typ: 'at+jwt' })],
  ['no type', 'tokenUnreadable', withHeader({ typ: undefined })],
  ['a body with another person', 'tokenSignatureWrong', tampered({ oid: DEVICE })],
  ['a body with another tenant', 'tokenSignatureWrong', tampered({ tid: OTHER_TENANT })],
  ['a body with a later end', 'tokenSignatureWrong', tampered({ exp: NOW + 999_999 })],
  [
    'another tenant’s token, signed with the same key',
    'tokenIssuerWrong',
    withClaims((version) => ({
      tid: OTHER_TENANT,
      iss: ISSUERS[version].replace(TENANT, OTHER_TENANT),
    })),
  ],
  [
    'another tenant under our issuer',
    'tokenTenantWrong',
    withClaims(() => ({ tid: OTHER_TENANT })),
  ],
  [
    'our tenant under another’s issuer',
    'tokenIssuerWrong',
    withClaims((version) => ({ iss: ISSUERS[version].replace(TENANT, OTHER_TENANT) })),
  ],
  [
    'the issuer of the other version',
    'tokenIssuerWrong',
    withClaims((version) => ({ iss: ISSUERS[otherVersion(version)] })),
  ],
  [
    'the issuer without its slash, or with one',
    'tokenIssuerWrong',
    withClaims((version) => ({
      iss: version === '1.0' ? ISSUERS[version].slice(0, -1) : `${ISSUERS[version]}/`,
    })),
  ],
  ['no issuer', 'tokenIssuerWrong', withClaims(() => ({ iss: undefined }))],
  ['a tenant that is a list', 'tokenTenantWrong', withClaims(() => ({ tid: [TENANT] }))],
  ['no tenant', 'tokenTenantWrong', withClaims(() => ({ tid: undefined }))],
  ['no version', 'tokenVersionUnknown', withClaims(() => ({ ver: undefined }))],
  [
    'a version that is a number',
    'tokenVersionUnknown',
    withClaims((version) => ({ ver: Number(version) })),
  ],
  ['a version of the future', 'tokenVersionUnknown', withClaims(() => ({ ver: '3.0' }))],
  ['another application', 'tokenAudienceWrong', withClaims(() => ({ aud: OTHER_CLIENT }))],
  [
    'Microsoft Graph',
    'tokenAudienceWrong',
    withClaims(() => ({ aud: '00000003-0000-0000-c000-000000000000' })),
  ],
  [
    'a host that only begins like ours',
    'tokenAudienceWrong',
    withClaims(() => ({ aud: `${SERVER}.evil.example` })),
  ],
  [
    'our host over plain HTTP',
    'tokenAudienceWrong',
    withClaims(() => ({ aud: 'http://mdm.example.com' })),
  ],
  ['our host on another port', 'tokenAudienceWrong', withClaims(() => ({ aud: `${SERVER}:8443` }))],
  ['a path below ours', 'tokenAudienceWrong', withClaims(() => ({ aud: `${SERVER}/other` }))],
  [
    'our host behind a name',
    'tokenAudienceWrong',
    withClaims(() => ({ aud: 'https://evil@mdm.example.com' })),
  ],
  [
    'a list with our audience',
    'tokenAudienceWrong',
    withClaims((version) => ({ aud: [honest(version)['aud']] })),
  ],
  ['no audience', 'tokenAudienceWrong', withClaims(() => ({ aud: undefined }))],
  ['expired for six minutes', 'tokenExpired', withClaims(() => ({ exp: NOW - 360 }))],
  ['valid only in six minutes', 'tokenNotYetValid', withClaims(() => ({ nbf: NOW + 360 }))],
  ['no end', 'tokenTimeMissing', withClaims(() => ({ exp: undefined }))],
  ['an end that is a text', 'tokenTimeMissing', withClaims(() => ({ exp: String(NOW + 3600) }))],
  ['a beginning that is a text', 'tokenTimeMissing', withClaims(() => ({ nbf: 'yesterday' }))],
  ['no person', 'tokenPersonMissing', withClaims(() => ({ oid: undefined }))],
  ['a person who is no GUID', 'tokenPersonMissing', withClaims(() => ({ oid: 'ada@example.com' }))],
  ['a person who is a list', 'tokenPersonMissing', withClaims(() => ({ oid: [PERSON] }))],
  [
    'an application alone',
    'tokenAppOnly',
    withClaims(() => ({ idtyp: 'app', scp: undefined, roles: ['x'] })),
  ],
  [
    'a device without a person',
    'tokenPersonMissing',
    withClaims(() => ({ oid: undefined, idtyp: 'device', scp: undefined })),
  ],
  ['an ID token', 'tokenScopeMissing', withClaims(() => ({ scp: undefined, nonce: 'n' }))],
  ['another scope', 'tokenScopeMissing', withClaims(() => ({ scp: 'User.Read' }))],
  [
    'a scope that only begins like ours',
    'tokenScopeMissing',
    withClaims(() => ({ scp: 'mdm_delegation_more' })),
  ],
  ['a scope that is a list', 'tokenScopeMissing', withClaims(() => ({ scp: ['mdm_delegation'] }))],
  [
    'a device that is no GUID',
    'tokenDeviceMalformed',
    withClaims(() => ({ deviceid: 'DESKTOP-1' })),
  ],
  ['a device that is a list', 'tokenDeviceMalformed', withClaims(() => ({ deviceid: [DEVICE] }))],
  ['no id of its own', 'tokenIdMissing', withClaims(() => ({ uti: undefined }))],
  [
    'a tenant named twice',
    'tokenUnreadable',
    (version) => sign(JSON.stringify(honest(version)).replace('{', `{"tid":"${OTHER_TENANT}",`)),
  ],
  [
    'an audience named twice, once in escapes',
    'tokenUnreadable',
    (version) => sign(JSON.stringify(honest(version)).replace('{', '{"\\u0061ud":"x",')),
  ],
  ['no JSON', 'tokenUnreadable', () => sign('not JSON')],
  ['a list for a body', 'tokenUnreadable', () => sign('[]')],
  [
    'blanks inside',
    'tokenUnreadable',
    async (version) => (await sign(JSON.stringify(honest(version)))).replace('.', '. '),
  ],
  [
    'base64 in place of base64url',
    'tokenUnreadable',
    async (version) => `${await sign(JSON.stringify(honest(version)))}==`,
  ],
  [
    'a fourth part',
    'tokenUnreadable',
    async (version) => `${await sign(JSON.stringify(honest(version)))}.AA`,
  ],
  ['a token of 25 kB', 'tokenUnreadable', withClaims(() => ({ groups: 'x'.repeat(20_000) }))],
]

describe.each(VERSIONS)('of a token of version %s', (version) => {
  test('the honest one is taken, and says whom and what it is for', async () => {
    const verdict = await judgeEnrolmentToken(await withClaims(() => ({}))(version), expected)

    expect(verdict).toMatchObject({
      kind: 'good',
      claims: {
        version,
        tenantId: TENANT,
        oid: PERSON,
        userPrincipalName: 'ada@example.com',
        deviceId: DEVICE,
        callingApp: CLIENT,
        id: 'unique-1',
        isGuest: false,
      },
    })
  })

  test.each<[string, Claims]>([
    ['without a device, as at the terms of use', { deviceid: undefined }],
    ['for the client id', { aud: CLIENT }],
    ['for the client id in capitals', { aud: CLIENT.toUpperCase() }],
    ['for the service principal name', { aud: `spn:${CLIENT}` }],
    ['for the server, without a slash', { aud: SERVER }],
    ['for the server, with port 443 and a slash', { aud: `${SERVER}:443/` }],
    ['for the server, in capitals', { aud: 'HTTPS://MDM.Example.COM/' }],
    ['with our scope among others', { scp: 'openid mdm_delegation' }],
    ['expired for four minutes', { exp: NOW - 240 }],
    ['valid in four minutes', { nbf: NOW + 240 }],
    ['without a beginning', { nbf: undefined }],
    ['with the tenant in capitals', { tid: TENANT.toUpperCase() }],
    ['without any name', { upn: undefined, unique_name: undefined, preferred_username: undefined }],
  ])('one %s is taken', async (_, change) => {
    const verdict = await judgeEnrolmentToken(await withClaims(() => change)(version), expected)

    expect(verdict).toMatchObject({ kind: 'good' })
  })

  test.each(CASES)('%s is refused: %s', async (_, reason, make) => {
    const verdict = await judgeEnrolmentToken(await make(version), expected)

    expect(verdict).toMatchObject({ kind: 'refused', reason })
  })

  test('one that was good before is judged anew: by its keys, its audience and the time', async () => {
    const token = await withClaims(() => ({}))(version)
    const judge = (changed: Partial<ExpectedEnrolmentToken>) => {
      const verdict = judgeEnrolmentToken(token, { ...expected, ...changed })
      return verdict.kind === 'good' ? 'good' : verdict.reason
    }
    const [key] = expected.keys
    const exchanged = { ...(await exportJWK(theirs.publicKey)), kid: 'key-1' }

    expect(judge({})).toBe('good')
    expect(judge({ keys: [] })).toBe('tokenKeyUnknown')
    expect(judge({ keys: [exchanged] })).toBe('tokenSignatureWrong')
    expect(judge({ keys: [exchanged, key ?? exchanged] })).toBe('good')
    expect(judge({ audiences: [OTHER_CLIENT] })).toBe('tokenAudienceWrong')
    expect(judge({ now: new Date((NOW + 7200) * 1000) })).toBe('tokenExpired')
    expect(judge({ tenantId: tenantId(OTHER_TENANT) })).toBe('tokenTenantWrong')
  })

  test('somebody of another tenant is told to be a guest', async () => {
    const idp = `https://sts.windows.net/${OTHER_TENANT}/`
    for (const change of [{ acct: 1 }, { idp }]) {
      const verdict = await judgeEnrolmentToken(await withClaims(() => change)(version), expected)

      expect(verdict).toMatchObject({ kind: 'good', claims: { isGuest: true } })
    }
  })
})

test('what a token says before it is proven serves to find whom to ask', async () => {
  const token = await withClaims(() => ({}))('2.0')

  expect(peekEnrolmentToken(token)).toEqual({ keyId: 'key-1', version: '2.0', tenantId: TENANT })
  expect(peekEnrolmentToken('no.token')).toBeUndefined()
})

test('an audience is compared whole, whatever its spelling', () => {
  expect(normalizeAudience('HTTPS://MDM.example.com:443/')).toBe('https://mdm.example.com')
  expect(normalizeAudience('http://localhost:80')).toBe('http://localhost')
  expect(normalizeAudience('https://mdm.example.com:8443')).toBe('https://mdm.example.com:8443')
  expect(normalizeAudience('https://mdm.example.com/x')).toBe('https://mdm.example.com/x')
})

test('JSON in which a name stands twice is no JSON here, however it is written', () => {
  expect(
    parseStrictJson('{"a":{"b":1},"c":[{"b":2},{"b":3}],"d":"{\\"a\\":1,\\"a\\":2}"}'),
  ).toEqual({
    a: { b: 1 },
    c: [{ b: 2 }, { b: 3 }],
    d: '{"a":1,"a":2}',
  })
  for (const text of ['{"a":1,"a":1}', '{"x":{"a":1,"\\u0061":2}}', '[{"a":1,"a":[]}]', '{"a":1']) {
    expect(parseStrictJson(text), text).toBeUndefined()
  }
})
