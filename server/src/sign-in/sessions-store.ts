import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Administrator } from './administrator.ts'
import { fromRow } from './administrators-store.ts'
import { hashToken } from './token.ts'

/** A session that has neither idled too long nor reached its end. */
export type PortalSession = {
  readonly administrator: Administrator
  readonly isHome: boolean
  readonly csrfToken: string
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

export async function addSession(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
  session: { token: string; csrfToken: string; now: Date; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      organization_id: organization,
      token_hash: hashToken(session.token),
      administrator_id: id,
      csrf_token: session.csrfToken,
      created_at: session.now,
      last_seen_at: session.now,
      expires_at: session.expiresAt,
    })
    .execute()
}

/** The token itself says whose session it is. Role and account are read anew each time. */
export async function findSession(
  db: Db,
  token: string,
  { now, seenSince }: { now: Date; seenSince: Date },
): Promise<PortalSession | undefined> {
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('sessions')
    .innerJoin('administrators', (join) =>
      join
        .onRef('administrators.organization_id', '=', 'sessions.organization_id')
        .onRef('administrators.id', '=', 'sessions.administrator_id'),
    )
    .innerJoin('organizations', 'organizations.id', 'sessions.organization_id')
    .selectAll('administrators')
    .select(['organizations.is_home', 'sessions.csrf_token', 'sessions.last_seen_at'])
    .select('sessions.expires_at')
    .where('sessions.token_hash', '=', hashToken(token))
    .where('sessions.expires_at', '>', now)
    .where('sessions.last_seen_at', '>', seenSince)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    administrator: fromRow(row),
    isHome: row.is_home,
    csrfToken: row.csrf_token,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}

export async function touchSession(
  db: Db,
  organization: OrganizationId,
  token: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: now })
    .where('organization_id', '=', organization)
    .where('token_hash', '=', hashToken(token))
    .execute()
}

/** Ends the session of this token, whosever it is. */
export async function removeSession(db: Db, token: string): Promise<void> {
  await acrossOrganizations<Schema>(db)
    .deleteFrom('sessions')
    .where('token_hash', '=', hashToken(token))
    .execute()
}

/** Ends all sessions of one administrator, e.g. because the password changed. */
export async function removeSessionsOf(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('organization_id', '=', organization)
    .where('administrator_id', '=', id)
    .execute()
}
