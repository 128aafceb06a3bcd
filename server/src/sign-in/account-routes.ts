import type { MyAccount } from '@mooring/contract/account'
import { loadUser } from '../directory/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Handlers } from '../platform/http/call.ts'
import { sessionCookieName } from '../platform/http/identity.ts'
import { type OwnSession, toOwnSession } from './own-session.ts'
import { toContract as toPasskey } from './passkey.ts'
import { listPasskeys } from './passkeys-store.ts'
import {
  findListedSession,
  listSessions,
  removeSessionById,
  toContract,
} from './session-list-store.ts'
import type { SignInParts } from './session-routes.ts'
import { removeSessionsOf } from './sessions-store.ts'
import { findTotp } from './totps-store.ts'

type Names = 'getAccount' | 'listMySessions' | 'endMySession' | 'endMySessions'

/** More than anybody is signed in with at once; those before have long been idle. */
const MAX_SESSIONS = 200

/** One's own account and sessions, whoever one is. */
export function accountRoutes(parts: SignInParts): Handlers<Names> {
  const { db, clock } = parts
  const cookieName = sessionCookieName(parts.publicUrl)
  return {
    async getAccount(_input, call) {
      const { holder } = toOwnSession(call)
      const { id, kind } = holder
      // `toOwnSession` found a caller.
      const { name = '', roles = [] } = call.caller ?? {}
      const [directory, ways] =
        kind === 'user'
          ? [await tellPerson(parts, holder), null]
          : [null, await tellWays(parts, holder)]
      return { kind, id, name, roles: [...roles], directory, ways }
    },

    async listMySessions(_input, call) {
      const { id, holder } = toOwnSession(call)
      const page = { now: clock.now(), limit: MAX_SESSIONS, holder }
      const sessions = await listSessions(db, holder.organization, page)
      return { items: sessions.map((session) => toContract(session, id)) }
    },

    async endMySession({ params }, call) {
      const { id, holder } = toOwnSession(call)
      const asked = { id: params.session, now: clock.now() }
      const session = await findListedSession(db, holder.organization, asked)
      if (session?.holder.id !== holder.id) throw new ApiError(404, 'sessionUnknown')
      await db.transaction().execute(async (tx) => {
        await removeSessionById(tx, holder.organization, session.id)
        const object = { kind: 'session', id: session.id }
        await call.audit(tx, { action: 'session.ended', object })
      })
      if (session.id === id) call.cookies.clear(cookieName)
      return undefined
    },

    async endMySessions(_input, call) {
      const { holder } = toOwnSession(call)
      const ended = await db.transaction().execute(async (tx) => {
        const count = await removeSessionsOf(tx, holder)
        await call.audit(tx, { action: 'session.all-ended', details: { ended: count } })
        return count
      })
      call.cookies.clear(cookieName)
      call.log.info({ ended }, 'somebody signed out everywhere')
      return undefined
    },
  }
}

type Holder = OwnSession['holder']

/** What the directory says about a person: to themselves, without what is for administrators. */
async function tellPerson(
  { db }: SignInParts,
  { organization, id }: Holder,
): Promise<MyAccount['directory']> {
  const user = await loadUser(db, organization, id)
  return {
    userPrincipalName: user.user_principal_name,
    mail: user.mail,
    department: user.department,
    jobTitle: user.job_title,
  }
}

async function tellWays(
  { db }: SignInParts,
  { organization, id }: Holder,
): Promise<MyAccount['ways']> {
  const owner = { organization, id: id as `adm_${string}` } // of a local administrator
  const totp = await findTotp(db, owner)
  const passkeys = await listPasskeys(db, owner)
  return { totp: Boolean(totp?.confirmed_at), passkeys: passkeys.map(toPasskey) }
}
