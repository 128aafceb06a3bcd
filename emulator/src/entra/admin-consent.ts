import { html, type Reply, redirect } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import { isRegistered } from '../sign-in/redirect-uri.ts'
import type { AppRegistration } from './app-registry.ts'
import type { Login } from './login.ts'
import { describeRefusal, type LoginRefusal } from './login-error.ts'
import { escapeHtml, loginPage } from './login-page.ts'
import { findTenant, isSharedAuthority, type Tenant } from './tenant.ts'

/**
 * `GET /{tenant}/adminconsent?client_id&redirect_uri&state`: grants what the app asks for.
 *
 * The scenario's administrator grants, denies, or is asked on a page.
 * @see Entra "Admin consent on the Microsoft identity platform"
 */
export function answerAdminConsent(login: Login, request: Request, tenantName: string): Reply {
  const parameters = request.method === 'POST' ? new URLSearchParams(request.body) : request.params
  const checked = checkRequest(login, parameters, tenantName)
  if ('why' in checked) return refuse(login, checked)
  const { adminConsent } = login.scenario
  const answer = parameters.get('answer') ?? adminConsent
  if (answer === 'ask') return showPage(checked.app, checked.tenant, parameters)
  const target = new URL(checked.redirectUri)
  if (answer === 'grant') {
    login.apps.grant(checked.app.clientId)
    target.searchParams.set('admin_consent', 'True')
    target.searchParams.set('tenant', checked.tenant.id)
  } else {
    target.searchParams.set('error', 'permission_denied')
    target.searchParams.set('error_description', 'The admin canceled the request')
  }
  const state = parameters.get('state')
  if (state !== null) target.searchParams.set('state', state)
  return redirect(target.href)
}

type Checked = { tenant: Tenant; app: AppRegistration; redirectUri: string }

function checkRequest(
  login: Login,
  parameters: URLSearchParams,
  tenantName: string,
): Checked | LoginRefusal {
  const clientId = parameters.get('client_id')
  if (!clientId) {
    return {
      why: 'fieldMissing',
      text: "The request body must contain the following parameter: 'client_id'.",
    }
  }
  const app = login.apps.find(clientId)
  const tenant = isSharedAuthority(tenantName)
    ? findTenant(login.tenants, app?.tenantId ?? '')
    : findTenant(login.tenants, tenantName)
  if (!tenant && !isSharedAuthority(tenantName)) {
    return { why: 'tenantUnknown', text: `Tenant '${tenantName}' not found.` }
  }
  if (!app || !tenant || app.tenantId !== tenant.id) {
    return {
      why: 'appUnknown',
      text: `Application with identifier '${clientId}' was not found in the directory '${tenantName}'.`,
    }
  }
  const redirectUri = parameters.get('redirect_uri') ?? app.redirectUris?.[0] ?? ''
  if (!isRegistered(app, redirectUri)) {
    return {
      why: 'redirectMismatch',
      text: `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.`,
    }
  }
  return { tenant, app, redirectUri }
}

/** A page and not a redirect: where nothing can be trusted, nobody is sent away. */
function refuse(login: Login, refusal: LoginRefusal): Reply {
  const text = describeRefusal(refusal)
  return html(
    400,
    loginPage(
      'Sign in to your account',
      `<h1>Sorry, but we’re having trouble signing you in.</h1><p>${escapeHtml(text)}</p>
<p>Timestamp: ${login.clock.now().toISOString()}</p><p>Correlation Id: ${login.chance.guid()}</p>`,
    ),
  )
}

function showPage(app: AppRegistration, tenant: Tenant, parameters: URLSearchParams): Reply {
  const hidden = ['client_id', 'redirect_uri', 'state']
    .map(
      (name) =>
        `<input type="hidden" name="${name}" value="${escapeHtml(parameters.get(name) ?? '')}">`,
    )
    .join('')
  const permissions = [...app.requested].map((name) => `<li>${escapeHtml(name)}</li>`).join('')
  return html(
    200,
    loginPage(
      'Permissions requested',
      `<h1>Permissions requested</h1><p>Review for ${escapeHtml(tenant.displayName)}</p>
<p>${escapeHtml(app.displayName)}</p><ul>${permissions}</ul>
<form method="post">${hidden}
<button name="answer" value="deny">Cancel</button> <button name="answer" value="grant">Accept</button></form>`,
    ),
  )
}
