/**
 * A Conditional Access policy. What is left out does not narrow it; one with `contexts` applies only
 * when one of these authentication contexts is asked for, whatever the app.
 */
export type AccessPolicy = {
  readonly id: string
  readonly name: string
  /** Object ids of users and groups; groups count however deep. */
  readonly users?: readonly string[]
  readonly groups?: readonly string[]
  readonly exceptUsers?: readonly string[]
  readonly exceptGroups?: readonly string[]
  /** Client ids. */
  readonly apps?: readonly string[]
  /** Authentication contexts: `c1`, `c2` … */
  readonly contexts?: readonly string[]
  /** Applies only on a device in this state. */
  readonly onDevice?: 'compliant' | 'notCompliant'
  readonly control: 'allow' | 'mfa' | 'compliantDevice' | 'block'
  /** A sign-in older than this does not count; 0: every time. */
  readonly signInFrequencyMs?: number
}

/** What is known when a token is asked for. */
export type AccessRequest = {
  readonly userId: string
  readonly groupIds: ReadonlySet<string>
  readonly clientId: string
  readonly contexts: readonly string[]
  readonly isDeviceCompliant: boolean
  readonly authenticatedAt: Date
  readonly hasMfa: boolean
  /** The person has just signed in, for this very request: that is fresh by any measure. */
  readonly isFresh: boolean
  readonly now: Date
}

export type AccessDecision =
  | { readonly kind: 'granted' }
  | {
      readonly kind: 'blocked' | 'deviceNotCompliant' | 'signInTooOld' | 'needsMfa'
      readonly policy: AccessPolicy
    }

/**
 * Judges a sign-in by all policies that apply; the hardest demand wins.
 * @see Entra "Conditional Access: Grant", "Conditional Access: Session"
 */
export function decideAccess(
  policies: readonly AccessPolicy[],
  request: AccessRequest,
): AccessDecision {
  const demands = policies
    .filter((policy) => applies(policy, request))
    .flatMap((policy) => demandsOf(policy, request).map((kind) => ({ kind, policy })))
  const hardest = hardestFirst.flatMap((kind) => demands.filter((one) => one.kind === kind))[0]
  return hardest ?? { kind: 'granted' }
}

const hardestFirst = ['blocked', 'deviceNotCompliant', 'signInTooOld', 'needsMfa'] as const

function applies(policy: AccessPolicy, request: AccessRequest): boolean {
  const { users, groups, apps, contexts, onDevice } = policy
  const isIn = (ids: readonly string[] | undefined) => ids?.some((id) => request.groupIds.has(id))
  const isForAll = users === undefined && groups === undefined
  if (!isForAll && !users?.includes(request.userId) && !isIn(groups)) return false
  if (policy.exceptUsers?.includes(request.userId) || isIn(policy.exceptGroups)) return false
  if (onDevice !== undefined && (onDevice === 'compliant') !== request.isDeviceCompliant)
    return false
  if (contexts !== undefined) return contexts.some((id) => request.contexts.includes(id))
  return apps === undefined || apps.includes(request.clientId)
}

function demandsOf(policy: AccessPolicy, request: AccessRequest): (typeof hardestFirst)[number][] {
  const demands: (typeof hardestFirst)[number][] = []
  if (policy.control === 'block') demands.push('blocked')
  if (policy.control === 'compliantDevice' && !request.isDeviceCompliant)
    demands.push('deviceNotCompliant')
  if (policy.control === 'mfa' && !request.hasMfa) demands.push('needsMfa')
  const ageMs = request.now.getTime() - request.authenticatedAt.getTime()
  if (policy.signInFrequencyMs !== undefined && !request.isFresh) {
    if (ageMs >= policy.signInFrequencyMs) demands.push('signInTooOld')
  }
  return demands
}
