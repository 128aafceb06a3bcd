import { createHmac, randomUUID } from 'node:crypto'
import type { Json } from '../http/reply.ts'
import { type Claims, encode, signJws, toIssuer } from './enrolment-token.ts'
import type { SigningKey, SigningKeys } from './signing-keys.ts'

/** What a spoiler may need to know. */
export type EnrolmentTokenSurroundings = {
  readonly keys: SigningKeys
  readonly origin: string
  /** The other tenant: its tokens are signed by the same keys. */
  readonly foreignTenantId: string
  readonly clientId: string
  readonly version: 1 | 2
  readonly now: Date
}

type Draft = {
  readonly header: Record<string, Json>
  readonly claims: Claims
  readonly key: SigningKey
}
/** What is changed before it is signed; or the finished token. */
type Spoiler = (draft: Draft, around: EnrolmentTokenSurroundings) => Partial<Draft> | string

const seconds = (around: EnrolmentTokenSurroundings) => Math.floor(around.now.getTime() / 1000)
const claim =
  (changed: (around: EnrolmentTokenSurroundings, claims: Claims) => Claims): Spoiler =>
  ({ claims }, around) => ({ claims: { ...claims, ...changed(around, claims) } })
const header =
  (changed: Record<string, Json>): Spoiler =>
  (draft) => ({ header: { ...draft.header, ...changed } })
const without =
  (...names: string[]): Spoiler =>
  ({ claims }) => ({
    claims: Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name))),
  })
/** A second member of the same name in front of the honest one, or behind it. */
const twice =
  (name: string, lie: (around: EnrolmentTokenSurroundings) => string): Spoiler =>
  ({ header, claims, key }, around) => {
    const honest = JSON.stringify(claims)
    return signJws(header, `{"${name}":"${lie(around)}",${honest.slice(1)}`, key.privateKey)
  }
const respell =
  (change: (token: string) => string): Spoiler =>
  ({ header, claims, key }) =>
    change(signJws(header, JSON.stringify(claims), key.privateKey))

