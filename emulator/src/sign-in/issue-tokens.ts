import { signAccessToken } from '../entra/access-token.ts'
import { type AppRegistration, hasOptionalClaim } from '../entra/app-registry.ts'
import type { Login } from '../entra/login.ts'
import { graphAppId } from '../entra/resource.ts'
import type { JsonObject } from '../http/reply.ts'
import type { Grant } from './grants.ts'
import { signIdToken } from './hostile-token.ts'
import { toIdClaims, toPairwiseSubject } from './id-token.ts'
import type { Found } from './sign-in.ts'

type TokenFacts = {
  readonly login: Login
  readonly grant: Grant
  readonly found: Found
  readonly app: AppRegistration
  /** Origin of the login host. */
  readonly origin: string
}

/** An ID token, spoiled if the scenario says so. */
export function issueIdToken(
  facts: TokenFacts & { via: 'browser' | 'code' | 'refresh'; extra?: JsonObject },
): string {
  const { login, grant, found, app, origin } = facts
  const { scenario, chance, keys, tenants } = login
  const now = login.clock.now()
  const claims = toIdClaims({
    found,
    app,
    origin,
    scopes: grant.request.scopes,
    // OpenID Connect Core §12.2: it belongs to the attempt, not to what comes later.
    nonce: facts.via === 'refresh' ? undefined : grant.request.nonce,
    sid: grant.sid,
    authenticatedAt: grant.authenticatedAt,
    acrs: satisfiedContexts(facts, 'idToken'),
    groupsLimit: scenario.signIn.groupsLimit,
    isImplicit: facts.via === 'browser',
    now,
    chance,
    homeTenantId: findHome(login, found)?.id,
  })
  const foreign = tenants.find((tenant) => tenant !== found.tenant) ?? found.tenant
  const hostile = { keys, origin, foreignTenantId: foreign.id, now }
  return signIdToken({ ...claims, ...facts.extra }, scenario.signIn.idTokens, hostile)
}

/**
 * An access token for Microsoft Graph on behalf of a person.
 * @see Entra "Access token claims reference"
 */
export function issueUserToken(
  facts: TokenFacts & { audience: string; scopes: readonly string[]; appidacr: '0' | '1' | '2' },
): string {
  const { login, grant, found, app } = facts
  const { tenant, user } = found
  const now = Math.floor(login.clock.now().getTime() / 1000)
  const issuer = `https://sts.windows.net/${tenant.id}/`
  const acrs = satisfiedContexts(facts, 'accessToken')
  const claims = {
    aud: facts.audience,
    iss: issuer,
    iat: now,
    nbf: now,
    exp: now + login.scenario.tokenLifetimeSeconds,
    acct: user.record.userType === 'Guest' ? 1 : 0,
    acr: '1',
    ...(acrs.length > 0 ? { acrs } : {}),
    amr: grant.hasMfa ? ['pwd', 'mfa'] : ['pwd'],
    app_displayname: app.displayName,
    appid: app.clientId,
    appidacr: facts.appidacr,
    idtyp: 'user',
    name: user.record.displayName ?? '',
    oid: user.record.id,
    scp: facts.scopes.join(' '),
    sid: grant.sid,
    sub: toPairwiseSubject(tenant.id, graphAppId, user.record.id),
    tid: tenant.id,
    unique_name: user.record.userPrincipalName,
    upn: user.record.userPrincipalName,
    uti: Buffer.from(login.chance.guid().replaceAll('-', ''), 'hex').toString('base64url'),
    ver: '1.0',
    // For whom the app knows this person: what /oidc/userinfo tells as `sub`.
    xms_st: { sub: toPairwiseSubject(tenant.id, app.clientId, user.record.id) },
  }
  return signAccessToken(claims, {
    key: login.keys.current,
    chance: login.chance,
    nonceHeader: login.scenario.tokenNonceHeader,
  })
}

/**
 * The authentication contexts that a token carries: those asked for in its name, and with the
 * optional claim all that are satisfied. One without a policy is satisfied by everybody.
 * @see Entra "Developer guide to Conditional Access authentication context"
 */
function satisfiedContexts(
  { login, grant, found, app }: TokenFacts,
  token: 'idToken' | 'accessToken',
): string[] {
  const { signIn } = login
  const published = hasOptionalClaim(app, token, 'acrs') ? signIn.contexts : []
  const candidates = new Set([...grant.request.contexts[token], ...published])
  return [...candidates].filter(
    (id) =>
      signIn.decideAccess(found, {
        clientId: grant.clientId,
        contexts: [id],
        authenticatedAt: grant.authenticatedAt,
        hasMfa: grant.hasMfa,
        // A sign-in that was fresh when the code was made still is when the code is redeemed.
        isFresh: grant.request.contexts[token].includes(id),
      }).kind === 'granted',
  )
}

/** The emulated tenant in which a guest is at home. */
function findHome(login: Login, { user }: Found) {
  const address = user.record.mail?.toLowerCase() ?? ''
  return login.tenants.find(({ domain }) => address.endsWith(`@${domain}`))
}
