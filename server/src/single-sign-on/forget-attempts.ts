import type { Database } from '../platform/database.ts'
import { removeOldAttempts } from './attempts-store.ts'

/** What became of a sign-in, or of a test, can be looked at for this long. */
const KEPT_MS = 24 * 60 * 60 * 1000

/** Removes sign-ins that nobody can finish or look at any more. */
export async function forgetAttempts(db: Database['db'], now: Date): Promise<void> {
  await removeOldAttempts(db, new Date(now.getTime() - KEPT_MS))
}
