import { isIPv6 } from 'node:net'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { ACCOUNT_LIMITS, ADDRESS_LIMITS, countAttempt, type ThrottleLimits } from './throttle.ts'
import { forgiveAttempt, lockThrottle, removeThrottle, saveThrottle } from './throttles-store.ts'
import { hashToken } from './token.ts'

export type SignInAttempt = { readonly email: string; readonly clientAddress: string }

/**
 * Counts a sign-in attempt, per account and per address, shared by all processes.
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

/** Forgets the account's failures after a sign-in that succeeded, and this attempt of the address. */
export async function forgiveSignIn(
  tx: Db,
  home: OrganizationId,
  attempt: SignInAttempt,
): Promise<void> {
  const [account, address] = keysOf(attempt)
  await removeThrottle(tx, home, account.key)
  await forgiveAttempt(tx, home, address.key)
}

/** Hashed: neither mail addresses nor IP addresses of strangers are kept. */
function keysOf({ email, clientAddress }: SignInAttempt) {
  return [
    // Always the account first.
    { key: `account:${hashToken(email)}`, limits: ACCOUNT_LIMITS },
    { key: addressKey('address', clientAddress), limits: ADDRESS_LIMITS },
  ] as const
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
