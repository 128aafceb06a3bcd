import { isIPv6 } from 'node:net'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  ACCOUNT_LIMITS,
  ADDRESS_LIMITS,
  countAttempt,
  EVERYWHERE_LIMITS,
  type ThrottleLimits,
} from './throttle.ts'
import { forgiveAttempt, lockThrottle, removeThrottle, saveThrottle } from './throttles-store.ts'
import { hashToken } from './token.ts'

export type SignInAttempt = {
  readonly email: string
  readonly clientAddress: string
  /** The browser's token, where the account was signed in with it before. */
  readonly knownBrowser: string | undefined
}

/**
 * Counts a sign-in attempt, shared by all processes: of the account from this network and from everywhere,
 * and of the address. A browser that is known has a count of its own: no stranger uses that up.
 *
 * @param home where attempts are kept: an account that does not exist has no organization.
 * @returns until when this one has to wait, or `undefined` when it may go ahead.
 */
export async function throttleSignIn(
  db: Database['db'],
  home: OrganizationId,
  { attempt, now }: { attempt: SignInAttempt; now: Date },
): Promise<Date | undefined> {
  return await admitTry(db, home, { keys: keysOf(attempt), now })
}

/** Something that is counted, and how often it may happen. */
export type ThrottleKey = { readonly key: string; readonly limits: ThrottleLimits }

/**
 * Counts a try under each key, shared by all processes.
 *
 * @param keys always in the same order of kinds: two tries then never wait for each other in a ring.
 * @returns until when this one has to wait, or `undefined` when it may go ahead.
 */
export async function admitTry(
  db: Database['db'],
  organization: OrganizationId,
  { keys, now }: { keys: readonly ThrottleKey[]; now: Date },
): Promise<Date | undefined> {
  return await db.transaction().execute(async (tx) => {
    const counted: Counted[] = []
    for (const { key, limits } of keys) {
      const state = await lockThrottle(tx, organization, { key, now })
      const outcome = countAttempt(state, limits, now)
      if (outcome.kind === 'blocked') return outcome.until
      counted.push({ key, state: outcome.state })
    }
    for (const entry of counted) await saveThrottle(tx, organization, entry)
    return undefined
  })
}

/** The key of an address. Hashed: IP addresses of strangers are not kept. */
export const addressKey = (use: string, clientAddress: string): string =>
  `${use}:${hashToken(networkOf(clientAddress))}`

type Counted = Parameters<typeof saveThrottle>[2]

/** Forgets the failures before a sign-in that succeeded, and this attempt where others are counted, too. */
export async function forgiveSignIn(
  tx: Db,
  home: OrganizationId,
  attempt: SignInAttempt,
): Promise<void> {
  const [own, ...shared] = keysOf(attempt)
  await removeThrottle(tx, home, own.key)
  for (const { key } of shared) await forgiveAttempt(tx, home, key)
}

/** Hashed: neither mail addresses nor IP addresses of strangers are kept. Always the account first. */
function keysOf({ email, clientAddress, knownBrowser }: SignInAttempt) {
  const address = { key: addressKey('address', clientAddress), limits: ADDRESS_LIMITS }
  if (knownBrowser !== undefined) {
    const key = `browser:${hashToken(`${email} ${knownBrowser}`)}`
    return [{ key, limits: ACCOUNT_LIMITS }, address] as const
  }
  const here = `account:${hashToken(`${email} ${networkOf(clientAddress)}`)}`
  const everywhere = { key: `account-all:${hashToken(email)}`, limits: EVERYWHERE_LIMITS }
  return [{ key: here, limits: ACCOUNT_LIMITS }, everywhere, address] as const
}

/** Whoever has one IPv6 address has the whole /64 around it. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail = ''] = plain.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...(plain.includes('::') ? zeros : []), ...right]
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}
