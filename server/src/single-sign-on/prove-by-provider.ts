import type { Claims } from '../entra/openid/judge-id-token.ts'
import { proveStepUp } from '../sign-in/index.ts'
import type { Attempt } from './attempt.ts'
import type { Refusal } from './attempt-outcome.ts'
import type { CreateParts } from './create-account.ts'
import { findAccount } from './find-account.ts'
import type { Answer } from './finish-attempt.ts'

/** The proof of a step-up: the session goes on under a new token. */
export type Proof =
  | { readonly kind: 'proven'; readonly token: string; readonly expiresAt: Date }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/**
 * Proves a step-up by a sign-in that was made for it: by the same person, just now, and with the
 * authentication context satisfied where one is asked for.
 */
export async function proveByProvider(
  parts: CreateParts,
  attempt: Attempt,
  answer: Extract<Answer, { kind: 'claims' }>,
): Promise<Proof> {
  const { organization, stepUpId: stepUp, sessionId: session } = attempt
  const now = parts.clock.now()
  const account = await findAccount(parts.db, organization, answer)
  const isSame = account.kind === 'found' && account.person.id === attempt.startedBy
  if (!isSame || !stepUp || !session) return refused('otherPerson')
  const { settings } = answer.provider
  const context = settings.kind === 'entra' ? settings.stepUpContext : null
  if (!isFresh(answer.claims, { attempt, context, now })) return refused('notFresh')
  if (context !== null && !isSatisfied(answer.claims, context)) return refused('contextMissing')
  const key = { organization, session, stepUp }
  const renewed = await parts.db
    .transaction()
    .execute((tx) => proveStepUp(tx, { ...key, by: 'provider', now }))
  return renewed ? { kind: 'proven', ...renewed } : refused('tookTooLong')
}

const refused = (code: Refusal['code']): Proof => ({ kind: 'refused', refusal: { code } })

const FRESH_SECONDS = 5 * 60
const TOLERANCE_SECONDS = 60

type Occasion = {
  readonly attempt: Pick<Attempt, 'createdAt'>
  readonly context: string | null
  readonly now: Date
}

/**
 * Whether somebody was there just now. Who takes `prompt=login` out of the address comes back without
 * having been asked: the provider must tell when it last asked (`auth_time`), and that must be since then.
 * Only a context that Entra confirms stands for itself.
 */
function isFresh(claims: Claims, { attempt, context, now }: Occasion): boolean {
  const { iat, auth_time: askedAt } = claims
  if (typeof iat !== 'number' || now.getTime() / 1000 - iat > FRESH_SECONDS) return false
  if (typeof askedAt !== 'number') return context !== null
  return askedAt >= attempt.createdAt.getTime() / 1000 - TOLERANCE_SECONDS
}

/** @see Entra "Developer guide to Conditional Access authentication context" */
function isSatisfied({ acrs }: Claims, context: string): boolean {
  return Array.isArray(acrs) && acrs.includes(context)
}
