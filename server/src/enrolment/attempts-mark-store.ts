import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** As many as a page of the list shows. */
const LOOKED_AT = 30

/** Another text each time one of the newest attempts goes on, or a new one begins. */
export async function findAttemptsMark(db: Db, organization: OrganizationId): Promise<string> {
  const { mark } = await db
    .selectFrom((from) =>
      from
        .selectFrom('enrolment_attempts')
        .select(['id', 'updated_at', 'outcome'])
        .where('organization_id', '=', organization)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(LOOKED_AT)
        .as('a'),
    )
    .select(
      sql<
        string | null
      >`md5(string_agg(a.id || a.outcome || extract(epoch from a.updated_at), ' ' order by a.id))`.as(
        'mark',
      ),
    )
    .executeTakeFirstOrThrow()
  return mark ?? ''
}
