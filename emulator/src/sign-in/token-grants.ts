import { createHash } from 'node:crypto'
import type { AppRegistration } from '../entra/app-registry.ts'
import type { Login } from '../entra/login.ts'
import type { LoginRefusal } from '../entra/login-error.ts'
import { graphAppId, toGraphAudience } from '../entra/resource.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { JsonObject } from '../http/reply.ts'
import type { AccessDecision } from './access-policy.ts'
import { blocked, notCompliant } from './flow.ts'
import type { Grant } from './grants.ts'
import { issueIdToken, issueUserToken } from './issue-tokens.ts'
import { judgeAccount, judgeAssignment } from './judge-account.ts'
import { readRequestedContexts } from './requested-contexts.ts'
import type { Found } from './sign-in.ts'

/** A token request whose client has proved who it is. */
export type GrantRequest = {
  readonly login: Login
  readonly tenant: Tenant
  readonly app: AppRegistration
  readonly form: URLSearchParams
  readonly appidacr: '0' | '1' | '2'
  readonly origin: string
}

const idleMs = 90 * 86_400_000
const oidcScopes = ['openid', 'profile', 'email', 'offline_access']

/**
 * `grant_type=authorization_code`: ten minutes, once; a second use ends what the first one began.
 * @see Entra "OAuth 2.0 authorization code flow" › Redeem a code for an access token
 */
export function redeemCode(request: GrantRequest): JsonObject | LoginRefusal {
  const { login, form } = request
  const now = login.clock.now()
  const code = login.signIn.grants.findCode(form.get('code') ?? '')
  const refusal = checkCode(request, code, now)
  if (refusal || !code) return refusal ?? malformedCode
  code.isUsed = true
  const found = login.signIn.findById(code.grant.userId)
  if (!found) return userGone(request.tenant)
  return (
    judgeAccount(found, login.signIn.outcomeOf(code.grant.userId)) ??
    answerTokens(request, code.grant, found)
  )
}

/**
 * `grant_type=refresh_token`: account and policies are looked at again. The old token stays good
 * beside the new one, as in reality.
 * @see Entra "Refresh tokens in the Microsoft identity platform"
 */
export function redeemRefreshToken(request: GrantRequest): JsonObject | LoginRefusal {
  const { login, form, tenant, app } = request
  const now = login.clock.now()
  const token = login.signIn.grants.findRefreshToken(form.get('refresh_token') ?? '')
  if (!token || token.grant.clientId !== app.clientId || token.grant.tenantId !== tenant.id) {
    const text = 'Provided grant is invalid or malformed.'
    return { why: 'grantInvalid', text }
  }
  const { grant } = token
  const found = login.signIn.findById(grant.userId)
  if (!found) return userGone(tenant)
  const refusal = checkRefresh(request, token, found, now)
  if (refusal) return refusal
  token.lastUsedAt = now
  return answerTokens(request, grant, found)
}

/**
 * `grant_type=urn:ietf:params:oauth:grant-type:device_code`: polled until somebody has signed in.
 * @see Entra "OAuth 2.0 device authorization grant flow" › Expected errors
 */
export function redeemDeviceCode(request: GrantRequest): JsonObject | LoginRefusal {
  const { login, form, app } = request
  const code = login.signIn.deviceCodes.find(form.get('device_code') ?? '')
  if (code?.app !== app) {
    return { why: 'deviceCodeBad', text: 'The device_code sent to the /token endpoint is invalid.' }
  }
  if (code.result === 'declined') {
    const text = 'The end user has denied the authorization request.'
    return { why: 'deviceDeclined', text }
  }
  if (code.expiresAt <= login.clock.now()) {
    return { why: 'deviceCodeExpired', text: 'Verification code expired.' }
  }
  if (code.result === 'pending') {
    const text = 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'
    return { why: 'devicePending', text }
  }
  if (code.isUsed) return codeUsed
  code.isUsed = true
  const found = login.signIn.findById(code.result.userId)
  return found ? answerTokens(request, code.result, found) : userGone(request.tenant)
}

function checkRefresh(
  { login, app, form }: GrantRequest,
  { grant, lastUsedAt }: { grant: Grant; lastUsedAt: Date },
  found: Found,
  now: Date,
): LoginRefusal | undefined {
  const outcome = login.signIn.outcomeOf(grant.userId)
  const refusal = judgeAccount(found, outcome)
  if (refusal) return refusal
  const validFrom = found.user.record.signInSessionsValidFromDateTime
  const isRevoked = validFrom != null && grant.authenticatedAt < new Date(validFrom)
  if (grant.ended !== undefined || isRevoked) {
    return {
      why: 'grantRevoked',
      text: `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${grant.authenticatedAt.toISOString()}' and the TokensValidFrom date (before which tokens are not valid) for this user is '${validFrom ?? now.toISOString()}'.`,
    }
  }
  if (now.getTime() - lastUsedAt.getTime() > idleMs) {
    return {
      why: 'refreshIdle',
      text: `The refresh token has expired due to inactivity. The token was issued on ${lastUsedAt.toISOString()} and was inactive for 90.00:00:00.`,
    }
  }
  const asked = readRequestedContexts(form.get('claims'), login.scenario.signIn)
  const decision = login.signIn.decideAccess(found, {
    clientId: app.clientId,
    contexts: [...asked.idToken, ...asked.accessToken],
    authenticatedAt: grant.authenticatedAt,
    hasMfa: grant.hasMfa,
    isFresh: false,
  })
  return toRefreshRefusal(decision, app) ?? judgeAssignment(found, app, outcome)
}

