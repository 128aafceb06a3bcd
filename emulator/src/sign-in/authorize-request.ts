import type { AppRegistration } from '../entra/app-registry.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { RequestedContexts } from './requested-contexts.ts'

export type ResponseMode = 'query' | 'fragment' | 'form_post'
export type Prompt = 'none' | 'login' | 'select_account' | 'consent'

/** An authorization request whose app and redirect URI are known to be right. */
export type AuthorizeRequest = {
  readonly redirectUri: string
  readonly wantsCode: boolean
  readonly wantsIdToken: boolean
  readonly responseMode: ResponseMode
  readonly scopes: readonly string[]
  /** As it goes back: without HTML. */
  readonly state: string | undefined
  readonly nonce: string | undefined
  readonly prompt: Prompt | undefined
  readonly loginHint: string | undefined
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
  readonly contexts: RequestedContexts
}

export type CheckedRequest = {
  readonly tenant: Tenant
  readonly app: AppRegistration
  readonly request: AuthorizeRequest
}
