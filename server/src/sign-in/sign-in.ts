import { loadHomeOrganization } from '../organizations/index.ts'
import type { Db } from '../platform/database.ts'
import { type Administrator, normalizeEmail, toHolder } from './administrator.ts'
import { findAdministratorByEmail, saveLastSignIn } from './administrators-store.ts'
import { checkTotp, type TotpParts } from './check-totp.ts'
import { rememberBrowser } from './known-browser.ts'
import { isKnownBrowser } from './known-browsers-store.ts'
import { isPassword } from './password-hash.ts'
import { beginSession } from './session.ts'
import { forgiveSignIn, throttleSignIn } from './throttle-sign-in.ts'

export type SignInOutcome =
  | { readonly kind: 'signedIn'; readonly token: string; readonly browser: string }
  /** Unknown account, no password yet or a wrong one: nobody learns which. */
  | { readonly kind: 'refused'; readonly administrator: Administrator | undefined }
  /** The password is right, and a code of the authenticator app is missing or wrong. */
  | { readonly kind: 'codeNeeded'; readonly administrator: Administrator }
  | { readonly kind: 'codeWrong'; readonly administrator: Administrator }
  | { readonly kind: 'mustWait'; readonly until: Date }

type Given = {
  readonly email: string
  readonly password: string
  readonly code?: string | undefined
  readonly clientAddress: string
  readonly userAgent: string
  /** The token by which the browser may be known. */
  readonly browser: string | undefined
  /** Records the sign-in, in the same transaction. */
  readonly record: (tx: Db, administrator: Administrator) => Promise<void>
}

/** Signs a local administrator in. Only what succeeds is forgiven: codes are guessed no faster than passwords. */
export async function signIn(
  { db, secrets }: TotpParts,
  now: Date,
  given: Given,
): Promise<SignInOutcome> {
  const email = normalizeEmail(given.email)
  const administrator = await findAdministratorByEmail(db, email)
  const isKnown =
    administrator !== undefined &&
    given.browser !== undefined &&
    (await isKnownBrowser(db, administrator, { token: given.browser, now }))
  const attempt = {
    email,
    clientAddress: given.clientAddress,
    knownBrowser: isKnown ? given.browser : undefined,
  }
  const home = (await loadHomeOrganization(db)).id
  const until = await throttleSignIn(db, home, { attempt, now })
  if (until) return { kind: 'mustWait', until }

  const isRight = await isPassword(given.password, administrator?.passwordHash)
  if (!administrator || !isRight) return { kind: 'refused', administrator }
  const totp = await checkTotp({ db, secrets }, administrator, { code: given.code, now })
  if (totp === 'missing') return { kind: 'codeNeeded', administrator }
  if (totp === 'wrong') return { kind: 'codeWrong', administrator }

  const { token, browser } = await db.transaction().execute(async (tx) => {
    await forgiveSignIn(tx, home, attempt)
    await saveLastSignIn(tx, administrator, now)
    const { clientAddress, userAgent } = given
    const start = { now, way: 'password', clientAddress, userAgent } as const
    const begun = await beginSession(tx, toHolder(administrator), start)
    const known = await rememberBrowser(tx, administrator, { before: given.browser, now })
    await given.record(tx, administrator)
    return { token: begun.token, browser: known }
  })
  return { kind: 'signedIn', token, browser }
}
