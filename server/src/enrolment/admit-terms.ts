import type { Admission, TermsVisit } from '../terms-of-use/index.ts'
import type { Facts } from './attempt.ts'
import { type BearerParts, identifyBearer } from './identify-bearer.ts'
import { REFUSALS, type Refusal, termsErrorOf } from './refusal.ts'

type Parts = BearerParts & { readonly admitsRecord: () => boolean }

/** Decides whether whoever asks for the terms of use may go on, and records it as an attempt's first step. */
export async function admitTerms(
  parts: Parts,
  token: string | undefined,
  visit: TermsVisit,
): Promise<Admission> {
  if (token === undefined) return await refuse(parts, 'tokenAbsent', visit)
  const identified = await identifyBearer(parts, token)
  const at = parts.clock.now()
  const { traceId, request } = visit
  const step = { step: 'terms', at, traceId, requestId: request?.requestId } as const
  if (identified.kind === 'refused') {
    const { kind: _, refusal, organization, ...who } = identified
    const facts = { ...toFacts(visit), ...who.facts }
    if (parts.admitsRecord()) {
      await parts.looks.record(organization, { ...step, ...who, reason: refusal, facts })
    }
    return toRefused(refusal)
  }
  const { organization, proof, facts } = identified.bearer
  // A token of ours says nothing to Entra.
  if (proof.kind === 'own') return await refuse(parts, 'tokenUnreadable', visit)
  const { claims } = proof
  await parts.looks.record(organization, {
    ...step,
    userEntraId: claims.oid,
    userName: claims.userPrincipalName,
    facts: { ...toFacts(visit), ...facts },
  })
  const { tenantId, oid, userPrincipalName: userName } = claims
  return { kind: 'admitted', organization, tenantId, oid, userName }
}

/** Records a request that got no further than its own form, in the organization that is everybody's. */
export async function recordTermsRefusal(
  parts: Parts,
  visit: TermsVisit,
  reason: 'returnNotAllowed' | 'apiVersionUnknown' | 'tokenAbsent' | 'tokenUnreadable',
): Promise<void> {
  if (!parts.admitsRecord()) return
  await parts.looks.record(await parts.home(), {
    step: 'terms',
    at: parts.clock.now(),
    traceId: visit.traceId,
    requestId: visit.request?.requestId,
    reason,
    facts: toFacts(visit),
  })
}

async function refuse(
  parts: Parts,
  refusal: 'tokenAbsent' | 'tokenUnreadable',
  visit: TermsVisit,
): Promise<Admission> {
  await recordTermsRefusal(parts, visit, refusal)
  return toRefused(refusal)
}

function toRefused(refusal: Refusal): Admission {
  return { kind: 'refused', error: termsErrorOf(refusal), reason: REFUSALS[refusal].message }
}

function toFacts({ request, method, hasToken, host }: TermsVisit): Facts {
  return {
    termsMethod: method,
    hasAuthorization: hasToken,
    ...(host === undefined ? {} : { host }),
    ...(request ? { isJoin: request.isJoin } : {}),
  }
}
