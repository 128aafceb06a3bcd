import type { Login } from '../entra/login.ts'
import { findTenant, isSharedAuthority } from '../entra/tenant.ts'
import { type Reply, redirect } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import type { Account, BrowserSession } from './browsers.ts'
import { describeAccounts } from './describe-accounts.ts'
import { readLoginHint } from './login-hint.ts'
import { pickSignOutPage, signedOutPage } from './pages.ts'
import { isRegistered } from './redirect-uri.ts'

/**
 * `GET` and `POST /{tenant}/oauth2/v2.0/logout`.
 *
 * Without a hint the person picks the account, even the only one. An address that no app concerned
 * has registered is ignored: the person stays on Microsoft's page.
 * @see Entra "OpenID Connect on the Microsoft identity platform" › Send a sign-out request
 */
export function answerLogout(login: Login, request: Request, tenantName: string): Reply {
  const parameters = new URLSearchParams([
    ...request.params,
    ...(request.method === 'POST' ? new URLSearchParams(request.body) : []),
  ])
  const browser = login.signIn.browsers.recognize(request)
  const tenant = findTenant(login.tenants, tenantName)
  const accounts = browser.accounts.filter(
    ({ tenantId }) => isSharedAuthority(tenantName) || tenantId === tenant?.id,
  )
  const account = findAccount(accounts, parameters)
  if (!account && accounts.length > 0) {
    const kept = Object.fromEntries(
      [...parameters].filter(([name]) => name === 'post_logout_redirect_uri' || name === 'state'),
    )
    return pickSignOutPage(request.path, kept, describeAccounts(login, accounts))
  }
  const goOn = toReturnAddress(login, parameters, account, tenant?.id)
  return signOut(login, browser, account, goOn)
}

function findAccount(
  accounts: readonly Account[],
  parameters: URLSearchParams,
): Account | undefined {
  const userId = parameters.get('account') ?? readLoginHint(parameters.get('logout_hint') ?? '')
  return accounts.find((account) => account.userId === userId)
}

/** Straight back to the app where no other app waits to be told. */
function signOut(
  login: Login,
  browser: BrowserSession,
  account: Account | undefined,
  goOn: string | undefined,
): Reply {
  const frames = account ? login.signIn.logoutUrls([account]) : []
  if (account) login.signIn.browsers.signOut(browser, account)
  return frames.length === 0 && goOn !== undefined ? redirect(goOn) : signedOutPage(frames, goOn)
}

function toReturnAddress(
  login: Login,
  parameters: URLSearchParams,
  account: Account | undefined,
  tenantId: string | undefined,
): string | undefined {
  const address = parameters.get('post_logout_redirect_uri')
  if (address === null) return undefined
  const concerned = login.apps.all.filter(({ clientId, ...app }) =>
    account ? account.apps.has(clientId) : tenantId === undefined || app.tenantId === tenantId,
  )
  if (!concerned.some((app) => isRegistered(app, address))) return undefined
  const target = new URL(address)
  const state = parameters.get('state')
  if (state !== null) target.searchParams.set('state', state)
  return target.href
}
