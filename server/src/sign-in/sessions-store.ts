import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Holder, PortalSession, SessionStart } from './portal-session.ts'
import { selectWithOwners, toOwner } from './session-owners-store.ts'
import { hashToken } from './token.ts'

/** A browser that just got a new token may have requests under way with the one before. */
const UNDER_WAY_MS = 10_000

type NewSession = SessionStart & { id: string; token: string; csrfToken: string; expiresAt: Date }

export async function addSession(
  tx: Db,
  { organization, kind, id }: Holder,
  session: NewSession,
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      organization_id: organization,
      id: session.id,
      token_hash: hashToken(session.token),
      administrator_id: kind === 'administrator' ? id : null,
      user_id: kind === 'user' ? id : null,
      csrf_token: session.csrfToken,
      way: session.way,
      issuer: session.provider?.issuer ?? null,
      provider_session: session.provider?.session ?? null,
      logout_hint: session.provider?.logoutHint ?? null,
      client_address: session.clientAddress,
      user_agent: session.userAgent,
      created_at: session.now,
      last_seen_at: session.now,
      expires_at: session.expiresAt,
    })
    .execute()
}

/**
 * The token itself says whose session it is. Owner and roles are read anew each time, in one statement
 * of index reads: somebody whom Entra or an administrator shut out has no session from then on, even
 * while a run that would lock them is held.
 */
export async function findSession(
  db: Db,
  token: string,
  now: Date,
): Promise<PortalSession | undefined> {
  const hash = hashToken(token)
  const row =
    (await selectSessions(db, now).where('s.token_hash', '=', hash).executeTakeFirst()) ??
    (await selectSessions(db, now)
      .where('s.previous_token_hash', '=', hash)
      .where('s.token_renewed_at', '>', new Date(now.getTime() - UNDER_WAY_MS))
      .executeTakeFirst())
  const owner = row && toOwner(row)
  if (!row || !owner) return undefined
  return {
    id: row.id,
    holder: { organization: row.organization_id, kind: owner.kind, id: owner.id },
    name: owner.name,
    roles: owner.roles,
    slug: row.slug,
    isHome: row.is_home,
    csrfToken: row.csrf_token,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}

/** The token itself says in which organization to look. */
function selectSessions(db: Db, now: Date) {
  return selectWithOwners(acrossOrganizations<Schema>(db))
    .innerJoin('organizations as o', 'o.id', 's.organization_id')
    .select(['s.csrf_token', 'o.slug', 'o.is_home'])
    .where('s.expires_at', '>', now)
}

export async function touchSession(
  db: Db,
  organization: OrganizationId,
  id: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/**
 * Gives a session a new token, e.g. because its owner proved anew to be there.
 *
 * @returns when the session ends; `undefined`: it has ended already.
 */
export async function renewSessionToken(
  tx: Db,
  { organization, id }: { organization: OrganizationId; id: string },
  { token, now }: { token: string; now: Date },
): Promise<Date | undefined> {
  const row = await tx
    .updateTable('sessions')
    .set((set) => ({
      token_hash: hashToken(token),
      previous_token_hash: set.ref('token_hash'),
      token_renewed_at: now,
    }))
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .returning('expires_at')
    .executeTakeFirst()
  return row?.expires_at
}

/** Where the provider's own session is ended, for sessions that came from one. */
export type ProviderSide = {
  readonly organization: OrganizationId
  readonly issuer: string
  readonly logoutHint: string | undefined
}

/** Ends the session of this token, whosever it is; the one before a proof is good for that, too. */
export async function removeSession(db: Db, token: string): Promise<ProviderSide | undefined> {
  const hash = hashToken(token)
  const row = await acrossOrganizations<Schema>(db)
    .deleteFrom('sessions')
    .where((is) => is.or([is('token_hash', '=', hash), is('previous_token_hash', '=', hash)]))
    .returning(['organization_id', 'issuer', 'logout_hint'])
    .executeTakeFirst()
  if (!row?.issuer) return undefined
  return {
    organization: row.organization_id,
    issuer: row.issuer,
    logoutHint: row.logout_hint ?? undefined,
  }
}

/** Ends all sessions of one account, e.g. because the password changed. */
export async function removeSessionsOf(
  tx: Db,
  { organization, kind, id }: Holder,
): Promise<number> {
  const ended = await tx
    .deleteFrom('sessions')
    .where('organization_id', '=', organization)
    .where(kind === 'user' ? 'user_id' : 'administrator_id', '=', id)
    .executeTakeFirst()
  return Number(ended.numDeletedRows)
}

/** Sessions of people whom the directory no longer lets in. */
export async function removeSessionsOfTheGone(tx: Db, organization: OrganizationId): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('organization_id', '=', organization)
    .where('user_id', 'is not', null)
    .where('user_id', 'not in', (select) =>
      select
        .selectFrom('directory_users')
        .select('id')
        .where('organization_id', '=', organization)
        .where('state', '=', 'active')
        .where('account_enabled', '=', true)
        .where('entra_state', '=', 'present'),
    )
    .execute()
}
