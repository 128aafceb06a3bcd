import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { JWK } from 'jose'
import { z } from 'zod'
import { parseStrictJson } from './enrolment-token-json.ts'
import { isGuid, type TenantId, type UserObjectId, userObjectId } from './ids.ts'

/** What is looked at, in this order: the first check that objects decides. */
export const ENROLMENT_TOKEN_CHECKS = [
  'form',
  'algorithm',
  'header',
  'key',
  'signature',
  'version',
  'issuer',
  'tenant',
  'audience',
  'time',
  'person',
  'scope',
  'device',
  'use',
] as const
export type EnrolmentTokenCheck = (typeof ENROLMENT_TOKEN_CHECKS)[number]

/** Why a token must not enrol a device. */
export const ENROLMENT_TOKEN_REFUSALS = [
  'tokenUnreadable',
  'tokenAlgorithmWrong',
  'tokenTypeWrong',
  'tokenHeaderForeign',
  'tokenKeyUnknown',
  'tokenSignatureWrong',
  'tokenVersionUnknown',
  'tokenIssuerWrong',
  'tokenTenantWrong',
  'tokenAudienceWrong',
  'tokenTimeMissing',
  'tokenExpired',
  'tokenNotYetValid',
  'tokenAppOnly',
  'tokenPersonMissing',
  'tokenScopeMissing',
  'tokenDeviceMalformed',
  'tokenIdMissing',
] as const
export type EnrolmentTokenRefusal = (typeof ENROLMENT_TOKEN_REFUSALS)[number]

/** The two forms of Entra's access tokens; the application's registration decides which one comes. */
export type TokenVersion = '1.0' | '2.0'

/** What a token says before it is proven. Good for finding whom to ask, and for nothing else. */
export type UnprovenToken = {
  readonly keyId: string
  readonly version: TokenVersion | undefined
  readonly tenantId: string | undefined
}

/** What the token must be for. Everything comes from our configuration. */
export type ExpectedEnrolmentToken = {
  readonly tenantId: TenantId
  /** As the tenant's metadata names it, for tokens of either version. */
  readonly issuers: Readonly<Record<TokenVersion, string>>
  /** What `audiencesOf` makes. */
  readonly audiences: readonly string[]
  /** The tenant's signing keys, already judged by `readKeySet`. */
  readonly keys: readonly JWK[]
  readonly now: Date
}

/** Whom a proven token speaks for. */
export type EnrolmentClaims = {
  readonly version: TokenVersion
  readonly tenantId: TenantId
  readonly audience: string
  readonly oid: UserObjectId
  /** A label, never a key. */
  readonly userPrincipalName: string | undefined
  readonly name: string | undefined
  /** A guest of the tenant, as far as the token says so. */
  readonly isGuest: boolean
  /** Entra's id of the device; absent at the terms of use, where the device is not registered yet. */
  readonly deviceId: string | undefined
  /** Which application asked; the authentication broker as a rule. */
  readonly callingApp: string | undefined
  /** The token's own id. */
  readonly id: string
  readonly expiresAt: Date
}

export type EnrolmentTokenVerdict =
  | { readonly kind: 'good'; readonly claims: EnrolmentClaims }
  | {
      readonly kind: 'refused'
      readonly check: EnrolmentTokenCheck
      readonly reason: EnrolmentTokenRefusal
      /** What it says and what was expected: for the record. Only of a token whose signature is good. */
      readonly found: string | undefined
      readonly expected: string | undefined
    }

/** Far above Entra's, groups included. */
const MOST_CHARACTERS = 24_000
const TOLERANCE_SECONDS = 300
const SCOPE = 'mdm_delegation'
const FORM = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/**
 * The names under which a tenant knows this server: the Application ID URI, which is the public URL,
 * and the client id, also with `spn:` before it. Nothing else, and never "some path below it".
 */
export function audiencesOf(publicUrl: URL, clientId: string): readonly string[] {
  return [publicUrl.origin, clientId, `spn:${clientId}`].map(normalizeAudience)
}

