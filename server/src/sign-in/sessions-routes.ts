import type { Role } from '@mooring/contract/permissions'
import { loadUser } from '../directory/index.ts'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Caller, Handlers } from '../platform/http/call.ts'
import { checkStrength, findPersonRoles } from '../roles/index.ts'
import {
  findListedSession,
  listSessions,
  removeSessionById,
  toContract,
} from './session-list-store.ts'
import type { SignInParts } from './session-routes.ts'
import { removeSessionsOf } from './sessions-store.ts'

type Names = 'listSessions' | 'endSession' | 'endSessionsOfUser'

/** Who is signed in, and ending that. */
export function sessionsRoutes({ db, clock }: SignInParts): Handlers<Names> {
  return {
    async listSessions({ query }, { organization, sessionId }) {
      const rows = await listSessions(db, organization, {
        now: clock.now(),
        after: query.cursor ? toPlace(query.cursor) : undefined,
        limit: query.limit + 1,
      })
      return toPage(rows, query.limit, {
        item: (row) => toContract(row, sessionId),
        key: (row) => [row.createdAt.toISOString(), row.id],
      })
    },

    async endSession({ params }, { organization, caller, log, audit }) {
      const asked = { id: params.session, now: clock.now() }
      const session = await findListedSession(db, organization, asked)
      if (!session) throw new ApiError(404, 'sessionUnknown')
      checkStrengthOfAll(caller, session.roles)
      await db.transaction().execute(async (tx) => {
        await removeSessionById(tx, organization, session.id)
        const object = { kind: 'session', id: session.id, name: session.name }
        await audit(tx, { action: 'session.ended', object })
      })
      log.info({ organization, session: session.id }, 'a session was ended')
      return undefined
    },

    async endSessionsOfUser({ params }, { organization, caller, log, audit }) {
      const user = await loadUser(db, organization, params.user)
      checkStrengthOfAll(caller, await findPersonRoles(db, organization, user.id))
      const ended = await db.transaction().execute(async (tx) => {
        const count = await removeSessionsOf(tx, { organization, kind: 'user', id: user.id })
        const object = { kind: 'user', id: user.id, name: user.user_principal_name }
        await audit(tx, { action: 'session.all-ended', object, details: { ended: count } })
        return count
      })
      log.info({ organization, user: user.id, ended }, "a person's sessions were ended")
      return undefined
    },
  }
}

/** Nobody signs somebody out who may do more. @throws {ApiError} 403 `roleTooStrong`. */
function checkStrengthOfAll({ permissions }: Caller, roles: readonly Role[]): void {
  for (const role of roles) checkStrength(permissions, role)
}

function toPlace(cursor: string) {
  const [createdAt, id] = readCursor(cursor, TimeAndId)
  return { createdAt: new Date(createdAt), id }
}
