import type { HostileToken } from './sign-in/hostile-token.ts'

/** How the emulated cloud behaves where the documents leave a choice, and what it does on request. */
export type Scenario = {
  /** Lifetime of an app-only token. */
  tokenLifetimeSeconds: number
  /** Whether access tokens carry Graph's `nonce` header, which spoils their signature for others. */
  tokenNonceHeader: boolean
  /** How the parts of error_description are separated. */
  errorSeparator: 'crlf' | 'blank'
  /** What the administrator answers on the admin consent page; `ask` shows the page. */
  adminConsent: 'grant' | 'deny' | 'ask'
  /** Resource-unit throttling; off for benchmarks. */
  throttling: boolean
  /** Whether compliance writes by this app count, are accepted and ignored, or refused. */
  complianceWrites: 'count' | 'ignore' | 'refuse'
  /** Added to every Graph answer, in milliseconds of real time. */
  latencyMs: number
  /** Items of a $batch answer come back in another order. */
  shuffleBatch: boolean
  delta: DeltaScenario
  subscriptions: SubscriptionScenario
  signIn: SignInScenario
}

/** How the sign-in of people behaves. */
export type SignInScenario = {
  /** Where 50105 and 53003 end: reports differ. */
  refusals: 'page' | 'redirect'
  /** What ID tokens are like. */
  idTokens: 'honest' | HostileToken
  /** The highest authentication context: 25 by the documents, 99 in the portal. */
  contextLimit: number
  /** Whether `claims={"id_token":{"acrs":…}}` is heeded; the access_token form always is. */
  idTokenContexts: boolean
  /** More groups than this are left out of a token ("overage"). */
  groupsLimit: number
}

/** How change notifications behave. Times are real time, since they happen on the wire. */
export type SubscriptionScenario = {
  /** Notifications go out by themselves; otherwise only by `notifications.deliverNow`. */
  automatic: boolean
  /** Time from a change to its delivery; changes in between go together. */
  delayMs: number
  /** Time until a delivery without a 2xx is tried again. */
  retryMs: number
  /** Notifications in one post. */
  batchSize: number
  /** How often each post is sent: a flood. */
  copies: number
  /** Changes are not told at all, and never will be. */
  lost: boolean
  /** After an unanswered `reauthorizationRequired` nothing is told until the app reauthorizes. */
  pausesUnanswered: boolean
  clientState: 'right' | 'wrong' | 'missing'
  tenantId: 'right' | 'wrong'
  /** Microsoft demands https; without this, http is allowed on loopback. */
  requireHttps: boolean
  /** Time for the answer to a notification, and to the validation of a URL. */
  answerWithinMs: number
  validateWithinMs: number
  /** Quotas. */
  perAppAndTenant: number
  perTenant: number
}

export type DeltaScenario = {
  /** Objects per page, one after the other; empty: 200 with $select, 100 without. */
  pageSizes: number[]
  /** Members of one group on one page; a larger group goes on on later pages. */
  memberSlice: number
  /** Members on one page over all groups. */
  membersPerPage: number
  /** Groups that may be in the middle of their members at the same time (interleaving). */
  openGroups: number
  /** Every n-th page comes back empty, with a nextLink; 0 = never. */
  emptyPageEvery: number
  /** Every n-th object comes once more on the following page; 0 = never. */
  duplicateEvery: number
  /** Tombstones of objects never seen, at the start of an initial round. */
  tombstones: number
  /** A delta round tells the changes of the last n versions again. */
  replayVersions: number
  /** Spelling of the function in nextLinks and deltaLinks. */
  linkSpelling: DeltaSpelling | 'rotate'
  /** Age at which a token is answered with syncStateNotFound. */
  tokenLifetimeDays: number
  /** groups/delta does not tell that a member was deleted for good (reported; the documents differ). */
  silentPurges: boolean
  /** groups/delta does not tell that a member was soft-deleted or restored: so it is documented. */
  silentSoftDeletes: boolean
  /** Members added or removed while they were soft-deleted are never told: only memberOf knows. */
  losesChangesWhileAway: boolean
}

export const deltaSpellings = [
  'delta',
  'delta()',
  'microsoft.graph.delta',
  'microsoft.graph.delta()',
] as const
export type DeltaSpelling = (typeof deltaSpellings)[number]

export function defaultScenario(): Scenario {
  return {
    tokenLifetimeSeconds: 3599,
    tokenNonceHeader: true,
    errorSeparator: 'blank',
    adminConsent: 'grant',
    throttling: true,
    complianceWrites: 'count',
    latencyMs: 0,
    shuffleBatch: false,
    delta: {
      pageSizes: [],
      memberSlice: 500,
      membersPerPage: 2000,
      openGroups: 5,
      emptyPageEvery: 0,
      duplicateEvery: 0,
      tombstones: 0,
      replayVersions: 0,
      linkSpelling: 'delta',
      tokenLifetimeDays: 7,
      silentPurges: false,
      silentSoftDeletes: true,
      losesChangesWhileAway: false,
    },
    subscriptions: {
      automatic: true,
      delayMs: 200,
      retryMs: 10_000,
      batchSize: 100,
      copies: 1,
      lost: false,
      pausesUnanswered: false,
      clientState: 'right',
      tenantId: 'right',
      requireHttps: false,
      answerWithinMs: 3000,
      validateWithinMs: 10_000,
      perAppAndTenant: 100,
      perTenant: 1000,
    },
    signIn: {
      refusals: 'page',
      idTokens: 'honest',
      contextLimit: 25,
      idTokenContexts: true,
      groupsLimit: 200,
    },
  }
}
