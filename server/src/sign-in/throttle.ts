/** How often something may fail before it has to wait. */
export type ThrottleLimits = {
  readonly freeFailures: number
  readonly windowMs: number
  /** The first wait; each further failure doubles it, up to `longestBlockMs`. */
  readonly firstBlockMs: number
  readonly longestBlockMs: number
}

/** What is remembered of an account or an address. */
export type ThrottleState = {
  readonly failures: number
  readonly windowStartedAt: Date
  readonly blockedUntil: Date | undefined
}

const MINUTE_MS = 60_000

/** Guessing one account from one network, or in one browser: about forty tries an hour. */
export const ACCOUNT_LIMITS: ThrottleLimits = {
  freeFailures: 5,
  windowMs: 15 * MINUTE_MS,
  firstBlockMs: MINUTE_MS / 2,
  longestBlockMs: 15 * MINUTE_MS,
}
/**
 * Guessing one account from many networks. High, because whoever reaches it keeps the account's owner
 * out as well, where they sign in with a browser that is not known yet.
 */
export const EVERYWHERE_LIMITS: ThrottleLimits = {
  freeFailures: 100,
  windowMs: 60 * MINUTE_MS,
  firstBlockMs: MINUTE_MS,
  longestBlockMs: 15 * MINUTE_MS,
}
/** Trying many accounts from one address; a whole office may be behind it. */
export const ADDRESS_LIMITS: ThrottleLimits = {
  freeFailures: 200,
  windowMs: 15 * MINUTE_MS,
  firstBlockMs: MINUTE_MS,
  longestBlockMs: 15 * MINUTE_MS,
}
/** Tokens and links nobody mistypes: they are shown by programs, or clicked. */
export const CREDENTIAL_LIMITS: ThrottleLimits = { ...ADDRESS_LIMITS, freeFailures: 20 }

/** Asking for what is shown before a sign-in, which pages do by themselves. */
export const OFFER_LIMITS: ThrottleLimits = {
  freeFailures: 100,
  windowMs: 15 * MINUTE_MS,
  firstBlockMs: MINUTE_MS,
  longestBlockMs: 15 * MINUTE_MS,
}

export type Attempt =
  | { readonly kind: 'admitted'; readonly state: ThrottleState }
  | { readonly kind: 'blocked'; readonly until: Date }

/**
 * Counts an attempt before it is known how it ends, so that many at once do not slip through. One
 * that succeeds is forgotten afterwards.
 */
export function countAttempt(
  state: ThrottleState | undefined,
  limits: ThrottleLimits,
  now: Date,
): Attempt {
  if (state?.blockedUntil && state.blockedUntil > now) {
    return { kind: 'blocked', until: state.blockedUntil }
  }
  const isSameWindow =
    state !== undefined && now.getTime() < state.windowStartedAt.getTime() + limits.windowMs
  const failures = isSameWindow ? state.failures + 1 : 1
  const excess = failures - limits.freeFailures
  const blockMs = Math.min(limits.firstBlockMs * 2 ** excess, limits.longestBlockMs)
  return {
    kind: 'admitted',
    state: {
      failures,
      windowStartedAt: isSameWindow ? state.windowStartedAt : now,
      blockedUntil: excess >= 0 ? new Date(now.getTime() + blockMs) : undefined,
    },
  }
}
