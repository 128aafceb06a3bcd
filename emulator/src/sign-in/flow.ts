import type { Chance } from '../chance.ts'
import type { AppRegistration } from '../entra/app-registry.ts'
import type { LoginRefusal } from '../entra/login-error.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { AccessDecision } from './access-policy.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import type { Account } from './browsers.ts'
import type { DeviceCode } from './device-code.ts'
import { readLoginHint } from './login-hint.ts'

/** One sign-in on its way through the pages. */
export type Flow = {
  readonly id: string
  readonly browserId: string
  readonly tenant: Tenant
  readonly app: AppRegistration
  readonly request: AuthorizeRequest
  readonly correlationId: string
  /** The device that waits for this sign-in; nobody is sent to an app then. */
  readonly device?: DeviceCode
  account: Account | undefined
  /** The person asked to sign in with another account than those of the list. */
  wantsOther: boolean
  /** The person signed in within this flow. */
  isFresh: boolean
  hasConsented: boolean
}

/** What comes next: a page, a refusal, or the answer to the app. */
export type Step =
  | { readonly kind: 'askName'; readonly suggestion: string }
  | { readonly kind: 'pickAccount'; readonly accounts: readonly Account[] }
  | { readonly kind: 'askMfa' }
  | { readonly kind: 'askConsent' }
  | { readonly kind: 'askAdmin' }
  | { readonly kind: 'refuse'; readonly refusal: LoginRefusal }
  | { readonly kind: 'answer' }

/** What is known of the account of a flow. */
export type FlowFacts = {
  /** Accounts of the tenant that are signed in in this browser. */
  readonly accounts: readonly Account[]
  /** User principal name to account. */
  readonly nameOf: (account: Account) => string | undefined
  readonly refusal: LoginRefusal | undefined
  readonly decision: AccessDecision | undefined
  readonly needsConsent: 'no' | 'user' | 'admin'
}

/** The account that a flow goes on with without asking, if there is one. */
export function chooseAccount(
  flow: Flow,
  facts: Pick<FlowFacts, 'accounts' | 'nameOf'>,
): Account | undefined {
  const { prompt, loginHint } = flow.request
  if (flow.account || flow.wantsOther) return flow.account
  if (prompt === 'login' || prompt === 'select_account') return undefined
  if (loginHint !== undefined) return findHinted(loginHint, facts)
  return facts.accounts.length === 1 ? facts.accounts[0] : undefined
}

/** The next step of a flow whose account, if any, has been chosen. Pure. */
export function decideStep(flow: Flow, facts: FlowFacts): Step {
  if (!flow.account) return askWho(flow, facts)
  if (facts.refusal) return { kind: 'refuse', refusal: facts.refusal }
  const { decision } = facts
  if (decision?.kind === 'blocked') return { kind: 'refuse', refusal: blocked }
  if (decision?.kind === 'deviceNotCompliant') return { kind: 'refuse', refusal: notCompliant }
  if (decision?.kind === 'signInTooOld')
    return { kind: 'askName', suggestion: facts.nameOf(flow.account) ?? '' }
  if (decision?.kind === 'needsMfa') return { kind: 'askMfa' }
  if (facts.needsConsent === 'admin') return { kind: 'askAdmin' }
  if (facts.needsConsent === 'user') return { kind: 'askConsent' }
  return { kind: 'answer' }
}

function askWho(flow: Flow, facts: FlowFacts): Step {
  const { prompt, loginHint } = flow.request
  const only = facts.accounts.length === 1 ? facts.accounts[0] : undefined
  const hinted = loginHint === undefined ? undefined : findHinted(loginHint, facts)
  if (flow.wantsOther) return { kind: 'askName', suggestion: '' }
  if (loginHint !== undefined) {
    const isOpaque = readLoginHint(loginHint) !== undefined
    const name = hinted && facts.nameOf(hinted)
    return { kind: 'askName', suggestion: name ?? (isOpaque ? '' : loginHint) }
  }
  if (prompt === 'login') return { kind: 'askName', suggestion: (only && facts.nameOf(only)) ?? '' }
  if (facts.accounts.length > 0) return { kind: 'pickAccount', accounts: facts.accounts }
  return { kind: 'askName', suggestion: '' }
}

function findHinted(
  hint: string,
  facts: Pick<FlowFacts, 'accounts' | 'nameOf'>,
): Account | undefined {
  const userId = readLoginHint(hint)
  return facts.accounts.find((account) =>
    userId === undefined
      ? facts.nameOf(account)?.toLowerCase() === hint.toLowerCase()
      : account.userId === userId,
  )
}

export const blocked: LoginRefusal = {
  why: 'accessBlocked',
  text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
}
export const notCompliant: LoginRefusal = {
  why: 'deviceNotCompliant',
  text: 'Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.',
}

const maxOpen = 10_000

/** Sign-ins that are under way. */
export class Flows {
  readonly #open = new Map<string, Flow>()
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
  }

  add(flow: Omit<Flow, 'id'>): Flow {
    const made = { ...flow, id: this.#chance.guid() }
    this.#open.set(made.id, made)
    const [oldest] = this.#open.keys()
    if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest)
    return made
  }

  find(id: string): Flow | undefined {
    return this.#open.get(id)
  }

  remove(flow: Flow): void {
    this.#open.delete(flow.id)
  }
}
