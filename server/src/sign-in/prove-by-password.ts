import type { Database } from '../platform/database.ts'
import type { Secrets } from '../platform/secrets.ts'
import { findAdministrator } from './administrators-store.ts'
import { checkTotp } from './check-totp.ts'
import type { OwnSession } from './own-session.ts'
import { isPassword } from './password-hash.ts'
import { proveStepUp, type RenewedToken } from './prove-step-up.ts'
import type { StepUp } from './step-up.ts'
import { ACCOUNT_LIMITS } from './throttle.ts'
import { admitTry } from './throttle-sign-in.ts'
import { removeThrottle } from './throttles-store.ts'
import { hashToken } from './token.ts'

export type PasswordProof =
  | { readonly kind: 'proven'; readonly renewed: RenewedToken }
  /** Password or code: nobody learns which. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'mustWait'; readonly until: Date }
  /** It was proven or ran out meanwhile. */
  | { readonly kind: 'over' }
  /** A synchronised person has no password here. */
  | { readonly kind: 'wrongWay' }

type Given = {
  readonly stepUp: StepUp
  readonly password: string
  readonly code?: string | undefined
  readonly now: Date
}

/**
 * Proves a step-up with the account's password, and a code where it has an authenticator app. Counted
 * apart from sign-ins: strangers who guess there keep nobody from acting here.
 */
export async function proveByPassword(
  { db, secrets }: { readonly db: Database['db']; readonly secrets: Secrets },
  { id: session, holder }: OwnSession,
  { stepUp, password, code, now }: Given,
): Promise<PasswordProof> {
  const { organization } = holder
  const administrator = await findAdministrator(db, organization, holder.id)
  if (!administrator) return { kind: 'wrongWay' }
  // Of this session: whoever took over another one uses up nobody's tries but theirs.
  const key = `step-up:${hashToken(`${holder.id} ${session}`)}`
  const until = await admitTry(db, organization, { keys: [{ key, limits: ACCOUNT_LIMITS }], now })
  if (until) return { kind: 'mustWait', until }

  if (!(await isPassword(password, administrator.passwordHash))) return { kind: 'wrong' }
  const totp = await checkTotp({ db, secrets }, administrator, { code, now })
  if (totp === 'wrong' || totp === 'missing') return { kind: 'wrong' }

  const renewed = await db.transaction().execute(async (tx) => {
    await removeThrottle(tx, organization, key)
    return await proveStepUp(tx, { organization, session, stepUp: stepUp.id, by: 'password', now })
  })
  return renewed ? { kind: 'proven', renewed } : { kind: 'over' }
}
