import { verify } from 'node:crypto'
import { toSignedHeader } from '../entra/access-token.ts'
import { isGraphAudience } from '../entra/resource.ts'
import type { SigningKey } from '../entra/signing-keys.ts'
import type { Request } from '../http/request.ts'
import type { Caller, Graph, Person } from './call.ts'
import { tokenRefused } from './graph-error.ts'

type Claims = {
  aud?: unknown
  iss?: unknown
  exp?: unknown
  nbf?: unknown
  tid?: unknown
  appid?: unknown
  roles?: unknown
  oid?: unknown
  scp?: unknown
  xms_st?: unknown
}

const toleranceSeconds = 300

/**
 * Checks the bearer token as Graph does.
 *
 * @throws GraphError 401 InvalidAuthenticationToken for a missing, forged, expired or foreign token
 */
export function checkToken(graph: Graph, request: Request): Caller {
  const [scheme, token = ''] = (request.headers['authorization'] ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'bearer' || token === '')
    throw tokenRefused('Access token is empty.')
  const claims = checkSignature(graph, token)
  if (!isGraphAudience(claims.aud, request.origin)) {
    throw tokenRefused('Access token validation failure. Invalid audience.')
  }
  const tenant = graph.tenants.find((candidate) => candidate.id === claims.tid)
  if (!tenant || claims.iss !== `https://sts.windows.net/${tenant.id}/`) {
    throw tokenRefused('Access token validation failure. Invalid issuer.')
  }
  checkTimes(claims, graph.clock.now())
  const appId = String(claims.appid)
  const roles = Array.isArray(claims.roles) ? claims.roles.map(String) : []
  const person = readPerson(claims)
  return { tenant, appId, app: graph.apps.find(appId), roles: new Set(roles), person }
}

function readPerson(claims: Claims): Person | undefined {
  if (typeof claims.scp !== 'string' || typeof claims.oid !== 'string') return undefined
  const subject: unknown =
    typeof claims.xms_st === 'object' && claims.xms_st !== null
      ? Reflect.get(claims.xms_st, 'sub')
      : undefined
  return { id: claims.oid, scopes: new Set(claims.scp.split(' ')), subject: String(subject) }
}

function checkSignature(graph: Graph, token: string): Claims {
  const [headerText, payloadText, signatureText, ...rest] = token.split('.')
  if (
    headerText === undefined ||
    payloadText === undefined ||
    signatureText === undefined ||
    rest.length > 0
  ) {
    throw tokenRefused('CompactToken parsing failed with error code: 80049217')
  }
  const header = parseObject(headerText) as { alg?: string; kid?: string; nonce?: string }
  const key = header.alg === 'RS256' ? graph.keys.find(header.kid) : undefined
  if (!key) throw signatureInvalid()
  const known = verified.get(key)?.get(token)
  if (known) return known
  const signedHeader = Buffer.from(JSON.stringify(toSignedHeader(header))).toString('base64url')
  const signedText = Buffer.from(`${signedHeader}.${payloadText}`)
  if (!verify('sha256', signedText, key.publicKey, Buffer.from(signatureText, 'base64url'))) {
    throw signatureInvalid()
  }
  const claims = parseObject(payloadText)
  remember(key, token, claims)
  return claims
}

/** Tokens whose signature was right, by key: a client sends the same one thousands of times. */
const verified = new WeakMap<SigningKey, Map<string, Claims>>()
const maxRemembered = 1000

function remember(key: SigningKey, token: string, claims: Claims): void {
  const tokens = verified.get(key) ?? new Map<string, Claims>()
  if (tokens.size >= maxRemembered) tokens.clear()
  verified.set(key, tokens.set(token, claims))
}

const signatureInvalid = () =>
  tokenRefused('Access token validation failure. Signature is invalid.')

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // falls through to the refusal: what is no JSON is no token
  }
  throw tokenRefused('CompactToken parsing failed with error code: 80049217')
}

function checkTimes(claims: Claims, now: Date): void {
  const seconds = now.getTime() / 1000
  if (typeof claims.exp !== 'number' || claims.exp <= seconds) {
    throw tokenRefused('Lifetime validation failed, the token is expired.')
  }
  if (typeof claims.nbf === 'number' && claims.nbf > seconds + toleranceSeconds) {
    throw tokenRefused('Lifetime validation failed, the token is not yet valid.')
  }
}
