import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { DeviceRow } from './device.ts'
import { fitsFilter, type OpenFilter } from './device-filter-store.ts'

/** Where a list goes on: after this one. */
type Place = { readonly name: string; readonly id: string }

/** Devices by name. */
export async function listDevices(
  db: Db,
  organization: OrganizationId,
  wanted: {
    readonly filter: OpenFilter
    readonly after?: Place | undefined
    readonly limit: number
    readonly now: Date
  },
): Promise<DeviceRow[]> {
  const { filter, after, limit, now } = wanted
  let query = db
    .selectFrom('devices')
    .selectAll()
    .where('organization_id', '=', organization)
    .where(fitsFilter(organization, filter, now))
  if (after) query = query.where(sql<boolean>`(sort_name, id) > (${after.name}, ${after.id})`)
  return await query.orderBy('sort_name').orderBy('id').limit(limit).execute()
}
