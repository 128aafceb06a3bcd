import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { TakeStepUp } from '../platform/http/step-up-act.ts'
import { renewSessionToken } from './sessions-store.ts'
import { type StepUp, type StepUpWay, stateOf } from './step-up.ts'
import { findStepUp, type StepUpKey, saveProof, useStepUp } from './step-ups-store.ts'
import { newSessionToken } from './token.ts'

/** What the browser gets for its proof: a new token of the same session, good until `expiresAt`. */
export type RenewedToken = { readonly token: string; readonly expiresAt: Date }

/**
 * Marks an open step-up as proven, and renews the session's token; the CSRF token stays. Whoever calls
 * has seen the proof, made within the last five minutes, and sets the cookie.
 *
 * @returns `undefined` when the step-up is unknown, of another session, proven before or too old.
 */
export async function proveStepUp(
  tx: Db,
  { by, now, ...key }: StepUpKey & { readonly by: StepUpWay; readonly now: Date },
): Promise<RenewedToken | undefined> {
  if (!(await saveProof(tx, key, { by, now }))) return undefined
  const token = newSessionToken()
  const session = { organization: key.organization, id: key.session }
  const expiresAt = await renewSessionToken(tx, session, { token, now })
  return expiresAt && { token, expiresAt }
}

/** A session's step-up that waits for its proof. */
export async function findOpenStepUp(
  db: Db,
  key: StepUpKey,
  now: Date,
): Promise<StepUp | undefined> {
  const stepUp = await findStepUp(db, key)
  return stepUp && stateOf(stepUp, now) === 'open' ? stepUp : undefined
}

/** Asked by each dangerous act of a session. */
export function createTakeStepUp(db: Database['db'], clock: Clock): TakeStepUp {
  return async (shown) => await useStepUp(db, shown, clock.now())
}
