import { type Login, toErrorContext } from '../entra/login.ts'
import { type LoginErrorContext, type LoginRefusal, toErrorFields } from '../entra/login-error.ts'
import { findTenant } from '../entra/tenant.ts'
import type { Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import { answerApp } from './answer-app.ts'
import type { Account, BrowserSession } from './browsers.ts'
import { checkAuthorizeRequest } from './check-authorize-request.ts'
import { describeAccounts } from './describe-accounts.ts'
import { chooseAccount, decideStep, type Flow, type FlowFacts, type Step } from './flow.ts'
import { grantAccess, makeGrant } from './grant-access.ts'
import { judgeAccount, judgeAssignment } from './judge-account.ts'
import {
  askAdminPage,
  askConsentPage,
  askMfaPage,
  askNamePage,
  deviceDonePage,
  pickAccountPage,
} from './pages.ts'
import { refusalPage } from './refusal-page.ts'
import { adminConsentNeeded, declined, mfaDenied, refuseName, refuseSilence } from './refusals.ts'
import type { Found } from './sign-in.ts'

/** A sign-in under way, with what one request to the login host needs. */
type Visit = {
  readonly login: Login
  readonly request: Request
  readonly browser: BrowserSession
  readonly flow: Flow
  readonly context: LoginErrorContext
}

/**
 * `GET` and `POST /{tenant}/oauth2/v2.0/authorize`: the beginning of a sign-in.
 * @see Entra "OpenID Connect on the Microsoft identity platform" › Send the sign-in request
 */
export function answerAuthorize(login: Login, request: Request, tenantName: string): Reply {
  const parameters = request.method === 'POST' ? new URLSearchParams(request.body) : request.params
  const context = toErrorContext(login, request, parameters)
  const checked = checkAuthorizeRequest(login, parameters, tenantName)
  if ('why' in checked) return refusalPage(checked, context, 400)
  return beginFlow(login, request, checked, context)
}

/** Begins a sign-in whose request has been checked, and goes as far as it can. */
export function beginFlow(
  login: Login,
  request: Request,
  what: Pick<Flow, 'tenant' | 'app' | 'request' | 'device'>,
  context: LoginErrorContext,
): Reply {
  const browser = login.signIn.browsers.recognize(request)
  const flow = login.signIn.flows.add({
    tenant: what.tenant,
    app: what.app,
    request: what.request,
    ...(what.device ? { device: what.device } : {}),
    browserId: browser.id,
    correlationId: context.correlationId ?? login.chance.guid(),
    account: undefined,
    wantsOther: false,
    isFresh: false,
    hasConsented: false,
  })
  return goOn({ login, request, browser, flow, context: inFlow(context, flow) })
}

/** `POST /{tenant}/login`: what a person answered on one of the pages. */
export function answerLoginForm(login: Login, request: Request, tenantName: string): Reply {
  const form = new URLSearchParams(request.body)
  const context = toErrorContext(login, request)
  const browser = login.signIn.browsers.recognize(request)
  const flow = login.signIn.flows.find(form.get('flowToken') ?? '')
  const tenant = findTenant(login.tenants, tenantName)
  if (!flow || flow.tenant !== tenant || flow.browserId !== browser.id) {
    const text =
      'Invalid Request: The request tokens do not match the user context. Do not copy the user context values (cookies; form fields; headers) between different requests or user sessions.'
    return refusalPage({ why: 'tokensOfAnotherPage', text }, context)
  }
  return answerPage({ login, request, browser, flow, context: inFlow(context, flow) }, form)
}

const inFlow = (context: LoginErrorContext, flow: Flow): LoginErrorContext => ({
  ...context,
  correlationId: flow.correlationId,
})

function answerPage(visit: Visit, form: URLSearchParams): Reply {
  const { flow, login } = visit
  const chosen = form.get('account')
  if (chosen === 'other') {
    flow.wantsOther = true
    flow.account = undefined
    return goOn(visit)
  }
  if (chosen !== null) {
    flow.account = accountsHere(visit).find(({ userId }) => userId === chosen)
    return goOn(visit)
  }
  switch (form.get('action')) {
    case 'cancel':
      return cancel(visit)
    case 'return':
      return backToApp(visit, toErrorFields(adminConsentNeeded(flow), visit.context))
    case 'deny':
      return refusalPage(mfaDenied, visit.context)
    case 'approve':
      if (flow.account) flow.account.mfaAt = login.clock.now()
      return goOn(visit)
    case 'accept':
      flow.hasConsented = true
      if (flow.account) login.signIn.consent(flow.account.userId, flow.app.clientId)
      return goOn(visit)
    default:
      return signIn(visit, form.get('username') ?? '')
  }
}

function signIn(visit: Visit, name: string): Reply {
  const { login, flow, browser } = visit
  const { signIn } = login
  const found = signIn.findByName(name)
  const here = found?.tenant === flow.tenant ? found : signIn.findGuest(flow.tenant, name)
  if (!here) return refusalPage(refuseName(flow.tenant, found, name), visit.context)
  const refusal = judgeAccount(here, signIn.outcomeOf(here.user.record.id))
  if (refusal) return refusalPage(refusal, visit.context)
  const who = { userId: here.user.record.id, tenantId: flow.tenant.id }
  flow.account = signIn.browsers.signIn(browser, who, login.clock.now())
  flow.isFresh = true
  return goOn(visit)
}

/** Takes a sign-in as far as it goes without the person. */
function goOn(visit: Visit): Reply {
  const { flow } = visit
  const facts = { accounts: accountsHere(visit), nameOf: nameIn(visit.login) }
  flow.account = chooseAccount(flow, facts)
  const step = decideStep(flow, { ...facts, ...lookAt(visit) })
  const reply = flow.request.prompt === 'none' ? answerSilently(visit, step) : showStep(visit, step)
  const cookie = visit.login.signIn.browsers.cookie(visit.browser, visit.request)
  return { ...reply, headers: { ...reply.headers, 'set-cookie': cookie } }
}

/** Who is signed in to the tenant; people who are gone, or whose sessions were revoked, are not. */
function accountsHere({ login, browser, flow }: Visit): Account[] {
  return browser.accounts.filter(({ tenantId, userId, authenticatedAt }) => {
    const record = login.signIn.findById(userId)?.user.record
    const validFrom = record?.signInSessionsValidFromDateTime
    const isRevoked = validFrom != null && authenticatedAt < new Date(validFrom)
    return record !== undefined && tenantId === flow.tenant.id && !isRevoked
  })
}

const nameIn = (login: Login) => (account: Account) =>
  login.signIn.findById(account.userId)?.user.record.userPrincipalName

/** What is known of the account, if there is one. */
function lookAt({ login, flow }: Visit): Pick<FlowFacts, 'refusal' | 'decision' | 'needsConsent'> {
  const { account, app } = flow
  if (!account) return { refusal: undefined, decision: undefined, needsConsent: 'no' }
  const found = login.signIn.findById(account.userId)
  if (!found) {
    const refusal = refuseName(flow.tenant, undefined, account.userId)
    return { refusal, decision: undefined, needsConsent: 'no' }
  }
  const outcome = login.signIn.outcomeOf(account.userId)
  const { idToken, accessToken } = flow.request.contexts
  return {
    refusal: judgeAccount(found, outcome) ?? judgeAssignment(found, app, outcome),
    decision: login.signIn.decideAccess(found, {
      clientId: app.clientId,
      contexts: [...idToken, ...accessToken],
      authenticatedAt: account.authenticatedAt,
      hasMfa: account.mfaAt !== undefined,
      isFresh: flow.isFresh,
    }),
    needsConsent: needsConsent(login, flow, account),
  }
}

function needsConsent(login: Login, flow: Flow, account: Account): FlowFacts['needsConsent'] {
  if (flow.hasConsented) return 'no'
  const { app, request } = flow
  if (request.prompt === 'consent') return app.signInConsent === 'adminOnly' ? 'admin' : 'user'
  if (app.signInConsent === 'granted') return 'no'
  if (app.signInConsent === 'adminOnly') return 'admin'
  return login.signIn.hasConsented(account.userId, app.clientId) ? 'no' : 'user'
}

function showStep(visit: Visit, step: Step): Reply {
  const { login, flow } = visit
  const found = flow.account && login.signIn.findById(flow.account.userId)
  switch (step.kind) {
    case 'askName':
      return askNamePage(flow, flow.app.displayName, step.suggestion)
    case 'pickAccount':
      return pickAccountPage(flow, describeAccounts(login, step.accounts))
    case 'askMfa':
      return askMfaPage(flow, found?.user.record.userPrincipalName ?? '')
    case 'askConsent':
      return askConsentPage(flow, flow.app.displayName, flow.request.scopes)
    case 'askAdmin':
      return askAdminPage(flow, flow.app.displayName)
    case 'refuse':
      return refusePerson(visit, step.refusal)
    case 'answer':
      return letIn(visit)
  }
}

/** `prompt=none`: whatever would need a page is an error for the app. */
function answerSilently(visit: Visit, step: Step): Reply {
  if (step.kind === 'answer') return letIn(visit)
  const refusal = refuseSilence(visit.flow, step)
  return backToApp(visit, toErrorFields(refusal, visit.context))
}

function refusePerson(visit: Visit, refusal: LoginRefusal): Reply {
  const returns = refusal.why === 'notAssigned' || refusal.why === 'accessBlocked'
  if (returns && visit.login.scenario.signIn.refusals === 'redirect')
    return backToApp(visit, toErrorFields(refusal, visit.context))
  return refusalPage(refusal, visit.context)
}

/** On the consent page the person declines; before it, the person only goes away. */
function cancel(visit: Visit): Reply {
  const fields = visit.flow.account
    ? toErrorFields(declined, visit.context)
    : { error: 'access_denied', error_description: 'the user canceled the authentication' }
  return backToApp(visit, { ...fields, error_subcode: 'cancel' })
}

function backToApp({ login, flow }: Visit, fields: Record<string, string>): Reply {
  login.signIn.flows.remove(flow)
  if (!flow.device) return answerApp(flow.request, fields)
  if (flow.device.result === 'pending') flow.device.result = 'declined'
  return deviceDonePage(flow.app.displayName, flow.device.result !== 'declined')
}

function letIn(visit: Visit): Reply {
  const { login, flow, request } = visit
  const { account } = flow
  const found: Found | undefined = account && login.signIn.findById(account.userId)
  if (!account || !found) throw new Error('an answered flow has an account')
  account.apps.add(flow.app.clientId)
  const grant = makeGrant(flow, account)
  if (flow.device) flow.device.result = grant
  return backToApp(
    visit,
    grantAccess({ login, grant, found, app: flow.app, origin: request.origin }),
  )
}
