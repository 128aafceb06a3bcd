import type { EnrolmentToken } from '@mooring/contract/enrolment'
import { findPeople } from '../directory/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import { enrolmentLink } from './enrolment-link.ts'
import { makeOwnToken, type OwnTokenRow } from './own-token.ts'
import { addOwnToken, listOwnTokens, revokeOwnToken } from './own-tokens-store.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock; readonly publicUrl: URL }
type Names = 'listEnrolmentTokens' | 'createEnrolmentToken' | 'revokeEnrolmentToken'

const HOUR_MS = 60 * 60_000

/** Make, list and revoke tokens with which devices enrol that do not come through Entra. */
export function enrolmentTokenRoutes({ db, clock, publicUrl }: Parts): Handlers<Names> {
  return {
    async listEnrolmentTokens({ query }, { organization }) {
      const { limit, cursor } = query
      const [at, id] = cursor ? readCursor(cursor, TimeAndId) : []
      const after = at === undefined || id === undefined ? undefined : { at: new Date(at), id }
      const rows = await listOwnTokens(db, organization, { after, limit: limit + 1 })
      const now = clock.now()
      return toPage(rows, limit, {
        item: (row) => toToken(row, now),
        key: (row) => [row.created_at.toISOString(), row.id],
      })
    },

    async createEnrolmentToken({ body }, { organization, caller, demandStepUp, audit }) {
      await demandStepUp()
      const { name, ownership, user, group, mostUses, validHours } = body
      const [person] = user
        ? await findPeople(db, organization, { field: 'entraId', value: user.entraId })
        : []
      if (user && person?.state !== 'active') {
        const fields = [{ path: 'user.entraId', message: 'enrolmentUserUnknown' }]
        throw new ApiError(422, 'enrolmentUserUnknown', { fields })
      }
      const now = clock.now()
      const { token, hash } = makeOwnToken()
      const row: OwnTokenRow = {
        organization_id: organization,
        id: newId('ent'),
        token_hash: hash,
        kind: 'administrator',
        name,
        user_entra_id: user?.entraId ?? null,
        ownership,
        group_id: null,
        group_name: group,
        most_uses: mostUses,
        uses: 0,
        created_at: now,
        created_by: caller.name,
        expires_at: new Date(now.getTime() + validHours * HOUR_MS),
        revoked_at: null,
      }
      await db.transaction().execute(async (tx) => {
        await addOwnToken(tx, row)
        await audit(tx, {
          action: 'enrolment-token.created',
          object: { kind: 'enrolment-token', id: row.id, name },
          details: {
            ownership,
            mostUses,
            expiresAt: row.expires_at.toISOString(),
            ...(group === null ? {} : { group }),
          },
        })
      })
      const link = enrolmentLink(publicUrl, {
        token,
        ownership,
        userPrincipalName: person?.userPrincipalName,
      })
      return { ...toToken(row, now), token, link }
    },

    async revokeEnrolmentToken({ params }, { organization, audit }) {
      await db.transaction().execute(async (tx) => {
        const given = { id: params.token, now: clock.now() }
        const row = await revokeOwnToken(tx, organization, given)
        if (!row) throw new ApiError(404, 'enrolmentTokenUnknown')
        await audit(tx, {
          action: 'enrolment-token.revoked',
          object: { kind: 'enrolment-token', id: row.id, name: row.name },
        })
      })
      return undefined
    },
  }
}

function toToken(row: OwnTokenRow, now: Date): EnrolmentToken {
  return {
    id: row.id,
    name: row.name,
    ownership: row.ownership,
    user: row.user_entra_id === null ? null : { entraId: row.user_entra_id },
    group: row.group_name,
    mostUses: row.most_uses,
    uses: row.uses,
    state: stateOf(row, now),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at.toISOString(),
  }
}

function stateOf(row: OwnTokenRow, now: Date): EnrolmentToken['state'] {
  if (row.revoked_at) return 'revoked'
  if (row.uses >= row.most_uses) return 'used'
  return row.expires_at <= now ? 'expired' : 'valid'
}
