import { loadHomeOrganization } from '../organizations/index.ts'
import type { Database } from '../platform/database.ts'
import { normalizeEmail, toHolder } from './administrator.ts'
import { findAdministratorByEmail, saveLastSignIn } from './administrators-store.ts'
import { isPassword } from './password-hash.ts'
import { beginSession } from './session.ts'
import { forgiveSignIn, throttleSignIn } from './throttle-sign-in.ts'

export type SignInOutcome =
  | { readonly kind: 'signedIn'; readonly token: string }
  /** Unknown account, no password yet or a wrong one: nobody learns which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'mustWait'; readonly until: Date }

/** Signs a local administrator in. */
export async function signIn(
  db: Database['db'],
  now: Date,
  given: { email: string; password: string; clientAddress: string; userAgent: string },
): Promise<SignInOutcome> {
  const attempt = { email: normalizeEmail(given.email), clientAddress: given.clientAddress }
  const home = (await loadHomeOrganization(db)).id
  const until = await throttleSignIn(db, home, { attempt, now })
  if (until) return { kind: 'mustWait', until }

  const administrator = await findAdministratorByEmail(db, attempt.email)
  const isRight = await isPassword(given.password, administrator?.passwordHash)
  if (!administrator || !isRight) return { kind: 'refused' }

  const { token } = await db.transaction().execute(async (tx) => {
    await forgiveSignIn(tx, home, attempt)
    await saveLastSignIn(tx, administrator, now)
    const { clientAddress, userAgent } = given
    const start = { now, way: 'password', clientAddress, userAgent } as const
    return await beginSession(tx, toHolder(administrator), start)
  })
  return { kind: 'signedIn', token }
}
