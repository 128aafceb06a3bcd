import type { Attempt } from './attempt.ts'
import type { Refusal } from './attempt-outcome.ts'
import type { CreateParts } from './create-account.ts'
import { findAccount } from './find-account.ts'
import type { Answer } from './finish-attempt.ts'

/**
 * Whether a fresh sign-in proves that the holder of a session is there: the same person, and the
 * authentication context satisfied where one is asked for.
 *
 * @see Entra "Developer guide to Conditional Access authentication context" › Steps
 */
export async function judgeProof(
  { db }: CreateParts,
  attempt: Attempt,
  { claims, provider }: Extract<Answer, { kind: 'claims' }>,
): Promise<Refusal | undefined> {
  const account = await findAccount(db, attempt.organization, { provider, claims })
  if (account.kind !== 'found' || account.person.id !== attempt.startedBy) {
    return { code: 'otherPerson' }
  }
  const { settings } = provider
  const context = settings.kind === 'entra' ? settings.stepUpContext : null
  const satisfied: unknown = claims['acrs']
  const isSatisfied = Array.isArray(satisfied) && satisfied.includes(context)
  return context === null || isSatisfied ? undefined : { code: 'contextMissing' }
}
