import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import { isGuid, type TenantId } from '../ids.ts'

/** What is looked at, in this order: the first check that objects decides. */
export const TOKEN_CHECKS = [
  'algorithm',
  'header',
  'key',
  'signature',
  'issuer',
  'version',
  'tenant',
  'audience',
  'authorizedParty',
  'time',
  'nonce',
  'subject',
  'person',
] as const
export type TokenCheck = (typeof TOKEN_CHECKS)[number]

/** Why an ID token is not believed. */
export type TokenRefusal =
  | 'tokenUnreadable'
  | 'algorithmWrong'
  | 'typeWrong'
  | 'extensionUnknown'
  | 'keyUnknown'
  | 'signatureWrong'
  | 'issuerWrong'
  | 'versionWrong'
  | 'tenantWrong'
  | 'audienceWrong'
  | 'authorizedPartyWrong'
  | 'timeMissing'
  | 'expired'
  | 'notYetValid'
  | 'issuedInFuture'
  | 'issuedBeforeStart'
  | 'nonceWrong'
  | 'subjectMissing'
  | 'objectIdMissing'
  | 'consumerAccount'
  | 'appOnly'

export type Claims = Readonly<Record<string, unknown>>

/** What the token must be for. Everything comes from our configuration and from this attempt. */
export type ExpectedToken = {
  readonly issuer: string
  readonly clientId: string
  /** The tenant, where the provider is Entra. */
  readonly tenantId: TenantId | undefined
  readonly nonce: string
  /** When the attempt began: no token for it can be older. */
  readonly startedAt: Date
  readonly now: Date
  /** The provider's signing keys, already judged by `readKeySet`. */
  readonly keys: readonly JWK[]
}

export type TokenVerdict =
  | { readonly kind: 'good'; readonly claims: Claims }
  | {
      readonly kind: 'refused'
      readonly check: TokenCheck
      readonly reason: TokenRefusal
      /** What the token says, where its signature was good: for the administrator's test. */
      readonly claims: Claims | undefined
    }

const TOLERANCE_SECONDS = 60
/** Personal Microsoft accounts. */
const CONSUMER_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad'

/**
 * Judges an ID token that came from the token endpoint, signature included: that it came over TLS is
 * not taken for a proof.
 *
 * @see OpenID Connect Core 1.0 §3.1.3.7; RFC 7515 §4.1.11; Entra "ID token claims reference"
 */
export async function judgeIdToken(token: string, expected: ExpectedToken): Promise<TokenVerdict> {
  const header = readHeader(token)
  if (!header) return refuse('algorithm', 'tokenUnreadable')
  if (header.alg !== 'RS256') return refuse('algorithm', 'algorithmWrong')
  const type = header.typ?.toLowerCase()
  // `at+jwt` and the like are tokens for other uses.
  if (type === undefined ? expected.tenantId !== undefined : type !== 'jwt') {
    return refuse('header', 'typeWrong')
  }
  if (header.crit !== undefined) return refuse('header', 'extensionUnknown')
  // `jku`, `jwk` and `x5u` would have us take the forger's key: keys come from configuration alone.
  const keys = keysFor(header.kid, expected.keys)
  if (keys.length === 0) return refuse('key', 'keyUnknown')
  const payload = await verify(token, keys)
  if (!payload) return refuse('signature', 'signatureWrong')
  const claims = readClaims(payload)
  if (!claims) return refuse('signature', 'tokenUnreadable')
  for (const [check, judge] of CLAIM_CHECKS) {
    const reason = judge(claims, expected)
    if (reason) return { kind: 'refused', check, reason, claims }
  }
  return { kind: 'good', claims }
}

const refuse = (check: TokenCheck, reason: TokenRefusal): TokenVerdict => ({
  kind: 'refused',
  check,
  reason,
  claims: undefined,
})

const Header = z.object({
  alg: z.string(),
  typ: z.string().optional(),
  kid: z.string().optional(),
  crit: z.unknown().optional(),
})

function readHeader(token: string): z.infer<typeof Header> | undefined {
  try {
    return Header.safeParse(decodeProtectedHeader(token)).data
  } catch {
    // No token at all: said by the caller.
    return undefined
  }
}

