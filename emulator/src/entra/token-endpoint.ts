import type { Chance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import type { Scenario } from '../scenario.ts'
import { issueAccessToken } from './access-token.ts'
import type { AppRegistration, AppRegistry } from './app-registry.ts'
import { checkClient, readClientId } from './client-authentication.ts'
import { type LoginErrorContext, type LoginRefusal, toLoginError } from './login-error.ts'
import { toGraphAudience } from './resource.ts'
import type { SigningKeys } from './signing-keys.ts'
import { findTenant, isSharedAuthority, type Tenant } from './tenant.ts'

/** What the login side works with. */
export type Login = {
  readonly tenants: readonly Tenant[]
  readonly apps: AppRegistry
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly chance: Chance
  readonly scenario: Scenario
}

/**
 * `POST /{tenant}/oauth2/v2.0/token` with grant_type client_credentials.
 *
 * The order of the checks is Entra's: tenant, client id, app, grant, credential, scope.
 * @see Entra "OAuth 2.0 client credentials flow"
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
  const now = login.clock.now()
  const proof = await checkClient({ request, form, app: target.app, now })
  if ('why' in proof) return toLoginError(proof, context)
  const audience = checkScope(request, form, target.tenant)
  if (typeof audience !== 'string') return toLoginError(audience, context)
  const lifetimeSeconds = login.scenario.tokenLifetimeSeconds
  const token = issueAccessToken({
    ...target,
    ...proof,
    key: login.keys.current,
    audience,
    now,
    lifetimeSeconds,
    chance: login.chance,
    nonceHeader: login.scenario.tokenNonceHeader,
  })
  return json(
    200,
    {
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: token,
    },
    { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' },
  )
}

export function toErrorContext(
  login: Login,
  request: Request,
  form?: URLSearchParams,
): LoginErrorContext {
  const correlationId = form?.get('client-request-id') ?? request.headers['client-request-id']
  return {
    now: login.clock.now(),
    chance: login.chance,
    correlationId,
    origin: request.origin,
    separator: login.scenario.errorSeparator === 'crlf' ? '\r\n' : ' ',
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
  const missing =
    ['grant_type', 'scope'].find((name) => !form.get(name)) ?? (clientId ? undefined : 'client_id')
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
  if (form.get('grant_type') !== 'client_credentials') {
    return {
      why: 'grantUnsupported',
      text: `The app requested an unsupported grant type '${form.get('grant_type')}'.`,
    }
  }
  return { tenant, app }
}

function refuseTenant(tenantName: string): LoginRefusal {
  return /^[0-9a-f-]{36}$|\./i.test(tenantName)
    ? {
        why: 'tenantUnknown',
        text: `Tenant '${tenantName}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
      }
    : {
        why: 'tenantInvalid',
        text: `Specified tenant identifier '${tenantName}' is neither a valid DNS name, nor a valid external domain.`,
      }
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
