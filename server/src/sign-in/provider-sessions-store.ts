import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { hashToken } from './token.ts'

/** The session that a browser has by its cookie, whosever it is. */
export async function findSessionId(db: Db, token: string): Promise<string | undefined> {
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('sessions')
    .select('id')
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst()
  return row?.id
}

/** Ends a session that was noted before, of whatever organization. */
export async function removeNotedSession(tx: Db, id: string): Promise<void> {
  await acrossOrganizations<Schema>(tx).deleteFrom('sessions').where('id', '=', id).execute()
}

/** Ends every session that began with the organization's provider. @returns how many. */
export async function removeProvidersSessions(
  tx: Db,
  organization: OrganizationId,
): Promise<number> {
  const ended = await tx
    .deleteFrom('sessions')
    .where('organization_id', '=', organization)
    .where('way', '=', 'provider')
    .executeTakeFirst()
  return Number(ended.numDeletedRows)
}

/** A session that the provider ended. */
type EndedByProvider = { readonly organization: OrganizationId; readonly userId: string }

/**
 * Ends what the provider says is over. It names only its own id of the session, which nobody can
 * guess; whose it was, and in which organization, is not known before.
 */
export async function removeSessionsOfProvider(
  tx: Db,
  providerSession: string,
): Promise<EndedByProvider[]> {
  const rows = await acrossOrganizations<Schema>(tx)
    .deleteFrom('sessions')
    .where('provider_session', '=', providerSession)
    .returning(['organization_id', 'user_id'])
    .execute()
  return rows.flatMap(({ organization_id: organization, user_id: userId }) =>
    userId === null ? [] : [{ organization, userId }],
  )
}
