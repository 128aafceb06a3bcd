import type { Provider, ProviderInput } from '@mooring/contract/single-sign-on'

/** With which registration people sign in: one question to whoever fills the form. */
export const CHOICES = ['connection', 'own', 'openid'] as const
export type Choice = (typeof CHOICES)[number]

/** The addresses of a provider that has no discovery document. */
export const MANUAL_URLS = [
  'issuer',
  'authorizationUrl',
  'tokenUrl',
  'jwksUrl',
  'endSessionUrl',
] as const
export type ManualUrl = (typeof MANUAL_URLS)[number]
/** Without these it works as well. */
export const OPTIONAL_URLS: readonly ManualUrl[] = ['endSessionUrl']

export const NAME_FIELDS = ['userPrincipalName', 'employeeId', 'entraId'] as const
export type NameField = (typeof NAME_FIELDS)[number]

/** The form as it is filled: what belongs to another choice stays while one looks around. */
export type ProviderDraft = {
  choice: Choice
  label: string
  createUnknownUsers: boolean
  stepUpContext: string
  clientId: string
  /** Empty: the one that is kept stays. */
  clientSecret: string
  discovers: boolean
  discoveryUrl: string
  urls: Record<ManualUrl, string>
  scopes: string
  claim: string
  field: NameField
}

const NO_URLS: ProviderDraft['urls'] = {
  issuer: '',
  authorizationUrl: '',
  tokenUrl: '',
  jwksUrl: '',
  endSessionUrl: '',
}

export function toDraft({ settings }: Pick<Provider, 'settings'>): ProviderDraft {
  const { label, createUnknownUsers } = settings
  const empty: ProviderDraft = {
    choice: 'connection',
    label,
    createUnknownUsers,
    stepUpContext: '',
    clientId: '',
    clientSecret: '',
    discovers: true,
    discoveryUrl: '',
    urls: NO_URLS,
    scopes: 'openid profile email',
    claim: 'preferred_username',
    field: 'userPrincipalName',
  }
  if (settings.kind === 'entra') {
    const { registration, stepUpContext } = settings
    return {
      ...empty,
      choice: registration.kind,
      stepUpContext: stepUpContext ?? '',
      clientId: registration.kind === 'own' ? registration.clientId : '',
    }
  }
  const { endpoints, clientId, scopes, userNameAttribute } = settings
  const openid: ProviderDraft = {
    ...empty,
    ...userNameAttribute,
    choice: 'openid',
    clientId,
    scopes: scopes.join(' '),
    discovers: endpoints.kind === 'discovery',
  }
  if (endpoints.kind === 'discovery') return { ...openid, discoveryUrl: endpoints.url }
  const url = (name: ManualUrl) => endpoints[name] ?? ''
  const urls = Object.fromEntries(MANUAL_URLS.map((name) => [name, url(name)]))
  return { ...openid, urls: { ...NO_URLS, ...urls } }
}

/** What is sent. Whether it holds, the server says, field by field. */
export function toInput(draft: ProviderDraft, enabled: boolean): ProviderInput {
  const common = {
    enabled,
    label: draft.label.trim(),
    createUnknownUsers: draft.createUnknownUsers,
  }
  const secret = draft.clientSecret === '' ? {} : { clientSecret: draft.clientSecret }
  const clientId = draft.clientId.trim()
  if (draft.choice === 'openid') {
    return {
      ...common,
      ...secret,
      kind: 'openid',
      clientId,
      endpoints: toEndpoints(draft),
      scopes: draft.scopes.split(/\s+/).filter(Boolean),
      userNameAttribute: { claim: draft.claim.trim(), field: draft.field },
    }
  }
  return {
    ...common,
    kind: 'entra',
    registration:
      draft.choice === 'connection' ? { kind: 'connection' } : { ...secret, kind: 'own', clientId },
    stepUpContext: draft.stepUpContext.trim() || null,
  }
}

function toEndpoints({ discovers, discoveryUrl, urls }: ProviderDraft) {
  if (discovers) return { kind: 'discovery' as const, url: discoveryUrl.trim() }
  const { issuer, authorizationUrl, tokenUrl, jwksUrl, endSessionUrl } = urls
  return {
    kind: 'manual' as const,
    issuer: issuer.trim(),
    authorizationUrl: authorizationUrl.trim(),
    tokenUrl: tokenUrl.trim(),
    jwksUrl: jwksUrl.trim(),
    endSessionUrl: endSessionUrl.trim() || null,
  }
}

/** Where in the answer an error of a field of this draft would stand. */
export function fieldPaths(draft: ProviderDraft): string[] {
  const common = ['label', 'createUnknownUsers']
  if (draft.choice === 'connection') return [...common, 'stepUpContext']
  if (draft.choice === 'own') {
    return [...common, 'stepUpContext', 'registration.clientId', 'registration.clientSecret']
  }
  const endpoints = draft.discovers
    ? ['endpoints.url']
    : MANUAL_URLS.map((name) => `endpoints.${name}`)
  return [...common, 'clientId', 'clientSecret', 'userNameAttribute.claim', ...endpoints]
}

/** Whether something differs from what is kept. */
export function isChanged(draft: ProviderDraft, provider: Pick<Provider, 'settings'>): boolean {
  const kept = toInput(toDraft(provider), false)
  return JSON.stringify(toInput(draft, false)) !== JSON.stringify(kept)
}
