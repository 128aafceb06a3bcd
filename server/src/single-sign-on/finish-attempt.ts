import type { Claims, TokenCheck } from '../entra/openid/judge-id-token.ts'
import { type Redeemed, redeemCode } from '../entra/openid/redeem-code.ts'
import type { Clock } from '../platform/clock.ts'
import { type Attempt, deriveSecrets } from './attempt.ts'
import type { Refusal, ReturnCheck } from './attempt-outcome.ts'
import { readExchangeError, readReturnedError } from './provider-refusal.ts'
import { type ResolvedProvider, type ResolveParts, resolveProvider } from './resolve-provider.ts'
import type { Return } from './return-query.ts'

/** What came of asking the provider who it is. */
export type Answer =
  | { readonly kind: 'claims'; readonly claims: Claims; readonly provider: ResolvedProvider }
  | {
      readonly kind: 'refused'
      readonly check: ReturnCheck | TokenCheck
      readonly refusal: Refusal
      readonly claims?: Claims | undefined
      readonly provider?: ResolvedProvider | undefined
    }

type Returned = Exclude<Return, { kind: 'notOurs' | 'unclear' }>
type Parts = ResolveParts & { readonly clock: Clock }

/**
 * Goes on with a return whose state was right and is used up: what the provider says, whether it is still
 * the one that was asked, and what its code is good for.
 */
export async function readAnswer(
  parts: Parts,
  { attempt, secret, returned }: { attempt: Attempt; secret: string; returned: Returned },
): Promise<Answer> {
  if (returned.kind === 'error') return refuse('returned', readReturnedError(returned))
  try {
    const provider = await resolveProvider(parts, attempt.organization)
    const mayBegin = attempt.purpose === 'test' || provider?.settings.enabled
    if (!provider || !mayBegin || provider.hash !== attempt.providerHash) {
      return refuse('returned', { code: 'providerChanged' })
    }
    const issuer = returned.query.get('iss')
    const { server } = provider
    // RFC 9207 §2.4: an answer that names another issuer, or none although it always does, is another's.
    if (issuer === null ? server.namesIssuer : issuer !== server.issuer) {
      return refuse('returned', { code: 'issuerMixedUp' })
    }
    const redeemed = await redeemCode(
      { ...provider.reach, clock: parts.clock },
      {
        ...deriveSecrets(attempt.id, secret),
        server: provider.server,
        client: provider.client,
        tenantId: provider.tenantId,
        query: returned.query,
        startedAt: attempt.createdAt,
      },
    )
    return toAnswer(redeemed, provider)
  } catch (error) {
    const refusal = readExchangeError(error)
    if (refusal) return refuse('redeemed', refusal)
    throw error
  }
}

function toAnswer(redeemed: Redeemed, provider: ResolvedProvider): Answer {
  switch (redeemed.kind) {
    case 'good':
      return { kind: 'claims', claims: redeemed.claims, provider }
    case 'refused': {
      const { check, reason, claims } = redeemed
      return { ...refuse(check, { code: 'tokenRefused', values: { reason } }), claims, provider }
    }
    case 'libraryObjects':
      return refuse('token', { code: 'tokenRefused', values: { reason: redeemed.code } })
  }
}

const refuse = (check: ReturnCheck | TokenCheck, refusal: Refusal) =>
  ({ kind: 'refused', check, refusal }) as const
