import type { Database } from '../platform/database.ts'
import { removeOldAttempts } from './attempts-store.ts'

const MINUTE_MS = 60_000
/** What became of a sign-in, or of a test, can be looked at for this long. */
const KEPT_MS = 24 * 60 * MINUTE_MS
/** Anybody can begin a sign-in; what was never finished is kept no longer than it helps. */
const UNUSED_KEPT_MS = 10 * MINUTE_MS

/** Removes sign-ins that nobody can finish or look at any more. */
export async function forgetAttempts(db: Database['db'], now: Date): Promise<void> {
  const ago = (ms: number) => new Date(now.getTime() - ms)
  await removeOldAttempts(db, { usedBefore: ago(KEPT_MS), unusedBefore: ago(UNUSED_KEPT_MS) })
}
