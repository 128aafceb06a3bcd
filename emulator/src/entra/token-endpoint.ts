import { type JsonObject, json, type Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import { redeemCode, redeemDeviceCode, redeemRefreshToken } from '../sign-in/token-grants.ts'
import { issueAccessToken } from './access-token.ts'
import type { AppRegistration } from './app-registry.ts'
import { type ClientProof, checkClient, readClientId } from './client-authentication.ts'
import { type Login, toErrorContext } from './login.ts'
import { type LoginRefusal, toLoginError } from './login-error.ts'
import { toGraphAudience } from './resource.ts'
import { findTenant, isSharedAuthority, refuseTenant, type Tenant } from './tenant.ts'

const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** What each kind of grant must bring along. */
const neededFields: Readonly<Record<string, readonly string[]>> = {
  client_credentials: ['scope'],
  authorization_code: ['code', 'redirect_uri'],
  refresh_token: ['refresh_token'],
  [deviceCodeGrant]: ['device_code'],
}

type TokenRequest = {
  readonly login: Login
  readonly request: Request
  readonly form: URLSearchParams
  readonly tenant: Tenant
  readonly app: AppRegistration
}

/**
 * `POST /{tenant}/oauth2/v2.0/token`.
 *
 * The order of the checks is Entra's: tenant, client id, app, grant, credential, then the grant's own.
 * @see Entra "OAuth 2.0 client credentials flow", "OAuth 2.0 authorization code flow"
 */
export async function answerTokenRequest(
  login: Login,
  request: Request,
  tenantName: string,
): Promise<Reply> {
  const form = new URLSearchParams(request.body)
  const context = toErrorContext(login, request, form)
  const target = checkTarget(login, request, form, tenantName)
  if ('why' in target) return toLoginError(target, context)
  const proof = await proveClient({ login, request, form, ...target })
  if ('why' in proof) return toLoginError(proof, context)
  const answer = answerGrant({ login, request, form, ...target }, proof)
  // A refusal has a `why`, which no token answer has.
  if (isRefusal(answer)) return toLoginError(answer, context)
  return json(200, answer, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
}

function isRefusal(answer: JsonObject | LoginRefusal): answer is LoginRefusal {
  return 'why' in answer
}

/** A public client has nothing to prove, except that it does not pretend to be more. */
async function proveClient(
  token: TokenRequest,
): Promise<ClientProof | { appidacr: '0' } | LoginRefusal> {
  const proof = await checkClient({ ...token, now: token.login.clock.now() })
  const isForPeople = token.form.get('grant_type') !== 'client_credentials'
  const isBare = 'why' in proof && proof.why === 'credentialMissing'
  return token.app.publicClient && isForPeople && isBare ? { appidacr: '0' } : proof
}

function answerGrant(
  token: TokenRequest,
  proof: ClientProof | { appidacr: '0' },
): JsonObject | LoginRefusal {
  const grant = { ...token, ...proof, origin: token.request.origin }
  switch (token.form.get('grant_type')) {
    case 'authorization_code':
      return redeemCode(grant)
    case 'refresh_token':
      return redeemRefreshToken(grant)
    case deviceCodeGrant:
      return redeemDeviceCode(grant)
    default:
      return answerClientCredentials(token, proof.appidacr === '2' ? '2' : '1')
  }
}

function answerClientCredentials(
  { login, request, form, tenant, app }: TokenRequest,
  appidacr: '1' | '2',
): JsonObject | LoginRefusal {
  const audience = checkScope(request, form, tenant)
  if (typeof audience !== 'string') return audience
  const lifetimeSeconds = login.scenario.tokenLifetimeSeconds
  const token = issueAccessToken({
    tenant,
    app,
    appidacr,
    key: login.keys.current,
    audience,
    now: login.clock.now(),
    lifetimeSeconds,
    chance: login.chance,
    nonceHeader: login.scenario.tokenNonceHeader,
  })
  return {
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: token,
  }
}

function checkTarget(
  login: Login,
  request: Request,
  form: URLSearchParams,
  tenantName: string,
): { tenant: Tenant; app: AppRegistration } | LoginRefusal {
  const clientId = readClientId(request, form)
  if (isSharedAuthority(tenantName)) {
    return {
      why: 'sharedAuthority',
      text: `Application '${clientId}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
    }
  }
  const tenant = findTenant(login.tenants, tenantName)
  if (!tenant) return refuseTenant(tenantName)
  const grantType = form.get('grant_type') ?? ''
  const needed = ['grant_type', ...(neededFields[grantType] ?? [])]
  const missing = needed.find((name) => !form.get(name)) ?? (clientId ? undefined : 'client_id')
  if (missing !== undefined) {
    return {
      why: 'fieldMissing',
      text: `The request body must contain the following parameter: '${missing}'.`,
    }
  }
  const app = login.apps.find(clientId ?? '')
  if (!app || app.tenantId !== tenant.id) {
    return {
      why: 'appUnknown',
      text: `Application with identifier '${clientId}' was not found in the directory '${tenant.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    }
  }
  if (app.disabled) {
    return {
      why: 'appDisabled',
      text: `Application '${app.clientId}'(${app.displayName}) is disabled.`,
    }
  }
  if (!Object.hasOwn(neededFields, grantType)) {
    return {
      why: 'grantUnsupported',
      text: `The app requested an unsupported grant type '${grantType}'.`,
    }
  }
  return { tenant, app }
}

function checkScope(
  request: Request,
  form: URLSearchParams,
  tenant: Tenant,
): string | LoginRefusal {
  const scope = (form.get('scope') ?? '').trim()
  if (/\s/.test(scope)) {
    return {
      why: 'scopeInvalid',
      text: `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
    }
  }
  if (!scope.endsWith('/.default')) {
    return {
      why: 'scopeNotDefault',
      text: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    }
  }
  const resource = scope.slice(0, -'/.default'.length)
  return (
    toGraphAudience(resource, request.origin) ?? {
      why: 'resourceUnknown',
      text: `The resource principal named ${resource} was not found in the tenant named ${tenant.displayName}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
    }
  )
}
