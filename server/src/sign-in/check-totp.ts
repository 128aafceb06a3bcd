import type { Database } from '../platform/database.ts'
import type { Secrets } from '../platform/secrets.ts'
import { findTotpStep } from './totp.ts'
import { type FactorOwner, findTotp, useTotpStep } from './totps-store.ts'

/** What the secret of an authenticator app is sealed for. */
export const TOTP_PURPOSE = 'sign-in.totp'

export type TotpParts = { readonly db: Database['db']; readonly secrets: Secrets }

/** What becomes of a code: `notAsked` where the account has no authenticator app. */
export type TotpCheck = 'notAsked' | 'missing' | 'wrong' | 'right'

/** Checks the code beside a password that was right. A right one is used up: it is good once. */
export async function checkTotp(
  { db, secrets }: TotpParts,
  owner: FactorOwner,
  { code, now }: { code: string | undefined; now: Date },
): Promise<TotpCheck> {
  const totp = await findTotp(db, owner)
  if (!totp?.confirmed_at) return 'notAsked'
  if (!code?.trim()) return 'missing'
  const secret = await secrets.open(db, owner.organization, totp.secret_id, TOTP_PURPOSE)
  const step = findTotpStep(secret, code, now)
  if (step === undefined || !(await useTotpStep(db, owner, step))) return 'wrong'
  return 'right'
}
