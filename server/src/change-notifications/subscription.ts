/** What Microsoft can tell us changes of. Devices are not among it. */
export type SubscribedStream = 'users' | 'groups'
export const SUBSCRIBED_STREAMS: readonly SubscribedStream[] = ['users', 'groups']

/** An agreement with Graph to be told about changes, or the wish for one. */
export type Subscription = {
  /** Graph's id; absent while there is none. */
  readonly id: string | undefined
  readonly expiresAt: Date | undefined
  readonly state: 'pending' | 'active' | 'unreachable' | 'failing'
  /** As `madeFor` tells it; absent where it was never tried. */
  readonly madeFor: string | undefined
  /** Failures in a row. */
  readonly tries: number
  readonly nextTryAt: Date | undefined
  /** Until then one process looks after it. */
  readonly leaseUntil: Date | undefined
}

/** What ought to be. */
export type Wish =
  | { readonly kind: 'none' }
  /** Microsoft could not reach this server by its public URL. */
  | { readonly kind: 'notPublic' }
  | { readonly kind: 'wanted'; readonly madeFor: string }

export type Step = 'rest' | 'create' | 'renew' | 'remove' | 'tellNotPublic'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/**
 * A day less than Graph allows, so that a clock that is ahead does not ask for too much.
 * @see Graph "Create subscription" › Maximum length of subscription: 41,760 minutes
 */
const LIFE_MS = 28 * DAY_MS
const FIRST_WAIT_MS = 15 * MINUTE_MS
const LONGEST_WAIT_MS = DAY_MS

/** What is to be done about a subscription now. */
export function planSubscription(found: Subscription | undefined, wish: Wish, now: Date): Step {
  if (found?.leaseUntil && found.leaseUntil > now) return 'rest'
  switch (wish.kind) {
    case 'none':
      return found ? 'remove' : 'rest'
    case 'notPublic':
      return found?.state === 'unreachable' && !found.madeFor ? 'rest' : 'tellNotPublic'
    case 'wanted': {
      if (!found || found.madeFor !== wish.madeFor) return 'create'
      if (found.nextTryAt && found.nextTryAt > now) return 'rest'
      return found.id && found.expiresAt && found.expiresAt > now ? 'renew' : 'create'
    }
  }
}

export const expiryFrom = (now: Date): Date => new Date(now.getTime() + LIFE_MS)

/** Half of its life is left for a renewal that fails. */
export const renewalAt = (expiresAt: Date, now: Date): Date =>
  new Date((now.getTime() + expiresAt.getTime()) / 2)

/** @param tries how many failed so far, at least 1. */
export const retryAt = (tries: number, now: Date): Date =>
  new Date(now.getTime() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)))

type Parties = { readonly tenantId: string; readonly clientId: string; readonly url: string }

/** What a subscription is bound to: with another application or another URL it is made anew. */
export const madeFor = ({ tenantId, clientId, url }: Parties): string =>
  `${tenantId} ${clientId} ${url}`

/** The tenant in what `madeFor` gave. */
export const tenantOf = (text: string): string => text.split(' ')[0] ?? ''

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * Whether Microsoft may be able to reach a URL. An emulator on this machine reaches everything.
 *
 * @param cloud whose Graph is to call.
 */
export function isReachable(url: URL, cloud: { name: string; graphUrl: string }): boolean {
  if (cloud.name === 'custom' && LOOPBACK.test(new URL(cloud.graphUrl).hostname)) return true
  return url.protocol === 'https:' && !LOOPBACK.test(url.hostname)
}
