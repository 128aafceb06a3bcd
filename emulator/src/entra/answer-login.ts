import { html, type Reply } from '../http/reply.ts'
import { decodeText, type Request } from '../http/request.ts'
import { answerAuthorize, answerLoginForm } from '../sign-in/authorize.ts'
import { answerDeviceAuth, answerDeviceCode } from '../sign-in/device-login.ts'
import { answerLogout } from '../sign-in/logout.ts'
import { answerAdminConsent } from './admin-consent.ts'
import {
  answerDiscovery,
  answerDiscoveryV1,
  answerInstanceDiscovery,
  answerKeys,
} from './discovery.ts'
import type { Login } from './login.ts'
import { escapeHtml, loginPage } from './login-page.ts'
import { answerTokenRequest } from './token-endpoint.ts'

type LoginRoute = {
  readonly method: 'GET' | 'POST'
  /** Path below the tenant's name. */
  readonly path: string
  readonly answer: (login: Login, request: Request, tenantName: string) => Reply | Promise<Reply>
}

/** What login.microsoftonline.com has, as far as it is emulated, below `/{tenant}`. */
const loginRoutes: readonly LoginRoute[] = [
  { method: 'POST', path: '/oauth2/v2.0/token', answer: answerTokenRequest },
  { method: 'GET', path: '/oauth2/v2.0/authorize', answer: answerAuthorize },
  { method: 'POST', path: '/oauth2/v2.0/authorize', answer: answerAuthorize },
  { method: 'POST', path: '/login', answer: answerLoginForm },
  { method: 'POST', path: '/oauth2/v2.0/devicecode', answer: answerDeviceCode },
  { method: 'GET', path: '/oauth2/deviceauth', answer: answerDeviceAuth },
  { method: 'POST', path: '/oauth2/deviceauth', answer: answerDeviceAuth },
  { method: 'GET', path: '/oauth2/v2.0/logout', answer: answerLogout },
  { method: 'POST', path: '/oauth2/v2.0/logout', answer: answerLogout },
  { method: 'GET', path: '/v2.0/.well-known/openid-configuration', answer: answerDiscovery },
  { method: 'GET', path: '/.well-known/openid-configuration', answer: answerDiscoveryV1 },
  {
    method: 'GET',
    path: '/discovery/v2.0/keys',
    answer: (login, request, name) => answerKeys(login, request, name, 2),
  },
  {
    method: 'GET',
    path: '/discovery/keys',
    answer: (login, request, name) => answerKeys(login, request, name, 1),
  },
  { method: 'GET', path: '/discovery/instance', answer: answerInstanceDiscovery },
  { method: 'GET', path: '/adminconsent', answer: answerAdminConsent },
  { method: 'GET', path: '/v2.0/adminconsent', answer: answerAdminConsent },
  { method: 'POST', path: '/adminconsent', answer: answerAdminConsent },
]

/** Answers one request to the login host. */
export async function answerLogin(login: Login, request: Request): Promise<Reply> {
  const reply = await answerPath(login, request)
  const headers = {
    'x-ms-request-id': login.chance.guid(),
    'x-ms-ests-server': '2.1.20000.1 - WEULR1 ProdSlices',
    date: login.clock.now().toUTCString(),
    ...(request.headers['client-request-id']
      ? { 'client-request-id': request.headers['client-request-id'] }
      : {}),
  }
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

function answerPath(login: Login, request: Request): Reply | Promise<Reply> {
  const [, tenantName = '', ...rest] = request.path.split('/')
  const path = `/${rest.join('/')}`
  const found = loginRoutes.filter((route) => route.path === path)
  const route = found.find(({ method }) => method === request.method)
  if (route) return route.answer(login, request, decodeText(tenantName))
  if (tenantName === 'error' && rest.length === 0) return showErrorCode(request)
  return html(
    found.length > 0 ? 405 : 404,
    loginPage('Not found', '<p>The page was not found.</p>'),
  )
}

/** `GET /error?code=`: the page that `error_uri` points to. */
function showErrorCode(request: Request): Reply {
  const code = escapeHtml(request.params.get('code') ?? '')
  return html(
    200,
    loginPage('Error', `<h1>AADSTS${code}</h1><p>See the list of authentication error codes.</p>`),
  )
}
