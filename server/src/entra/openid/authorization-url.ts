import { createHash } from 'node:crypto'
import type { OpenIdServer } from './openid-server.ts'
import type { OpenIdClient } from './redeem-code.ts'

/** What a browser is sent to the provider with. */
export type AuthorizationRequest = {
  readonly server: OpenIdServer
  readonly client: OpenIdClient
  readonly scopes: readonly string[]
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly prompt: 'select_account' | 'login' | undefined
  /** An authentication context to be satisfied, e.g. `c1`. Entra only. */
  readonly context?: string | undefined
  /** Has the provider tell when it last asked for a proof. Not for Entra, which does not know it. */
  readonly maxAgeSeconds?: number | undefined
}

/**
 * The address that a sign-in begins with. Always the code flow with PKCE, never a token in a URL.
 *
 * @see OpenID Connect Core 1.0 §3.1.2.1; RFC 7636 §4.3; Entra "OAuth 2.0 authorization code flow" › Request an authorization code
 */
export function authorizationUrl(request: AuthorizationRequest): string {
  const { server, client, scopes, state, nonce, verifier, prompt, context, maxAgeSeconds } = request
  const url = new URL(server.authorizationUrl)
  const parameters = {
    client_id: client.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: client.redirectUri,
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(prompt ? { prompt } : {}),
    ...(maxAgeSeconds === undefined ? {} : { max_age: String(maxAgeSeconds) }),
    ...(context ? { claims: contextClaims(context) } : {}),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** @see Entra "Developer guide to Conditional Access authentication context"; the ID token's form of it */
function contextClaims(context: string): string {
  return JSON.stringify({ id_token: { acrs: { essential: true, value: context } } })
}
