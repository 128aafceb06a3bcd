import type { Provider } from '@mooring/contract/single-sign-on'

/** How people of an organization sign in, without the secret. */
export type ProviderSettings = Provider['settings']

/** The same as it is kept. */
export type StoredProvider = {
  readonly settings: ProviderSettings
  /** The secret of a registration of its own. */
  readonly secret: { readonly id: string; readonly hint: string; readonly setAt: Date } | undefined
  readonly savedAt: Date
  readonly savedBy: string
}

/** What "switch on" saves where nothing was saved yet: everything else comes from the connection. */
export const FROM_CONNECTION: ProviderSettings = {
  kind: 'entra',
  enabled: false,
  label: 'Microsoft',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
}

/** Bound into the seal: a secret moved to another use does not open. */
export const SIGN_IN_SECRET_PURPOSE = 'sign-in-client-secret'
