/** The application id of Microsoft Graph, the same in all tenants. */
export const graphAppId = '00000003-0000-0000-c000-000000000000'
const graphHost = 'https://graph.microsoft.com'

/**
 * The `aud` of a token for the resource, or undefined when this cloud has no such resource.
 *
 * Besides Graph's own names the emulator's origin is one of Graph's addresses, so that a client
 * configured with another Graph URL asks for `{that URL}/.default`.
 */
export function toGraphAudience(resource: string, origin: string): string | undefined {
  const name = resource.replace(/\/$/, '').toLowerCase()
  if (name === graphHost || name === graphAppId) return resource
  return isLoopbackOrigin(name) && new URL(name).port === new URL(origin).port
    ? resource
    : undefined
}

/** Whether Graph accepts tokens with this audience. */
export function isGraphAudience(audience: unknown, origin: string): boolean {
  return typeof audience === 'string' && toGraphAudience(audience, origin) !== undefined
}

/** Graph's origin beside a login origin: on loopback both are one. */
export function toGraphOrigin(loginOrigin: string): string {
  return isLoopbackOrigin(loginOrigin) ? loginOrigin : graphHost
}

function isLoopbackOrigin(name: string): boolean {
  if (!URL.canParse(name)) return false
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(name).hostname)
}
