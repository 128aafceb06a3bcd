import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'

export type Overdue = { readonly organization: OrganizationId; readonly deviceId: string }

/** As many as are ended in one go; the rest is there a few minutes later. */
const AT_ONCE = 500

/** Told to leave before this, since they enrolled, and not gone. Sent without an answer: it may have left so fast. */
const overdueDevices = (db: Db, before: Date) =>
  db
    .selectFrom('device_commands as c')
    .innerJoin('devices as d', (join) =>
      join.onRef('d.organization_id', '=', 'c.organization_id').onRef('d.id', '=', 'c.device_id'),
    )
    .where('c.kind', '=', sql.lit('unenrol'))
    .where('c.state', 'in', [sql.lit('sent' as const), sql.lit('succeeded' as const)])
    .where('d.state', '=', 'enrolled')
    .whereRef('c.created_at', '>=', 'd.enrolled_at')
    .where(sql<boolean>`coalesce(c.ended_at, c.sent_at) < ${before}`)

/** Of all organizations: it is about time and nothing else. */
export async function listOverdue(db: Db, before: Date): Promise<Overdue[]> {
  const rows = await overdueDevices(acrossOrganizations<Schema>(db), before)
    .select(['c.organization_id', 'c.device_id'])
    .distinct()
    .limit(AT_ONCE)
    .execute()
  return rows.map((row) => ({
    organization: row.organization_id as OrganizationId, // written as one
    deviceId: row.device_id,
  }))
}

export async function isOverdue(
  tx: Db,
  organization: OrganizationId,
  { deviceId, before }: { readonly deviceId: string; readonly before: Date },
): Promise<boolean> {
  const found = await overdueDevices(tx, before)
    .select('c.id')
    .where('c.organization_id', '=', organization)
    .where('d.organization_id', '=', organization)
    .where('c.device_id', '=', deviceId)
    .executeTakeFirst()
  return found !== undefined
}