/** Lower case, without the port that goes without saying and without a slash at the end. */
export function normalizeAudience(audience: string): string {
  const lower = audience.toLowerCase()
  const [, origin, port] = /^(https?:\/\/[^/?#\s@\\:]+)(:\d{1,5})?\/?$/.exec(lower) ?? []
  if (origin === undefined) return lower
  const isDefault = port === (origin.startsWith('https:') ? ':443' : ':80')
  return port === undefined || isDefault ? origin : origin + port
}

/** @returns `undefined` for what is no token at all. */
export function peekEnrolmentToken(token: string): UnprovenToken | undefined {
  const read = readToken(token)
  if (!read?.claims) return undefined
  const { claims } = read
  const kid = read.header?.['kid']
  return {
    keyId: typeof kid === 'string' ? kid : '',
    version: toVersion(claims['ver']),
    tenantId: textOf(claims['tid'])?.toLowerCase(),
  }
}

/**
 * Judges the access token with which Windows asks for terms of use, policies or a certificate.
 *
 * @see windows-mdm.md 1.5; sign-in-and-security.md 3.1; Entra "Access token claims reference"
 */
export function judgeEnrolmentToken(
  token: string,
  expected: ExpectedEnrolmentToken,
): EnrolmentTokenVerdict {
  const read = readToken(token)
  const header = read && Header.safeParse(read.header).data
  if (!read || !header) return refuse('form', 'tokenUnreadable')
  if (header.alg !== 'RS256') return refuse('algorithm', 'tokenAlgorithmWrong')
  // Tokens for other uses have types of their own.
  if (header.typ.toLowerCase() !== 'jwt') return refuse('header', 'tokenTypeWrong')
  // Entra sends none of these: they would have us take the forger's key.
  if (FOREIGN.some((name) => name in header)) return refuse('header', 'tokenHeaderForeign')
  const keys = expected.keys.filter(({ kid }) => kid !== undefined && kid === header.kid)
  if (keys.length === 0) return refuse('key', 'tokenKeyUnknown')
  if (!isSignedBy(token, read, keys)) return refuse('signature', 'tokenSignatureWrong')
  const { claims } = read
  if (!claims) return refuse('form', 'tokenUnreadable')
  for (const check of CLAIM_CHECKS) {
    const objection = check(claims, expected)
    if (objection) return { kind: 'refused', found: undefined, expected: undefined, ...objection }
  }
  return { kind: 'good', claims: toClaims(claims, expected.tenantId) }
}

const Header = z.looseObject({ alg: z.string(), typ: z.string(), kid: z.string().min(1) })
const FOREIGN = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'zip', 'enc', 'b64']

type Claims = Readonly<Record<string, unknown>>

function split(token: string) {
  if (token.length > MOST_CHARACTERS) return undefined
  const [, header, payload, signature] = FORM.exec(token) ?? []
  if (header === undefined || payload === undefined || signature === undefined) return undefined
  return { header, payload, signature }
}

const Plain = z.record(z.string(), z.unknown())

function readObject(part: string): Claims | undefined {
  return Plain.safeParse(parseStrictJson(Buffer.from(part, 'base64url').toString('utf8'))).data
}

/** A token as it was read, and which keys signed it, as far as they were tried. */
type ReadToken = {
  readonly header: Claims | undefined
  readonly claims: Claims | undefined
  readonly signers: Set<string>
}

/**
 * Windows brings the same token for policies and certificate. What cannot change is kept by the token's
 * digest: what it says, and which key signed it. Whether it is good is judged anew each time.
 */
const proven = new Map<string, ReadToken>()
/** The oldest goes first. Only who was signed is kept, so that strangers push nobody out. */
const MOST_PROVEN = 500

const digestOf = (token: string) => createHash('sha256').update(token).digest('base64url')

function readToken(token: string): ReadToken | undefined {
  const parts = split(token)
  if (!parts) return undefined
  return (
    proven.get(digestOf(token)) ?? {
      header: readObject(parts.header),
      claims: readObject(parts.payload),
      signers: new Set(),
    }
  )
}

/** RS256 (RFC 7518 §3.3). Two keys may share an id while they are exchanged: any of them may be it. */
function isSignedBy(token: string, read: ReadToken, keys: readonly JWK[]): boolean {
  const signer = keys.find((key) => read.signers.has(nameOf(key)) || didSign(key, token))
  if (!signer) return false
  read.signers.add(nameOf(signer))
  const [oldest] = proven.size >= MOST_PROVEN ? proven.keys() : []
  if (oldest !== undefined) proven.delete(oldest)
  proven.set(digestOf(token), read)
  return true
}

function didSign(key: JWK, token: string): boolean {
  const end = token.lastIndexOf('.')
  const signed = Buffer.from(token.slice(0, end), 'latin1')
  const given = Buffer.from(token.slice(end + 1), 'base64url')
  const opened = openKey(key)
  return opened !== undefined && verify('sha256', signed, opened, given)
}

/** Keys by what they are: reading one costs more than checking a signature with it. */
const opened = new Map<string, KeyObject | undefined>()
const MOST_OPENED = 200

const nameOf = ({ kty, n = '', e = '' }: JWK) => `${kty} ${n} ${e}`

function openKey(key: JWK): KeyObject | undefined {
  const name = nameOf(key)
  if (!opened.has(name)) {
    if (opened.size >= MOST_OPENED) opened.clear()
    const { kty, n = '', e = '' } = key
    opened.set(name, kty === 'RSA' ? readKey({ n, e }) : undefined)
  }
  return opened.get(name)
}

function readKey(key: { n: string; e: string }): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...key, kty: 'RSA' }, format: 'jwk' })
  } catch {
    // Not a key that anything could be checked with.
    return undefined
  }
}

function refuse(check: EnrolmentTokenCheck, reason: EnrolmentTokenRefusal): EnrolmentTokenVerdict {
  return { kind: 'refused', check, reason, found: undefined, expected: undefined }
}

