import type { Role } from '@mooring/contract/permissions'
import { ApiError } from '../platform/api-error.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Handlers } from '../platform/http/call.ts'
import { checkStrength } from '../roles/index.ts'
import { findApiTokenRole, listApiTokens, revokeApiToken, toContract } from './api-tokens-store.ts'
import { makeApiToken } from './make-api-token.ts'
import type { SignInParts } from './session-routes.ts'

/** Tokens that can do nearly everything end by themselves, unless they are made at the machine itself. */
const STRONG: ReadonlySet<Role> = new Set(['owner', 'administrator'])
const STRONG_DAYS = 365

type Names = 'listTokens' | 'createToken' | 'revokeToken'

/** Make, list and revoke API tokens. */
export function apiTokenRoutes({ db, clock }: SignInParts): Handlers<Names> {
  return {
    async listTokens({ query }, { organization }) {
      const rows = await listApiTokens(db, organization, {
        ...(query.cursor ? { after: toPosition(query.cursor) } : {}),
        limit: query.limit + 1,
      })
      return toPage(rows, query.limit, {
        item: toContract,
        key: (row) => [row.created_at.toISOString(), row.id],
      })
    },

    async createToken({ body }, { organization, caller, demandStepUp, log, audit }) {
      checkStrength(caller.permissions, body.role)
      await demandStepUp()
      const { name, role } = body
      const expiresInDays = body.expiresInDays ?? (STRONG.has(role) ? STRONG_DAYS : undefined)
      // A token that makes one acts for its own maker.
      const maker = { createdBy: caller.name, createdById: caller.makerId ?? caller.id }
      const given = { name, role, expiresInDays, ...maker }
      const created = await db.transaction().execute(async (tx) => {
        const made = await makeApiToken(tx, organization, { given, now: clock.now() })
        await audit(tx, {
          action: 'token.created',
          object: { kind: 'token', id: made.id, name },
          details: { role, hint: made.hint, expiresAt: made.expiresAt },
        })
        return made
      })
      log.info({ organization, apiToken: created.id }, 'an API token was made')
      return created
    },

    async revokeToken({ params }, { organization, caller, log, audit }) {
      const id = params.token
      const role = await findApiTokenRole(db, organization, id)
      if (role) checkStrength(caller.permissions, role)
      await db.transaction().execute(async (tx) => {
        if (!(await revokeApiToken(tx, organization, id, clock.now()))) {
          throw new ApiError(404, 'tokenUnknown')
        }
        await audit(tx, { action: 'token.revoked', object: { kind: 'token', id } })
      })
      log.info({ organization, apiToken: id }, 'an API token was revoked')
      return undefined
    },
  }
}

function toPosition(cursor: string): { createdAt: Date; id: string } {
  const [createdAt, id] = readCursor(cursor, TimeAndId)
  return { createdAt: new Date(createdAt), id }
}
