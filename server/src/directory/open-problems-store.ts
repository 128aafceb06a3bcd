import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { readCursor, TimeAndId } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** What still could not be taken over, the newest first. */
export async function listOpenProblems(
  db: Db,
  organization: OrganizationId,
  page: { readonly limit: number; readonly cursor: string | undefined },
) {
  let rows = db
    .selectFrom('directory_unapplied')
    .selectAll()
    .where('organization_id', '=', organization)
  if (page.cursor) {
    const [at, kind, entraId, code] = readCursor(page.cursor, Place)
    rows = rows.where(
      sql<SqlBool>`(first_seen_at, kind, entra_id, code) < (${new Date(at)}, ${kind}, ${entraId}, ${code})`,
    )
  }
  return await rows
    .orderBy('first_seen_at', 'desc')
    .orderBy('kind', 'desc')
    .orderBy('entra_id', 'desc')
    .orderBy('code', 'desc')
    .limit(page.limit)
    .execute()
}

const [Time, Text] = TimeAndId.def.items
const Place = z.tuple([Time, Text, Text, Text])
