import type { Database } from '../platform/database.ts'
import { removeExpired } from './expired-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Removes sessions, links and counters that nobody can use any more. */
export async function forgetExpired(db: Database['db'], now: Date): Promise<void> {
  await removeExpired(db, { now, dayAgo: new Date(now.getTime() - DAY_MS) })
}
