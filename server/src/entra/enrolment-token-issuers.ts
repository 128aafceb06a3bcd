import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Cloud } from './clouds.ts'
import type { TokenVersion } from './enrolment-token.ts'
import type { HttpClient } from './http-client.ts'
import type { TenantId } from './ids.ts'

/** Who signs a tenant's access tokens of one version. */
export type TokenIssuer = { readonly issuer: string; readonly jwksUrl: string }

/** Knows a tenant's issuers. */
export type TokenIssuers = {
  /** Never fails: while the authority does not answer, what its documentation says is taken. */
  find(tenantId: TenantId, version: TokenVersion): Promise<TokenIssuer>
}

const FRESH_MS = 24 * 60 * 60_000
const RETRY_MS = 60_000
const TIMEOUT_MS = 10_000
const MOST_KEPT = 1000

/**
 * Reads issuer and key address from the tenant's metadata, at most once a day: both are constants of a
 * tenant, but not the same constants in every cloud.
 *
 * @see Entra "OpenID Connect on the Microsoft identity platform" › Find your app's OpenID configuration document URI
 */
export function createTokenIssuers(parts: {
  readonly http: HttpClient
  readonly clock: Clock
  readonly cloud: Cloud
}): TokenIssuers {
  const { http, clock, cloud } = parts
  const kept = new Map<string, { until: number; found: Promise<TokenIssuer> }>()
  return {
    async find(tenantId, version) {
      const key = `${tenantId}/${version}`
      const now = clock.now().getTime()
      const known = kept.get(key)
      if (known && now < known.until) return await known.found
      if (kept.size >= MOST_KEPT) kept.clear()
      const documented = documentedIssuer(cloud, tenantId, version)
      const previous = known?.found ?? Promise.resolve(documented)
      const found = fetchIssuer(http, { cloud, tenantId, version }).catch(() => {
        kept.set(key, { until: now + RETRY_MS, found: previous })
        return previous
      })
      kept.set(key, { until: now + FRESH_MS, found })
      return await found
    },
  }
}

const pathOf = (version: TokenVersion) => (version === '2.0' ? '/v2.0' : '')
const Metadata = z.object({ issuer: z.url(), jwks_uri: z.url() })

type Wanted = {
  readonly cloud: Cloud
  readonly tenantId: TenantId
  readonly version: TokenVersion
}

/** @throws {NetworkError} {ZodError} {RangeError} when it does not come, or speaks of somebody else. */
async function fetchIssuer(http: HttpClient, { cloud, tenantId, version }: Wanted) {
  const url = `${cloud.authorityUrl}/${tenantId}${pathOf(version)}/.well-known/openid-configuration`
  const answer = await http.send({ method: 'GET', url, signal: AbortSignal.timeout(TIMEOUT_MS) })
  const { issuer, jwks_uri: jwksUrl } = Metadata.parse(answer.json)
  const isOfTenant = new URL(issuer).pathname.split('/').includes(tenantId)
  // Keys come over TLS where the authority does.
  const isSafe = !cloud.authorityUrl.startsWith('https:') || jwksUrl.startsWith('https:')
  if (!isOfTenant || !isSafe) throw new RangeError('metadata of another tenant')
  return { issuer, jwksUrl }
}

function documentedIssuer(cloud: Cloud, tenantId: TenantId, version: TokenVersion): TokenIssuer {
  const isChina = cloud.name === 'china'
  const jwksUrl = `${cloud.authorityUrl}/${tenantId}/discovery${pathOf(version)}/keys`
  if (version === '1.0') {
    const host = isChina ? 'https://sts.chinacloudapi.cn' : 'https://sts.windows.net'
    return { issuer: `${host}/${tenantId}/`, jwksUrl }
  }
  const host = isChina ? 'https://login.partner.microsoftonline.cn' : cloud.authorityUrl
  return { issuer: `${host}/${tenantId}/v2.0`, jwksUrl }
}
