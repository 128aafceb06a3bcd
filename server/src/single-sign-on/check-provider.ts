import { EntraError } from '../entra/entra-error.ts'
import type { TenantId } from '../entra/ids.ts'
import { clientId as toClientId } from '../entra/ids.ts'
import { NetworkError } from '../entra/network-error.ts'
import { DiscoveryRefused } from '../entra/openid/discover-server.ts'
import { fetchToken } from '../entra/token-source.ts'
import type { Clock } from '../platform/clock.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type ResolvedProvider, type ResolveParts, resolveProvider } from './resolve-provider.ts'

/** What the check looks at, in the order in which an administrator would mend it. */
export const PROVIDER_CHECKS = ['endpoints', 'keys', 'registration', 'redirect'] as const
export type ProviderCheck = (typeof PROVIDER_CHECKS)[number]

/** What one check found, as codes and values. */
export type ProviderFinding = {
  readonly id: ProviderCheck
  readonly state: 'passed' | 'warning' | 'failed' | 'skipped'
  /** Why: a code of Entra's, of the network's or of ours. */
  readonly code?: string
  readonly values?: Readonly<Record<string, string | number>>
  readonly microsoftTraceId?: string
}
export type FoundReport = {
  readonly checkedAt: Date
  readonly findings: readonly ProviderFinding[]
}

type Parts = ResolveParts & { readonly clock: Clock }

/**
 * Checks what can be checked without a person: whether the endpoints and the keys are there, and whether
 * the secret is right. What Entra tells only in a browser is left to the sign-in test.
 */
export async function checkProvider(
  parts: Parts,
  organization: OrganizationId,
): Promise<FoundReport> {
  const checkedAt = parts.clock.now()
  const found = await findOut('endpoints', async () => {
    const provider = await resolveProvider(parts, organization)
    return provider ?? ({ id: 'endpoints', state: 'failed', code: 'connectionNeeded' } as const)
  })
  if ('id' in found) {
    const rest = PROVIDER_CHECKS.slice(1).map((id) => ({ id, state: 'skipped' }) as const)
    return { checkedAt, findings: [found, ...rest] }
  }
  const findings: ProviderFinding[] = [
    { id: 'endpoints', state: 'passed', values: { issuer: found.server.issuer } },
    await findOut('keys', () => checkKeys(found)),
    await findOut('registration', () => checkRegistration(parts, found)),
    {
      id: 'redirect',
      state: 'warning',
      code: 'seenInTest',
      values: { url: found.client.redirectUri },
    },
  ]
  return { checkedAt, findings }
}

async function checkKeys({ reach, server }: ResolvedProvider): Promise<ProviderFinding> {
  const keys = await reach.keys.find(server.jwksUrl, undefined)
  return { id: 'keys', state: 'passed', values: { count: keys.length } }
}

/** Entra gives an application a token of its own: with it, id and secret are proven without a person. */
async function checkRegistration(
  { cloud, clock }: Parts,
  { tenantId, client, reach }: ResolvedProvider,
): Promise<ProviderFinding> {
  if (!tenantId && client.secret === undefined) {
    // Whoever gets hold of a code needs no more than PKCE's verifier then.
    return { id: 'registration', state: 'warning', code: 'secretMissing' }
  }
  if (!tenantId) return { id: 'registration', state: 'skipped' }
  await fetchToken(reach.http, clock, toIdentity(cloud, tenantId, client))
  return { id: 'registration', state: 'passed', values: { clientId: client.clientId } }
}

function toIdentity(
  cloud: Parts['cloud'],
  tenantId: TenantId,
  { clientId, secret }: ResolvedProvider['client'],
) {
  const credential = { kind: 'secret', value: secret ?? '' } as const
  return { cloud, tenantId, clientId: toClientId(clientId), credential }
}

async function findOut<Found>(
  id: ProviderCheck,
  look: () => Promise<Found>,
): Promise<Found | ProviderFinding> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof EntraError) {
      const { code, oauthError, traceId } = error
      const values = { code, oauthError }
      return {
        id,
        state: 'failed',
        code,
        values,
        ...(traceId ? { microsoftTraceId: traceId } : {}),
      }
    }
    if (error instanceof NetworkError) {
      const { code, host, found, status } = error
      return { id, state: 'failed', code, values: { host, found, status: status ?? '' } }
    }
    if (error instanceof DiscoveryRefused) {
      return { id, state: 'failed', code: error.code, values: { found: error.found } }
    }
    throw error
  }
}
