import { createHmac, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { SigningKey, SigningKeys } from '../entra/signing-keys.ts'
import type { Json, JsonObject } from '../http/reply.ts'

/** What a spoiler may need to know. */
export type HostileFacts = {
  readonly keys: SigningKeys
  readonly origin: string
  /** The other tenant: its tokens are signed by the same keys. */
  readonly foreignTenantId: string
  readonly now: Date
}

type Draft = {
  readonly header: Record<string, Json>
  readonly claims: Record<string, Json>
  readonly key: SigningKey
}
/** Header and claims to be signed as they are; or the finished token. */
type Spoiler = (draft: Draft, facts: HostileFacts) => Partial<Draft> | string

const consumerTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad'
const seconds = (facts: HostileFacts) => Math.floor(facts.now.getTime() / 1000)
const claim =
  (changed: (facts: HostileFacts) => Record<string, Json>): Spoiler =>
  ({ claims }, facts) => ({ claims: { ...claims, ...changed(facts) } })
const header =
  (changed: (facts: HostileFacts) => Record<string, Json>): Spoiler =>
  (draft, facts) => ({ header: { ...draft.header, ...changed(facts) } })
const without =
  (name: string): Spoiler =>
  ({ claims }) => {
    const { [name]: _gone, ...claimsLeft } = claims
    return { claims: claimsLeft }
  }

/** Every way in which an ID token can be wrong, for the tests of a relying party. */
const spoilers = {
  // ---- signature
  changedOid: ({ header, claims, key }) => {
    const [, , signature = ''] = signToken(header, claims, key.privateKey).split('.')
    return `${encode(header)}.${encode({ ...claims, oid: randomUUID() })}.${signature}`
  },
  algNone: ({ header, claims }) => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
  hs256PublicKey: ({ header, claims, key }) => {
    const text = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`
    const pem = key.publicKey.export({ type: 'spki', format: 'pem' })
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`
  },
  unknownKid: header(() => ({ kid: 'an-unknown-key', x5t: 'an-unknown-key' })),
  noKid: ({ header: { kid: _kid, x5t: _x5t, ...rest } }) => ({ header: rest }),
  unpublishedKey: (_draft, { keys }) => ({ key: keys.decoy }),
  sameKid: () => ({}), // the key set is what is wrong: `SigningKeys.toJwks`
  critHeader: header(() => ({ crit: ['exp'] })),
  jkuHeader: (draft, { keys, origin }) => ({
    header: { ...draft.header, jku: `${origin}/elsewhere/keys`, kid: keys.decoy.kid },
    key: keys.decoy,
  }),
  jwkHeader: (draft, { keys }) => {
    const { kty, n, e } = keys.decoy.publicKey.export({ format: 'jwk' })
    const jwk = { kty: String(kty), n: String(n), e: String(e) }
    return { header: { ...draft.header, jwk, kid: keys.decoy.kid }, key: keys.decoy }
  },
  // ---- who issued it, and for whom
  wrongIssuer: claim(({ origin, foreignTenantId }) => ({
    iss: `${origin}/${foreignTenantId}/v2.0`,
  })),
  foreignTid: claim(({ foreignTenantId }) => ({ tid: foreignTenantId })),
  foreignTenant: claim(({ origin, foreignTenantId }) => ({
    iss: `${origin}/${foreignTenantId}/v2.0`,
    tid: foreignTenantId,
  })),
  consumerTenant: claim(({ origin }) => ({
    iss: `${origin}/${consumerTenantId}/v2.0`,
    tid: consumerTenantId,
  })),
  missingTid: without('tid'),
  wrongAudience: claim(() => ({ aud: randomUUID() })),
  audienceArray: ({ claims }) => ({
    claims: { ...claims, aud: [claims['aud'] ?? '', randomUUID()] },
  }),
  foreignAzp: claim(() => ({ azp: randomUUID() })),
  version1: ({ claims }) => ({
    claims: { ...claims, ver: '1.0', iss: `https://sts.windows.net/${claims['tid']}/` },
  }),
  // ---- when
  expired: claim((facts) => ({ exp: seconds(facts) - 600 })),
  notYetValid: claim((facts) => ({ nbf: seconds(facts) + 600 })),
  issuedLongAgo: claim((facts) => ({ iat: seconds(facts) - 86_400, nbf: seconds(facts) - 86_400 })),
  missingExp: without('exp'),
  missingIat: without('iat'),
  // ---- for which attempt, and about whom
  missingNonce: without('nonce'),
  wrongNonce: claim(() => ({ nonce: 'of-another-attempt' })),
  missingOid: without('oid'),
  oidNoGuid: claim(() => ({ oid: 'admin' })),
  missingSub: without('sub'),
  appOnly: claim(() => ({ idtyp: 'app' })),
} as const satisfies Readonly<Record<string, Spoiler>>

export type HostileToken = keyof typeof spoilers

/** The names of all hostile tokens, for tests that try each. */
export const hostileTokens = Object.keys(spoilers) as readonly HostileToken[] // the table's own keys

/** Signs an ID token, honestly or in one of the ways in which none must be accepted. */
export function signIdToken(
  claims: JsonObject,
  kind: 'honest' | HostileToken,
  facts: HostileFacts,
): string {
  const key = facts.keys.current
  const draft: Draft = {
    header: { typ: 'JWT', alg: 'RS256', kid: key.kid, x5t: key.kid },
    claims: { ...claims },
    key,
  }
  const spoil: Spoiler = kind === 'honest' ? () => ({}) : spoilers[kind]
  const made = spoil(draft, facts)
  if (typeof made === 'string') return made
  const whole = { ...draft, ...made }
  return signToken(whole.header, whole.claims, whole.key.privateKey)
}

function signToken(header: JsonObject, claims: JsonObject, key: KeyObject): string {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
