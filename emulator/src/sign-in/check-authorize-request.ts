import type { AppRegistration } from '../entra/app-registry.ts'
import type { Login } from '../entra/login.ts'
import type { LoginRefusal } from '../entra/login-error.ts'
import { findTenant, isSharedAuthority, refuseTenant, type Tenant } from '../entra/tenant.ts'
import type { AuthorizeRequest, CheckedRequest, Prompt, ResponseMode } from './authorize-request.ts'
import { isRegistered } from './redirect-uri.ts'
import { readRequestedContexts } from './requested-contexts.ts'

/**
 * Checks an authorization request. A refusal is a page: where app or address are in doubt, nobody
 * is sent anywhere.
 * @see Entra "OAuth 2.0 authorization code flow" › Request an authorization code
 */
export function checkAuthorizeRequest(
  login: Login,
  parameters: URLSearchParams,
  tenantName: string,
): CheckedRequest | LoginRefusal {
  const target = checkTarget(login, parameters, tenantName)
  if ('why' in target) return target
  const request = readRequest(login, target.app, target.redirectUri, parameters)
  return 'why' in request ? request : { tenant: target.tenant, app: target.app, request }
}

function checkTarget(
  login: Login,
  parameters: URLSearchParams,
  tenantName: string,
): { tenant: Tenant; app: AppRegistration; redirectUri: string } | LoginRefusal {
  for (const name of new Set(parameters.keys())) {
    if (parameters.getAll(name).length > 1) {
      return {
        why: 'parameterTwice',
        text: `The request is not properly formatted. The parameter '${name}' is duplicated.`,
      }
    }
  }
  const clientId = parameters.get('client_id')
  if (!clientId) return missing('client_id')
  const app = login.apps.find(clientId)
  if (isSharedAuthority(tenantName)) {
    return {
      why: 'sharedAuthority',
      text: `Application '${clientId}'(${app?.displayName ?? 'unknown'}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
    }
  }
  const tenant = findTenant(login.tenants, tenantName)
  if (!tenant) return refuseTenant(tenantName)
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
  const redirectUri = parameters.get('redirect_uri') ?? app.redirectUris?.[0] ?? ''
  if (!isRegistered(app, redirectUri)) {
    return {
      why: 'redirectMismatch',
      text: `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.`,
    }
  }
  return { tenant, app, redirectUri }
}

function readRequest(
  login: Login,
  app: AppRegistration,
  redirectUri: string,
  parameters: URLSearchParams,
): AuthorizeRequest | LoginRefusal {
  const absent = ['response_type', 'scope'].find((name) => !parameters.get(name))
  if (absent !== undefined) return missing(absent)
  const types = new Set(parameters.get('response_type')?.split(' '))
  const wantsIdToken = types.has('id_token')
  const unknown = [...types].find((type) => type !== 'code' && type !== 'id_token')
  if (unknown !== undefined) {
    return {
      why: 'responseTypeUnsupported',
      text: `The response_type '${parameters.get('response_type')}' is not supported for the application.`,
    }
  }
  if (wantsIdToken && !app.idTokens) {
    return {
      why: 'idTokensOff',
      text: "response_type 'id_token' is not enabled for the application.",
    }
  }
  const nonce = parameters.get('nonce') ?? undefined
  if (wantsIdToken && nonce === undefined) return missing('nonce')
  const responseMode = parameters.get('response_mode') ?? (wantsIdToken ? 'fragment' : 'query')
  if (!isResponseMode(responseMode) || (wantsIdToken && responseMode === 'query')) {
    return {
      why: 'responseModeUnsupported',
      text: `'${responseMode}' is not a supported value of 'response_mode' for the response type '${parameters.get('response_type')}'.`,
    }
  }
  const prompt = parameters.get('prompt') ?? undefined
  const loginHint = parameters.get('login_hint') ?? undefined
  const wrong = findWrongValue(parameters, prompt, loginHint)
  if (wrong !== undefined) return { why: 'valueInvalid', text: wrong }
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method') === 'S256' ? 'S256' : 'plain'
  return {
    redirectUri,
    wantsCode: types.has('code'),
    wantsIdToken,
    responseMode,
    scopes: (parameters.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== ''),
    state: parameters.get('state')?.replace(/<[^>]*>/g, ''),
    nonce,
    prompt: prompt as Prompt | undefined, // one of `prompts`: findWrongValue has looked
    loginHint,
    challenge: challenge === null ? undefined : { value: challenge, method },
    contexts: readRequestedContexts(parameters.get('claims'), login.scenario.signIn),
  }
}

const prompts: readonly string[] = ['none', 'login', 'select_account', 'consent']

function findWrongValue(
  parameters: URLSearchParams,
  prompt: string | undefined,
  loginHint: string | undefined,
): string | undefined {
  if (prompt !== undefined && !prompts.includes(prompt))
    return `Unsupported 'prompt' value '${prompt}'.`
  if (prompt === 'select_account' && loginHint !== undefined)
    return "The parameters 'login_hint' and 'prompt=select_account' cannot be used together."
  const method = parameters.get('code_challenge_method')
  if (method !== null && method !== 'S256' && method !== 'plain')
    return `Unsupported 'code_challenge_method' value '${method}'.`
  if (method !== null && !parameters.get('code_challenge'))
    return "The parameter 'code_challenge' is required with 'code_challenge_method'."
  const claims = parameters.get('claims')
  if (claims !== null && !isJsonObject(claims)) return "The 'claims' parameter is not valid JSON."
  return undefined
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function isResponseMode(text: string): text is ResponseMode {
  return text === 'query' || text === 'fragment' || text === 'form_post'
}

function missing(name: string): LoginRefusal {
  return {
    why: 'fieldMissing',
    text: `The request body must contain the following parameter: '${name}'.`,
  }
}
