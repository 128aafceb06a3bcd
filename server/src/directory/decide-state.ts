import type { DirectorySettings, StateReason } from '@mooring/contract/directory'
import type { UserRow } from '../platform/schema.ts'

/** What the decision about a person rests on. */
export type PersonFacts = Pick<
  UserRow,
  'entra_state' | 'account_enabled' | 'user_type' | 'in_scope' | 'state' | 'removed_at'
> & {
  /** Whether another organization that is connected to the same tenant has this person. */
  readonly isElsewhere: boolean
}

export type StateRules = Pick<DirectorySettings, 'guests' | 'disabledUsers' | 'removedUsers'>

/** What is to become of a person in this organization. */
export type Verdict =
  | {
      readonly kind: 'state'
      readonly state: UserRow['state']
      readonly reason: StateReason | null
      readonly removedAt: Date | null
    }
  /** The grace period is over. */
  | { readonly kind: 'expired'; readonly reason: StateReason }

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Decides what the organization makes of what Entra says of a person.
 *
 * Whoever is part of the organization and no longer should be is locked and kept for the grace
 * period; whoever never was stays outside and is not shown.
 */
export function decideState(person: PersonFacts, rules: StateRules, now: Date): Verdict {
  const reason = whyLeftOut(person, rules)
  if (!reason) {
    return person.account_enabled
      ? { kind: 'state', state: 'active', reason: null, removedAt: null }
      : { kind: 'state', state: 'disabled', reason: 'accountDisabled', removedAt: null }
  }
  if (person.state === 'outside')
    return { kind: 'state', state: 'outside', reason, removedAt: null }
  const removedAt = person.state === 'removed' ? (person.removed_at ?? now) : now
  const endsAt = removedAt.getTime() + rules.removedUsers.graceDays * DAY_MS
  if (person.state === 'removed' && endsAt <= now.getTime()) return { kind: 'expired', reason }
  return { kind: 'state', state: 'removed', reason, removedAt }
}

/** Whether the row already says what was decided. */
export function isSettled(
  person: Pick<UserRow, 'state' | 'state_reason' | 'in_scope'>,
  verdict: Verdict,
): boolean {
  return (
    person.in_scope !== null &&
    verdict.kind === 'state' &&
    verdict.state === person.state &&
    verdict.reason === person.state_reason
  )
}

function whyLeftOut(person: PersonFacts, rules: StateRules): StateReason | undefined {
  const { entra_state: entra, state } = person
  if (entra === 'binned') return 'recycleBin'
  if (entra === 'gone') return 'deleted'
  if (entra === 'missing') return 'missing'
  if (person.user_type === 'guest' && rules.guests === 'exclude') return 'guest'
  if (!person.account_enabled && rules.disabledUsers === 'ignore') return 'accountDisabled'
  if (!person.in_scope) return 'outOfScope'
  // Whoever had the person first keeps them.
  if (person.isElsewhere && state === 'outside') return 'elsewhere'
  return undefined
}
