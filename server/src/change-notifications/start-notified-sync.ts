import { mayStartByItself, type StartParts, startSync } from '../directory/index.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findLastNotificationAt } from './subscriptions-store.ts'

/** What the job that starts a run after notifications is told. */
export type Notified = {
  readonly organization: OrganizationId
  /** When the first notification came that the run is for. */
  readonly since: Date
}

/** Has `startNotifiedSync` called after a while, once, however often it is asked for meanwhile. */
export type Wake = (notified: Notified, afterMs: number) => Promise<void>

/** Changes come in swarms: a run starts when none was told of for this long … */
export const QUIET_MS = 10_000
/** … and this long after the first at the latest. */
const LONGEST_WAIT_MS = 30_000

/** Who asked for the run. */
const BY_GRAPH = 'Microsoft Graph'

/** How long the run should still wait for more. */
function stillToWaitMs(since: Date, last: Date, now: Date): number {
  const dueMs = Math.min(last.getTime() + QUIET_MS, since.getTime() + LONGEST_WAIT_MS)
  return Math.max(0, dueMs - now.getTime())
}

/**
 * Starts the run that notifications are for, or has itself called again: while more come, and while
 * another run is under way, which may have read past what they tell of.
 */
export async function startNotifiedSync(
  parts: StartParts & { readonly wake: Wake },
  notified: Notified,
): Promise<void> {
  const { db, clock, wake } = parts
  const { organization, since } = notified
  const now = clock.now()
  const last = await findLastNotificationAt(db, organization)
  const waitMs = stillToWaitMs(since, last ?? since, now)
  if (waitMs > 0) {
    await wake(notified, waitMs)
    return
  }
  if (!(await mayStartByItself(db, organization, now))) return
  const wanted = { mode: 'delta', trigger: 'notification', by: BY_GRAPH } as const
  if (!(await startSync(parts, organization, wanted))) await wake(notified, QUIET_MS)
}
