import type { StepUp as ContractStepUp } from '@mooring/contract/step-up'
import type { OrganizationId } from '../platform/organization-id.ts'

/** A step-up is good for this long from its beginning. */
export const STEP_UP_MS = 5 * 60_000

export type StepUpId = `stp_${string}`

/** How somebody proved anew to be there. */
export type StepUpWay = ContractStepUp['ways'][number]

/** The proof of a fresh sign-in, or the wish for one, for one call of one session. */
export type StepUp = {
  readonly organization: OrganizationId
  readonly id: StepUpId
  readonly session: string
  /** Of the call, made by `hashAct`. */
  readonly actHash: string
  /** The endpoint's name. */
  readonly act: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly provenAt: Date | undefined
  readonly usedAt: Date | undefined
}

/** How far a step-up is. One that was used stays used, however old. */
export function stateOf(
  { usedAt, expiresAt, provenAt }: Pick<StepUp, 'usedAt' | 'expiresAt' | 'provenAt'>,
  now: Date,
): ContractStepUp['state'] {
  if (usedAt) return 'used'
  if (expiresAt <= now) return 'expired'
  return provenAt ? 'proven' : 'open'
}

export function toContract(
  stepUp: StepUp,
  told: Pick<ContractStepUp, 'act' | 'ways' | 'needsCode'>,
  now: Date,
): ContractStepUp {
  const { id, expiresAt } = stepUp
  return { id, state: stateOf(stepUp, now), ...told, expiresAt: expiresAt.toISOString() }
}
