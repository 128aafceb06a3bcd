import type { Session } from '@mooring/contract/sign-in'
import { listOrganizations, loadOrganization } from '../organizations/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Call, Handlers } from '../platform/http/call.ts'
import { sessionCookieName } from '../platform/http/identity.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { Texts } from '../platform/texts.ts'
import type { Administrator } from './administrator.ts'
import { toIdentity } from './identify.ts'
import { browserCookieName, setBrowserCookie } from './known-browser.ts'
import { findPasswordLink } from './password-links-store.ts'
import { SESSION_SECONDS } from './portal-session.ts'
import { resumeSession } from './session.ts'
import { type ProviderSide, removeSession } from './sessions-store.ts'
import { setPassword } from './set-password.ts'
import { signIn } from './sign-in.ts'
import { auditAs, auditRefusedSignIn, toSignInNote } from './sign-in-notes.ts'
import { countBadCredential } from './throttle-credentials.ts'
import { tooManyAttempts } from './too-many-attempts.ts'

export type SignInParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly secrets: Secrets
  readonly publicUrl: URL
  readonly texts: Texts
  /** Where a browser goes to end the provider's session, too. */
  readonly endSessionUrl: (side: ProviderSide) => Promise<string | null>
  /** Whether people sign in with a provider: local accounts are for emergencies then. */
  readonly isProviderOn: (db: Db, organization: OrganizationId) => Promise<boolean>
}

type Names = 'getSession' | 'signIn' | 'signOut' | 'readPasswordLink' | 'setPassword'

/** Signing in and out, and the one-time link to set a password. */
export function sessionRoutes(parts: SignInParts): Handlers<Names> {
  const { db, clock, publicUrl } = parts
  const cookieName = sessionCookieName(publicUrl)
  return {
    async getSession(_input, { cookies }) {
      return await describeSession(parts, cookies.get(cookieName))
    },

    async signIn({ body }, call) {
      const { clientAddress, userAgent, cookies, log } = call
      const record = async (tx: Db, administrator: Administrator) =>
        auditAs(tx, call, {
          note: await toSignInNote(parts, tx, { administrator, way: 'password' }),
          administrator,
        })
      const browser = cookies.get(browserCookieName(publicUrl))
      const given = { ...body, clientAddress, userAgent, browser, record }
      const outcome = await signIn(parts, clock.now(), given)
      switch (outcome.kind) {
        case 'mustWait':
          await auditRefusedSignIn(db, call, { code: 'tooManyAttempts' })
          throw tooManyAttempts(outcome.until, clock.now())
        case 'refused':
          log.info('a sign-in was refused')
          await auditRefusedSignIn(db, call, { ...outcome, code: 'signInRefused' })
          throw new ApiError(401, 'signInRefused')
        case 'codeNeeded':
          // The password is right: whoever it was, it is known to them.
          await auditRefusedSignIn(db, call, { ...outcome, code: 'codeNeeded' })
          throw new ApiError(401, 'codeNeeded')
        case 'codeWrong':
          log.info('a sign-in was refused: wrong code')
          await auditRefusedSignIn(db, call, { ...outcome, code: 'codeWrong' })
          throw new ApiError(401, 'codeWrong')
        case 'signedIn':
          return await startLocalSession(parts, call, outcome)
      }
    },

    async signOut(_input, { cookies, audit }) {
      const token = cookies.get(cookieName)
      const side = await db.transaction().execute(async (tx) => {
        const ended = token ? await removeSession(tx, token) : undefined
        await audit(tx, { action: 'sign-in.ended' })
        return ended
      })
      cookies.clear(cookieName)
      return { redirectTo: side ? await parts.endSessionUrl(side) : null }
    },

    async readPasswordLink({ body }, call) {
      const link = await findPasswordLink(db, body.token, clock.now())
      if (!link) throw await refuseLink(parts, call.clientAddress)
      return { email: link.administrator.email, expiresAt: link.expiresAt.toISOString() }
    },

    async setPassword({ body }, call) {
      const { clientAddress, userAgent } = call
      const record = (tx: Db, administrator: Administrator) =>
        auditAs(tx, call, { note: { action: 'password.set' }, administrator })
      const browser = call.cookies.get(browserCookieName(publicUrl))
      const given = { ...body, clientAddress, userAgent, browser, record }
      const done = await setPassword(db, clock.now(), given)
      if (!done) throw await refuseLink(parts, clientAddress)
      call.log.info({ administrator: done.administrator }, 'a password was set')
      // Somebody with an authenticator app signs in with it: the link stands in for the password only.
      if (!done.begun) return { kind: 'signedOut' }
      return await startLocalSession(parts, call, done.begun)
    },
  }
}

/** Links are too long to be guessed; whoever tries has to wait all the same. */
async function refuseLink({ db, clock }: SignInParts, clientAddress: string): Promise<ApiError> {
  const now = clock.now()
  const until = await countBadCredential(db, { use: 'link', clientAddress, now })
  return until ? tooManyAttempts(until, now) : new ApiError(404, 'linkInvalid')
}

/** Gives the browser the new session, and the token by which it is known again. */
export async function startLocalSession(
  parts: SignInParts,
  call: Call,
  { token, browser }: { readonly token: string; readonly browser: string },
): Promise<Session> {
  const session = await startSession(parts, call, token)
  setBrowserCookie(parts.publicUrl, call, browser)
  return session
}

/** Gives the browser the new session; the one it had is over. */
async function startSession(
  parts: SignInParts,
  { cookies }: Call,
  token: string,
): Promise<Session> {
  const cookieName = sessionCookieName(parts.publicUrl)
  const before = cookies.get(cookieName)
  if (before) await removeSession(parts.db, before)
  cookies.set(cookieName, token, SESSION_SECONDS)
  return await describeSession(parts, token)
}

async function describeSession(
  { db, clock }: SignInParts,
  token: string | undefined,
): Promise<Session> {
  const session = token === undefined ? undefined : await resumeSession(db, clock, token)
  if (!session) return { kind: 'signedOut' }
  const { holder, name, roles, csrfToken, expiresAt } = session
  const { caller } = toIdentity(session)
  const own = await loadOrganization(db, holder.organization)
  const organizations = caller.everywhere ? await listOrganizations(db, { limit: 1000 }) : [own]
  return {
    kind: 'signedIn',
    account: { kind: holder.kind, id: holder.id, name, organization: own.slug },
    roles: [...roles],
    csrfToken,
    permissions: [...caller.permissions],
    organizations: organizations.map(({ slug, name }) => ({ slug, name })),
    expiresAt: expiresAt.toISOString(),
  }
}