/** Every way in which a token for enrolment can be wrong, for the tests of an MDM server. */
const spoilers = {
  // ---- signature
  algNone: ({ header, claims }) =>
    `${encode(JSON.stringify({ ...header, alg: 'none' }))}.${encode(JSON.stringify(claims))}.`,
  hs256PublicKey: ({ header, claims, key }) => {
    const head = encode(JSON.stringify({ ...header, alg: 'HS256' }))
    const text = `${head}.${encode(JSON.stringify(claims))}`
    const pem = key.publicKey.export({ type: 'spki', format: 'pem' })
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`
  },
  unknownKid: header({ kid: 'an-unknown-key', x5t: 'an-unknown-key' }),
  noKid: ({ header: { kid: _kid, x5t: _x5t, ...rest } }) => ({ header: rest }),
  kidTraversal: header({ kid: '../../../../../../dev/null', x5t: '../../../../../../dev/null' }),
  unpublishedKey: (_draft, { keys }) => ({ key: keys.decoy }),
  jkuHeader: (draft, { keys, origin }) => ({
    header: { ...draft.header, jku: `${origin}/elsewhere/keys`, kid: keys.decoy.kid },
    key: keys.decoy,
  }),
  jwkHeader: (draft, { keys }) => {
    const { kty, n, e } = keys.decoy.publicKey.export({ format: 'jwk' })
    const jwk = { kty: String(kty), n: String(n), e: String(e) }
    return { header: { ...draft.header, jwk, kid: keys.decoy.kid }, key: keys.decoy }
  },
  critHeader: header({ crit: ['exp'] }),
  tamperedBody: ({ header, claims, key }) => {
    const [head, , signature] = signJws(header, JSON.stringify(claims), key.privateKey).split('.')
    const body = { ...claims, exp: Number(claims['exp']) + 86_400 }
    return `${head}.${encode(JSON.stringify(body))}.${signature}`
  },
  changedOid: ({ header, claims, key }) => {
    const [head, , signature] = signJws(header, JSON.stringify(claims), key.privateKey).split('.')
    return `${head}.${encode(JSON.stringify({ ...claims, oid: randomUUID() }))}.${signature}`
  },
  // ---- who issued it, and for whom
  otherTenant: claim(({ origin, foreignTenantId, version }) => ({
    iss: toIssuer(origin, foreignTenantId, version),
    tid: foreignTenantId,
  })),
  foreignTid: claim(({ foreignTenantId }) => ({ tid: foreignTenantId })),
  foreignIssuer: claim(({ origin, foreignTenantId, version }) => ({
    iss: toIssuer(origin, foreignTenantId, version),
  })),
  tidArray: claim(({ foreignTenantId }, { tid = '' }) => ({ tid: [tid, foreignTenantId] })),
  duplicateTid: twice('tid', ({ foreignTenantId }) => foreignTenantId),
  duplicateAud: twice('aud', () => randomUUID()),
  missingTid: without('tid'),
  wrongAudience: claim(() => ({ aud: 'https://enrolment.manage.microsoft.example/' })),
  /** Another path on the right host: whoever compares hosts only lets it in. */
  hostOnlyAudience: claim((_around, { aud }) => ({ aud: `${String(aud)}/elsewhere` })),
  audienceArray: claim((_around, { aud = '' }) => ({ aud: [aud, randomUUID()] })),
  /** Another application of the same tenant. */
  otherApp: claim(() => ({ aud: '00000003-0000-0000-c000-000000000000' })),
  versionMismatch: claim(({ version }) => ({ ver: version === 2 ? '1.0' : '2.0' })),
  // ---- when
  expired: claim((around) => ({ exp: seconds(around) - 600 })),
  notYetValid: claim((around) => ({ nbf: seconds(around) + 600 })),
  missingExp: without('exp'),
  // ---- for what, and about whom
  missingScp: without('scp'),
  otherScp: claim(() => ({ scp: 'mdm_delegation_not User.Read' })),
  missingOid: without('oid'),
  oidNoGuid: claim(() => ({ oid: 'admin' })),
  appOnly: ({ claims }) => {
    const { scp: _scp, upn: _upn, unique_name: _name, preferred_username: _n, ...rest } = claims
    return { claims: { ...rest, idtyp: 'app', roles: ['Device.ReadWrite.All'] } }
  },
  deviceOnly: ({ claims }) => {
    const { scp: _scp, upn: _upn, unique_name: _name, preferred_username: _n, ...rest } = claims
    return { claims: { ...rest, idtyp: 'device', oid: randomUUID() } }
  },
  idToken: ({ claims }, { clientId }) => {
    const { scp: _scp, azp: _azp, azpacr: _acr, appid: _app, appidacr: _appacr, ...rest } = claims
    return { claims: { ...rest, aud: clientId, nonce: randomUUID() } }
  },
  guest: claim(({ foreignTenantId }) => ({
    idp: `https://sts.windows.net/${foreignTenantId}/`,
    acct: 1,
    unique_name: 'visitor@elsewhere.example',
    upn: 'visitor_elsewhere.example#EXT#@guests.example',
  })),
  missingDeviceId: without('deviceid'),
  deviceIdNoGuid: claim(() => ({ deviceid: '../devices' })),
  // ---- spelling
  whitespace: respell((token) => `${token.slice(0, 40)}\r\n ${token.slice(40)}`),
  base64: respell((token) => {
    const parts = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('base64'))
    return parts.join('.')
  }),
  fourParts: respell((token) => `${token}.${encode('{}')}`),
} as const satisfies Readonly<Record<string, Spoiler>>

export type HostileEnrolmentToken = keyof typeof spoilers

/** The names of all hostile tokens, for tests that try each. */
export const hostileEnrolmentTokens = Object.keys(spoilers) as readonly HostileEnrolmentToken[] // the table's own keys

/** Signs a token for enrolment, honestly or in one of the ways in which none must be accepted. */
export function signEnrolmentToken(
  claims: Claims,
  spoil: HostileEnrolmentToken | undefined,
  around: EnrolmentTokenSurroundings,
): string {
  const key = around.keys.current
  const draft: Draft = {
    header: { typ: 'JWT', alg: 'RS256', x5t: key.kid, kid: key.kid },
    claims,
    key,
  }
  const spoiler: Spoiler = spoil === undefined ? () => ({}) : spoilers[spoil]
  const made = spoiler(draft, around)
  if (typeof made === 'string') return made
  const whole = { ...draft, ...made }
  return signJws(whole.header, JSON.stringify(whole.claims), whole.key.privateKey)
}