function toRefreshRefusal(
  decision: AccessDecision,
  app: AppRegistration,
): LoginRefusal | undefined {
  switch (decision.kind) {
    case 'granted':
      return undefined
    case 'blocked':
      return { ...blocked, claims: toChallenge(decision.policy.id) }
    case 'deviceNotCompliant':
      return { ...notCompliant, claims: toChallenge(decision.policy.id) }
    case 'signInTooOld':
      return {
        why: 'signInTooOld',
        text: 'The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.',
      }
    case 'needsMfa':
      return {
        why: 'mfaNeeded',
        text: `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${app.clientId}'.`,
        claims: toChallenge(decision.policy.id),
      }
  }
}

const toChallenge = (policyId: string) =>
  JSON.stringify({ access_token: { capolids: { essential: true, values: [policyId] } } })

function checkCode(
  { app, tenant, form }: GrantRequest,
  code: { grant: Grant; expiresAt: Date; isUsed: boolean } | undefined,
  now: Date,
): LoginRefusal | undefined {
  if (!code) return malformedCode
  const { grant } = code
  const { redirectUri, challenge } = grant.request
  if (grant.tenantId !== tenant.id) {
    const text =
      'Provided Authorization Code is intended to use against other tenant, thus rejected.'
    return { why: 'codeOfAnotherTenant', text }
  }
  if (grant.clientId !== app.clientId) {
    const text = 'Provided grant is invalid or malformed.'
    return { why: 'grantInvalid', text }
  }
  if (code.isUsed) {
    grant.ended ??= 'codeReused'
    return codeUsed
  }
  if (code.expiresAt <= now) {
    const text =
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.'
    return { why: 'codeExpired', text }
  }
  if (form.get('redirect_uri') !== redirectUri) {
    return {
      why: 'replyMismatch',
      text: `The reply address '${form.get('redirect_uri') ?? ''}' does not match the reply address '${redirectUri}' provided when requesting Authorization code.`,
    }
  }
  if (
    challenge &&
    toChallengeOf(form.get('code_verifier') ?? '', challenge.method) !== challenge.value
  ) {
    const text =
      'The Code_Verifier does not match the code_challenge supplied in the authorization request.'
    return { why: 'verifierWrong', text }
  }
  return undefined
}

function toChallengeOf(verifier: string, method: 'S256' | 'plain'): string {
  return method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
}

const codeUsed: LoginRefusal = {
  why: 'codeUsed',
  text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
}

const malformedCode: LoginRefusal = {
  why: 'requestMalformed',
  text: 'Invalid request. Request is malformed or invalid.',
}

function userGone(tenant: Tenant): LoginRefusal {
  return {
    why: 'userUnknown',
    text: `The user account {EUII Hidden} does not exist in the ${tenant.id} directory. To sign into this application, the account must be added to the directory.`,
  }
}

function answerTokens(
  request: GrantRequest,
  grant: Grant,
  found: Found,
): JsonObject | LoginRefusal {
  const { login, app, form, origin, appidacr } = request
  const asked = form
    .get('scope')
    ?.split(/\s+/)
    .filter((scope) => scope !== '')
  const target = toTarget(asked ?? grant.request.scopes, origin)
  if ('why' in target) return target
  const facts = { login, grant, found, app, origin }
  const granted = grant.request.scopes
  const grantType = form.get('grant_type')
  const lifetimeSeconds = login.scenario.tokenLifetimeSeconds
  return {
    token_type: 'Bearer',
    scope: target.scopes.join(' '),
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: issueUserToken({ ...facts, ...target, appidacr }),
    ...(granted.includes('offline_access')
      ? { refresh_token: login.signIn.grants.addRefreshToken(grant, login.clock.now()) }
      : {}),
    ...(granted.includes('openid')
      ? {
          id_token: issueIdToken({
            ...facts,
            via: grantType === 'refresh_token' ? 'refresh' : 'code',
          }),
        }
      : {}),
    ...(form.get('client_info') === '1'
      ? { client_info: toClientInfo(grant.userId, grant.tenantId) }
      : {}),
  }
}

/** Graph is the only resource; its scopes may be written short. */
function toTarget(
  scopes: readonly string[],
  origin: string,
): { audience: string; scopes: string[] } | LoginRefusal {
  let audience: string = graphAppId
  const names: string[] = []
  for (const scope of scopes) {
    const cut = scope.lastIndexOf('/')
    const resource = cut < 0 ? undefined : scope.slice(0, cut)
    if (resource !== undefined) {
      const known = toGraphAudience(resource, origin)
      if (known === undefined) {
        const text = `The resource principal named ${resource} was not found in the tenant.`
        return { why: 'resourceUnknown', text }
      }
      audience = known
    }
    if (scope !== 'offline_access') names.push(cut < 0 ? scope : scope.slice(cut + 1))
  }
  const permissions = names.map((name) => (name === '.default' ? 'User.Read' : name))
  const isOidcOnly = permissions.every((name) => oidcScopes.includes(name))
  return { audience, scopes: [...permissions, ...(isOidcOnly ? ['User.Read'] : [])] }
}

function toClientInfo(userId: string, tenantId: string): string {
  return Buffer.from(JSON.stringify({ uid: userId, utid: tenantId })).toString('base64url')
}
