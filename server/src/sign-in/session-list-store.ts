import type { SessionItem, SignInWay } from '@mooring/contract/account'
import type { Role } from '@mooring/contract/permissions'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type Holder, IDLE_MS } from './portal-session.ts'
import { selectWithOwners, toOwner } from './session-owners-store.ts'

/** A session that is still good, as it is listed. */
export type ListedSession = {
  readonly id: string
  readonly holder: Holder
  readonly name: string
  readonly roles: readonly Role[]
  readonly way: SignInWay
  readonly clientAddress: string
  readonly userAgent: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

type Page = {
  readonly now: Date
  readonly limit: number
  readonly after?: { readonly createdAt: Date; readonly id: string } | undefined
  /** Left out: everybody's. */
  readonly holder?: Holder | undefined
}

/** An organization's sessions that are still good, latest first. */
export async function listSessions(
  db: Db,
  organization: OrganizationId,
  { now, limit, after, holder }: Page,
): Promise<ListedSession[]> {
  let query = selectGood(db, organization, now)
    .orderBy('s.created_at', 'desc')
    .orderBy('s.id', 'desc')
    .limit(limit)
  if (holder) {
    const column = holder.kind === 'user' ? 's.user_id' : 's.administrator_id'
    query = query.where(column, '=', holder.id)
  }
  if (after) {
    query = query.where((where) =>
      where.or([
        where('s.created_at', '<', after.createdAt),
        where.and([where('s.created_at', '=', after.createdAt), where('s.id', '<', after.id)]),
      ]),
    )
  }
  return (await query.execute()).flatMap((row) => toListed(row) ?? [])
}

/** One session that is still good. */
export async function findListedSession(
  db: Db,
  organization: OrganizationId,
  { id, now }: { id: string; now: Date },
): Promise<ListedSession | undefined> {
  const row = await selectGood(db, organization, now).where('s.id', '=', id).executeTakeFirst()
  return row && toListed(row)
}

/** @returns whether there was one. */
export async function removeSessionById(
  tx: Db,
  organization: OrganizationId,
  id: string,
): Promise<boolean> {
  const row = await tx
    .deleteFrom('sessions')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Good is what `resumeSession` would still take: in time, not idle, of somebody who is let in. */
function selectGood(db: Db, organization: OrganizationId, now: Date) {
  const since = (ms: number) => new Date(now.getTime() - ms)
  return selectWithOwners(db)
    .select(['s.way', 's.client_address', 's.user_agent', 's.created_at'])
    .where('s.organization_id', '=', organization)
    .where('s.expires_at', '>', now)
    .where((where) => where.or([where('a.id', 'is not', null), where('u.id', 'is not', null)]))
    .where(
      's.last_seen_at',
      '>',
      sql<Date>`case when a.id is not null or cardinality(coalesce(p.roles, '{}')) > 0
        then ${since(IDLE_MS.withRole)}::timestamptz
        else ${since(IDLE_MS.withoutRole)}::timestamptz end`,
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof selectGood>['execute']>>[number]

function toListed(row: Row): ListedSession | undefined {
  const owner = toOwner(row)
  if (!owner) return undefined
  return {
    id: row.id,
    holder: { organization: row.organization_id, kind: owner.kind, id: owner.id },
    name: owner.name,
    roles: owner.roles,
    way: row.way,
    clientAddress: row.client_address,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}

export function toContract(session: ListedSession, current: string | undefined): SessionItem {
  const { id, holder, name, way, clientAddress, userAgent } = session
  return {
    id,
    account: { kind: holder.kind, id: holder.id, name },
    way,
    clientAddress,
    userAgent,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    isCurrent: id === current,
  }
}
