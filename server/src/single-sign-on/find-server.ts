import type { ProviderInput } from '@mooring/contract/single-sign-on'
import type { HttpClient } from '../entra/http-client.ts'
import { discoverServer } from '../entra/openid/discover-server.ts'
import type { OpenIdServer } from '../entra/openid/openid-server.ts'
import type { Clock } from '../platform/clock.ts'

type Endpoints = Extract<ProviderInput, { kind: 'openid' }>['endpoints']

/** Knows where other providers' endpoints are. */
export type ServerFinder = {
  /** @throws {NetworkError} {DiscoveryRefused} */
  find(endpoints: Endpoints): Promise<OpenIdServer>
}

/** Endpoints hardly ever move; a sign-in should not wait for another request each time. */
const FRESH_MS = 10 * 60_000
const MOST_KEPT = 100

/** Keeps discovery documents for ten minutes. A failure is not kept. */
export function createServerFinder({
  http,
  clock,
}: {
  http: HttpClient
  clock: Clock
}): ServerFinder {
  const kept = new Map<string, { at: number; server: Promise<OpenIdServer> }>()
  return {
    async find(endpoints) {
      if (endpoints.kind === 'manual') return toServer(endpoints)
      const { url } = endpoints
      const now = clock.now().getTime()
      const found = kept.get(url)
      if (found && now - found.at < FRESH_MS) return await found.server
      if (kept.size >= MOST_KEPT) kept.clear()
      const server = discoverServer(http, url)
      kept.set(url, { at: now, server })
      server.catch(() => kept.delete(url))
      return await server
    },
  }
}

function toServer(endpoints: Extract<Endpoints, { kind: 'manual' }>): OpenIdServer {
  return {
    issuer: endpoints.issuer,
    authorizationUrl: endpoints.authorizationUrl,
    tokenUrl: endpoints.tokenUrl,
    jwksUrl: endpoints.jwksUrl,
    endSessionUrl: endpoints.endSessionUrl ?? undefined,
    namesIssuer: false,
    // What every provider must offer (RFC 6749 §2.3.1).
    tokenAuthentication: 'basic',
  }
}
