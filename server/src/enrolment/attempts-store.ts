import type { EnrolmentAttemptFilter } from '@mooring/contract/enrolment'
import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { AttemptRow } from './attempt.ts'

/** Where a list goes on: before this one. */
type Place = { readonly startedAt: Date; readonly id: string }

/** Attempts, newest first. */
export async function listAttempts(
  db: Db,
  organization: OrganizationId,
  filter: EnrolmentAttemptFilter & { readonly after?: Place | undefined; readonly limit: number },
): Promise<AttemptRow[]> {
  const { search, outcome, user, device, from, to, after, limit } = filter
  let query = db
    .selectFrom('enrolment_attempts')
    .selectAll()
    .where('organization_id', '=', organization)
  if (search) {
    const like = `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(
      sql<boolean>`(lower(request_id) = ${search.toLowerCase()} or id = ${search}
        or lower(user_name) like ${like} or lower(device_name) like ${like}
        or steps @> ${JSON.stringify([{ traceId: search }])}::jsonb)`,
    )
  }
  if (outcome) query = query.where('outcome', '=', outcome)
  if (user) query = query.where('user_entra_id', '=', user)
  if (device) query = query.where('device_id', '=', device)
  if (from) query = query.where('started_at', '>=', new Date(from))
  if (to) query = query.where('started_at', '<', new Date(to))
  if (after) query = query.where(sql<boolean>`(started_at, id) < (${after.startedAt}, ${after.id})`)
  return await query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export async function findAttempt(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<AttemptRow | undefined> {
  return await db
    .selectFrom('enrolment_attempts')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Removes attempts that began before then, of whatever organization. */
export async function removeAttemptsBefore(db: Kysely<Schema>, before: Date): Promise<void> {
  // Whoever tidies up does so for every organization.
  await acrossOrganizations(db)
    .deleteFrom('enrolment_attempts')
    .where('started_at', '<', before)
    .execute()
}
