import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { AttemptRow } from './attempt.ts'

/** What an attempt is looked for by; what is empty is no condition. */
export type AttemptMarks = {
  /** Windows' client-request-id, trace ids, ids of the attempt, the device or the person. */
  readonly ids: readonly string[]
  /** What Windows showed: `0x80180014`. */
  readonly errorCodes: readonly string[]
  /** Part of a person's or a device's name. */
  readonly name?: string | undefined
}

/** Attempts that carry one of the marks, newest first. */
export async function listMatchingAttempts(
  db: Db,
  organization: OrganizationId,
  { ids, errorCodes, name }: AttemptMarks,
  limit: number,
): Promise<AttemptRow[]> {
  const lower = ids.map((id) => id.toLowerCase())
  const marks: RawBuilder<boolean>[] = [
    ...(ids.length > 0
      ? [
          sql<boolean>`lower(request_id) = any(${lower})`,
          sql<boolean>`id = any(${[...ids]})`,
          sql<boolean>`device_id = any(${[...ids]})`,
          sql<boolean>`entra_device_id::text = any(${lower})`,
          sql<boolean>`user_entra_id::text = any(${lower})`,
          ...ids.map((traceId) => sql<boolean>`steps @> ${JSON.stringify([{ traceId }])}::jsonb`),
        ]
      : []),
    ...(errorCodes.length > 0 ? [sql<boolean>`hresult = any(${[...errorCodes]})`] : []),
    ...(name === undefined ? [] : [named(name)]),
  ]
  if (marks.length === 0) return []
  return await db
    .selectFrom('enrolment_attempts')
    .selectAll()
    .where('organization_id', '=', organization)
    .where((is) => is.or(marks))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

function named(name: string): RawBuilder<boolean> {
  const like = `%${name.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(lower(user_name) like ${like} or lower(device_name) like ${like})`
}

/** Removes what a test of our own left behind: steps taken with its token, or under its id. */
export async function removeAttemptsOfTest(
  db: Db,
  organization: OrganizationId,
  test: { readonly enrolmentToken: string; readonly requestId: string },
): Promise<void> {
  const facts = JSON.stringify({ enrolmentToken: test.enrolmentToken })
  await db
    .deleteFrom('enrolment_attempts')
    .where('organization_id', '=', organization)
    .where(sql<boolean>`(facts @> ${facts}::jsonb or request_id = ${test.requestId})`)
    .execute()
}

/** When Windows last came for the terms of use with a token of Entra's that was accepted. */
export async function findLastTermsVisit(
  db: Db,
  organization: OrganizationId,
): Promise<Date | undefined> {
  const accepted = JSON.stringify([{ step: 'terms', reason: null }])
  const row = await db
    .selectFrom('enrolment_attempts')
    .select('started_at')
    .where('organization_id', '=', organization)
    .where('user_entra_id', 'is not', null)
    .where(sql<boolean>`steps @> ${accepted}::jsonb`)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.started_at
}
