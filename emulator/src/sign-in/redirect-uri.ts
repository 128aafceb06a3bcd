import type { AppRegistration } from '../entra/app-registry.ts'

/**
 * Exact and case-sensitive; only the port of localhost does not count.
 * @see Entra "Redirect URI (reply URL) best practices and limitations"
 */
export function isRegistered(
  app: Pick<AppRegistration, 'redirectUris'>,
  redirectUri: string,
): boolean {
  if (!URL.canParse(redirectUri)) return false
  if (app.redirectUris === undefined) return true
  return app.redirectUris.some(
    (registered) => withoutLocalPort(registered) === withoutLocalPort(redirectUri),
  )
}

function withoutLocalPort(uri: string): string {
  return uri.replace(/^(https?:\/\/localhost):\d+(?=[/?#]|$)/, '$1')
}

/** A URI without a path comes back with a slash, in query and fragment mode. */
export function withPath(redirectUri: string): string {
  return redirectUri.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)(?=[?#]|$)/i, '$1/')
}
