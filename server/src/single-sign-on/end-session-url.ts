import type { ProviderSide } from '../sign-in/index.ts'
import { readExchangeError } from './provider-refusal.ts'
import { type ResolveParts, resolveProvider } from './resolve-provider.ts'

/**
 * Where a browser goes to end the provider's session after ours has ended. `null` where the provider has
 * no such place, is another one by now, or cannot be asked: signing out here never fails for that.
 *
 * @see OpenID Connect RP-Initiated Logout 1.0 §2; Entra "OpenID Connect" › Send a sign-out request
 */
export async function endSessionUrl(
  parts: ResolveParts,
  { organization, issuer, logoutHint }: ProviderSide,
): Promise<string | null> {
  try {
    const provider = await resolveProvider(parts, organization)
    const { server, client } = provider ?? {}
    if (server?.issuer !== issuer || !server.endSessionUrl || !client) return null
    const url = new URL(server.endSessionUrl)
    url.searchParams.set('post_logout_redirect_uri', client.redirectUri)
    url.searchParams.set('client_id', client.clientId)
    // Without it Entra asks which account is meant.
    if (logoutHint) url.searchParams.set('logout_hint', logoutHint)
    return url.href
  } catch (error) {
    if (readExchangeError(error)) return null
    throw error
  }
}
