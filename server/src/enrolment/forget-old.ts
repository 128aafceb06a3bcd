import type { Database } from '../platform/database.ts'
import { KEPT_DAYS } from './attempt.ts'
import { removeAttemptsBefore } from './attempts-store.ts'
import { removeSignInTokensBefore } from './own-tokens-store.ts'
import { removeUsesBefore } from './uses-store.ts'

const DAY_MS = 24 * 60 * 60_000

/** Lets go of attempts after 90 days, and of tokens a day after nobody could use them any more. */
export async function forgetOldEnrolments(db: Database['db'], now: Date): Promise<void> {
  await removeAttemptsBefore(db, new Date(now.getTime() - KEPT_DAYS * DAY_MS))
  const yesterday = new Date(now.getTime() - DAY_MS)
  await removeUsesBefore(db, yesterday)
  await removeSignInTokensBefore(db, yesterday)
}