type Objection = {
  readonly check: EnrolmentTokenCheck
  readonly reason: EnrolmentTokenRefusal
  readonly found?: string | undefined
  readonly expected?: string | undefined
}
type ClaimCheck = (claims: Claims, expected: ExpectedEnrolmentToken) => Objection | undefined

/** Read from top to bottom. */
const CLAIM_CHECKS: readonly ClaimCheck[] = [
  ofKnownVersion,
  ofTheIssuer,
  ofTheTenant,
  meantForUs,
  ofThisMoment,
  aPerson,
  forManagement,
  aDevice,
  withAnId,
]

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' && value.length <= 2000 ? value : undefined
/** For the record: short, and whatever it is. */
const show = (value: unknown) => JSON.stringify(value ?? null).slice(0, 200)
const toVersion = (value: unknown) => (value === '1.0' || value === '2.0' ? value : undefined)

/** By what it says, not by trying: a token that fits neither is none of ours. */
function ofKnownVersion({ ver }: Claims): Objection | undefined {
  if (toVersion(ver)) return undefined
  return { check: 'version', reason: 'tokenVersionUnknown', found: show(ver), expected: '1.0, 2.0' }
}

function ofTheIssuer({ iss, ver }: Claims, { issuers }: ExpectedEnrolmentToken) {
  const expected = issuers[toVersion(ver) ?? '2.0']
  if (iss === expected) return undefined
  return { check: 'issuer', reason: 'tokenIssuerWrong', found: show(iss), expected } as const
}

// Microsoft signs the tokens of many tenants with the same keys: a good signature proves no tenant.
function ofTheTenant({ tid }: Claims, { tenantId }: ExpectedEnrolmentToken) {
  if (textOf(tid)?.toLowerCase() === tenantId) return undefined
  const expected: string = tenantId
  return { check: 'tenant', reason: 'tokenTenantWrong', found: show(tid), expected } as const
}

function meantForUs({ aud }: Claims, { audiences }: ExpectedEnrolmentToken) {
  const named = textOf(aud)
  if (named !== undefined && audiences.includes(normalizeAudience(named))) return undefined
  const expected = audiences.join(', ')
  return { check: 'audience', reason: 'tokenAudienceWrong', found: show(aud), expected } as const
}

/** By our clock: that of a fresh PC may be anything. */
function ofThisMoment(
  { exp, nbf }: Claims,
  { now }: ExpectedEnrolmentToken,
): Objection | undefined {
  const isTime = (value: unknown): value is number => Number.isFinite(value)
  if (!isTime(exp) || !(nbf === undefined || isTime(nbf))) {
    return { check: 'time', reason: 'tokenTimeMissing' }
  }
  const seconds = now.getTime() / 1000
  const expected = now.toISOString()
  if (exp <= seconds - TOLERANCE_SECONDS) {
    return { check: 'time', reason: 'tokenExpired', found: show(exp), expected }
  }
  if (nbf !== undefined && nbf > seconds + TOLERANCE_SECONDS) {
    return { check: 'time', reason: 'tokenNotYetValid', found: show(nbf), expected }
  }
  return undefined
}

function aPerson({ oid, idtyp }: Claims): Objection | undefined {
  if (textOf(idtyp)?.toLowerCase() === 'app') return { check: 'person', reason: 'tokenAppOnly' }
  const id = textOf(oid)
  if (id !== undefined && isGuid(id)) return undefined
  return { check: 'person', reason: 'tokenPersonMissing', found: show(oid) }
}

/** An ID token has none, nor has a token that an application got for itself. */
function forManagement({ scp }: Claims): Objection | undefined {
  if (textOf(scp)?.split(' ').includes(SCOPE)) return undefined
  return { check: 'scope', reason: 'tokenScopeMissing', found: show(scp), expected: SCOPE }
}

function aDevice({ deviceid }: Claims): Objection | undefined {
  if (deviceid === undefined) return undefined
  const id = textOf(deviceid)
  if (id !== undefined && isGuid(id)) return undefined
  return { check: 'device', reason: 'tokenDeviceMalformed', found: show(deviceid) }
}

/** Without one it could be used as often as somebody likes. */
function withAnId({ uti, jti }: Claims): Objection | undefined {
  return (textOf(uti) ?? textOf(jti)) ? undefined : { check: 'use', reason: 'tokenIdMissing' }
}

/** Only of claims that passed every check. */
function toClaims(claims: Claims, tenantId: TenantId): EnrolmentClaims {
  const text = (name: string) => textOf(claims[name])
  return {
    version: toVersion(claims['ver']) ?? '2.0',
    tenantId,
    audience: normalizeAudience(text('aud') ?? ''),
    oid: userObjectId(text('oid') ?? ''),
    userPrincipalName: text('upn') ?? text('preferred_username') ?? text('unique_name'),
    name: text('name'),
    isGuest:
      claims['acct'] === 1 || (text('idp') !== undefined && !text('idp')?.includes(tenantId)),
    deviceId: text('deviceid')?.toLowerCase(),
    callingApp: text('appid') ?? text('azp'),
    id: text('uti') ?? text('jti') ?? '',
    expiresAt: new Date(Number(claims['exp']) * 1000),
  }
}
