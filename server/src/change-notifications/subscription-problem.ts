import { GraphError } from '../entra/graph/graph-error.ts'
import { type EntraTrouble, toTrouble } from '../entra/trouble.ts'
import type { SubscribedStream, Subscription } from './subscription.ts'

/** Why there is no subscription, as code and values. */
export type SubscriptionProblem = EntraTrouble & { readonly at: string }

/** The public URL is not one that Microsoft could call. */
export const notPublic = (url: string, now: Date): SubscriptionProblem => ({
  code: 'notificationUrlNotPublic',
  values: { url },
  at: now.toISOString(),
})

/**
 * What a failed try means.
 *
 * @returns `undefined` for an error that is none of Microsoft's.
 */
export function readFailure(
  error: unknown,
  {
    url,
    stream,
    now,
  }: { readonly url: string; readonly stream: SubscribedStream; readonly now: Date },
): { state: Subscription['state']; problem: SubscriptionProblem } | undefined {
  const trouble = toTrouble(error)
  if (!trouble) return undefined
  const at = now.toISOString()
  if (!(error instanceof GraphError)) return { state: 'failing', problem: { ...trouble, at } }
  if (error.status === 400 && HANDSHAKE_FAILED.has(error.code)) {
    const values = { ...trouble.values, url }
    const problem = { ...trouble, code: 'notificationUrlUnreachable', values, at }
    return { state: 'unreachable', problem }
  }
  const isQuota = error.isDenied && error.code !== 'Authorization_RequestDenied'
  const code = isQuota ? 'subscriptionRefused' : trouble.code
  const values = { ...trouble.values, permission: PERMISSION[stream] }
  return { state: 'failing', problem: { ...trouble, code, values, at } }
}

/** All we ask for is fixed but our URL: Graph did not get the answer that it looks for there. */
const HANDSHAKE_FAILED = new Set(['ValidationError', 'InvalidRequest'])

/** The permission to be told is the one to read. */
const PERMISSION: Readonly<Record<SubscribedStream, string>> = {
  users: 'User.Read.All',
  groups: 'Group.Read.All',
}
