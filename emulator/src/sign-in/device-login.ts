import { type Login, toErrorContext } from '../entra/login.ts'
import { type LoginRefusal, toLoginError } from '../entra/login-error.ts'
import { findTenant, refuseTenant } from '../entra/tenant.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import { beginFlow } from './authorize.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { deviceCodeLifetimeSeconds } from './device-code.ts'
import { askDeviceCodePage } from './pages.ts'

const pollingSeconds = 5

/**
 * `POST /{tenant}/oauth2/v2.0/devicecode`: a code to be typed elsewhere.
 * @see Entra "OAuth 2.0 device authorization grant flow"
 */
export function answerDeviceCode(login: Login, request: Request, tenantName: string): Reply {
  const form = new URLSearchParams(request.body)
  const context = toErrorContext(login, request, form)
  const tenant = findTenant(login.tenants, tenantName)
  if (!tenant) return toLoginError(refuseTenant(tenantName), context)
  const missing = ['client_id', 'scope'].find((name) => !form.get(name))
  if (missing !== undefined) {
    const text = `The request body must contain the following parameter: '${missing}'.`
    return toLoginError({ why: 'fieldMissing', text }, context)
  }
  const app = login.apps.find(form.get('client_id') ?? '')
  if (app?.tenantId !== tenant.id)
    return toLoginError(unknownApp(form, tenant.displayName), context)
  const code = login.signIn.deviceCodes.add(
    { tenant, app, request: toRequest(form) },
    login.clock.now(),
  )
  const uri = `${request.origin}/common/oauth2/deviceauth`
  return json(200, {
    user_code: code.userCode,
    device_code: code.deviceCode,
    verification_uri: uri,
    expires_in: deviceCodeLifetimeSeconds,
    interval: pollingSeconds,
    message: `To sign in, use a web browser to open the page ${uri} and enter the code ${code.userCode} to authenticate.`,
  })
}

/** `GET` and `POST /common/oauth2/deviceauth`: where the code is typed. */
export function answerDeviceAuth(login: Login, request: Request): Reply {
  if (request.method === 'GET') return askDeviceCodePage(request.path, '')
  const userCode = new URLSearchParams(request.body).get('otc') ?? ''
  const code = login.signIn.deviceCodes.findByUserCode(userCode)
  const isOpen = code?.result === 'pending' && code.expiresAt > login.clock.now()
  if (!code || !isOpen)
    return askDeviceCodePage(request.path, "That code didn't work. Check the code and try again.")
  return beginFlow(login, request, { ...code, device: code }, toErrorContext(login, request))
}

/** The same as an authorization request, except that nobody is sent anywhere. */
function toRequest(form: URLSearchParams): AuthorizeRequest {
  return {
    redirectUri: '',
    wantsCode: false,
    wantsIdToken: false,
    responseMode: 'query',
    scopes: (form.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== ''),
    state: undefined,
    nonce: undefined,
    prompt: undefined,
    loginHint: undefined,
    challenge: undefined,
    contexts: { idToken: [], accessToken: [] },
  }
}

function unknownApp(form: URLSearchParams, tenantName: string): LoginRefusal {
  return {
    why: 'appUnknown',
    text: `Application with identifier '${form.get('client_id')}' was not found in the directory '${tenantName}'.`,
  }
}