/** The id of the key that a token says it was signed with. Believed only for looking the key up. */
export const keyIdOf = (token: string): string | undefined => readHeader(token)?.kid

/** Without an id, only a single key leaves no doubt. */
function keysFor(kid: string | undefined, keys: readonly JWK[]): readonly JWK[] {
  if (kid === undefined) return keys.length === 1 ? keys : []
  return keys.filter((key) => key.kid === kid)
}

async function verify(token: string, keys: readonly JWK[]): Promise<Uint8Array | undefined> {
  for (const key of keys) {
    try {
      const { payload } = await compactVerify(token, await importJWK(key, 'RS256'), {
        algorithms: ['RS256'],
      })
      return payload
    } catch {
      // Two keys may share an id while they are exchanged: the next one may be it.
    }
  }
  return undefined
}

function readClaims(payload: Uint8Array): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    return z.record(z.string(), z.unknown()).safeParse(claims).data
  } catch {
    // Signed, and still no JSON: said by the caller.
    return undefined
  }
}

type ClaimCheck = (claims: Claims, expected: ExpectedToken) => TokenRefusal | undefined

const CLAIM_CHECKS: readonly (readonly [TokenCheck, ClaimCheck])[] = [
  ['issuer', (claims, { issuer }) => unless(claims['iss'] === issuer, 'issuerWrong')],
  [
    'version',
    (claims, { tenantId }) => unless(!tenantId || claims['ver'] === '2.0', 'versionWrong'),
  ],
  ['tenant', ofTheTenant],
  ['audience', meantForUs],
  ['authorizedParty', askedForByUs],
  ['time', ofThisMoment],
  ['nonce', (claims, { nonce }) => unless(claims['nonce'] === nonce, 'nonceWrong')],
  ['subject', (claims) => unless(isName(claims['sub']), 'subjectMissing')],
  ['person', aPerson],
]

const unless = (isRight: boolean, reason: TokenRefusal) => (isRight ? undefined : reason)
const isName = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= 255
const textOf = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : undefined)

// The issuer names the tenant too; the libraries at hand compare one of the two.
function ofTheTenant(claims: Claims, { tenantId }: ExpectedToken): TokenRefusal | undefined {
  return unless(!tenantId || textOf(claims['tid']) === tenantId, 'tenantWrong')
}

/** Entra names one audience. Of others, a list of one is the same. */
function meantForUs({ aud }: Claims, { clientId, tenantId }: ExpectedToken) {
  const isList = Array.isArray(aud) && aud.length === 1 && !tenantId
  return unless((isList ? aud[0] : aud) === clientId, 'audienceWrong')
}

function askedForByUs({ azp }: Claims, { clientId }: ExpectedToken): TokenRefusal | undefined {
  return unless(azp === undefined || azp === clientId, 'authorizedPartyWrong')
}

function ofThisMoment(claims: Claims, { now, startedAt }: ExpectedToken): TokenRefusal | undefined {
  const { exp, iat, nbf } = claims
  const isTime = (value: unknown): value is number => Number.isFinite(value)
  if (!isTime(exp) || !isTime(iat) || !(nbf === undefined || isTime(nbf))) return 'timeMissing'
  const nowSeconds = now.getTime() / 1000
  if (exp <= nowSeconds - TOLERANCE_SECONDS) return 'expired'
  if (nbf !== undefined && nbf > nowSeconds + TOLERANCE_SECONDS) return 'notYetValid'
  if (iat > nowSeconds + TOLERANCE_SECONDS) return 'issuedInFuture'
  return unless(iat >= startedAt.getTime() / 1000 - TOLERANCE_SECONDS, 'issuedBeforeStart')
}

function aPerson({ oid, tid, idtyp }: Claims, { tenantId }: ExpectedToken) {
  if (!tenantId) return undefined
  if (typeof oid !== 'string' || !isGuid(oid)) return 'objectIdMissing'
  if (textOf(tid) === CONSUMER_TENANT) return 'consumerAccount'
  return unless(textOf(idtyp) !== 'app', 'appOnly')
}
