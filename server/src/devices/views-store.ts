import { type DeviceColumn, DeviceColumns, DeviceSort } from '@mooring/contract/device-lists'
import { DeviceFilter } from '@mooring/contract/devices'
import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'

type Row = Selectable<Schema['device_views']>

/** A saved list of devices. */
export type StoredView = {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly ownerName: string
  readonly shared: boolean
  readonly filter: DeviceFilter
  readonly columns: readonly DeviceColumn[]
  readonly sort: DeviceSort
  readonly descending: boolean
  readonly changedAt: Date
}

/** More than anybody finds their way in. */
export const MOST_VIEWS = 200

/** Somebody's own and the shared ones, by name. */
export async function listViews(
  db: Db,
  organization: OrganizationId,
  owner: string,
): Promise<StoredView[]> {
  const rows = await db
    .selectFrom('device_views')
    .selectAll()
    .where('organization_id', '=', organization)
    .where((is) => is.or([is('owner', '=', owner), is('shared', '=', true)]))
    .orderBy('sort_name')
    .orderBy('id')
    .execute()
  return rows.map(toView)
}

/** One of them, held until the transaction ends. */
export async function lockView(
  tx: Db,
  organization: OrganizationId,
  { id, owner }: { readonly id: string; readonly owner: string },
): Promise<StoredView | undefined> {
  const row = await tx
    .selectFrom('device_views')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where((is) => is.or([is('owner', '=', owner), is('shared', '=', true)]))
    .forUpdate()
    .executeTakeFirst()
  return row && toView(row)
}

/** Writes a new one, or one that is known. @throws a unique violation when the name is taken. */
export async function saveView(
  tx: Db,
  organization: OrganizationId,
  view: StoredView,
): Promise<void> {
  const row = {
    name: view.name,
    sort_name: view.name.toLowerCase(),
    shared: view.shared,
    filter: JSON.stringify(view.filter),
    columns: JSON.stringify(view.columns),
    sort: view.sort,
    descending: view.descending,
    changed_at: view.changedAt,
  }
  await tx
    .insertInto('device_views')
    .values({
      ...row,
      organization_id: organization,
      id: view.id,
      owner: view.owner,
      owner_name: view.ownerName,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'id']).doUpdateSet(row))
    .execute()
}

export async function removeView(tx: Db, organization: OrganizationId, id: string): Promise<void> {
  await tx
    .deleteFrom('device_views')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

function toView(row: Row): StoredView {
  return {
    id: row.id,
    name: row.name,
    owner: row.owner,
    ownerName: row.owner_name,
    shared: row.shared,
    filter: DeviceFilter.parse(row.filter),
    columns: DeviceColumns.parse(row.columns),
    sort: DeviceSort.parse(row.sort),
    descending: row.descending,
    changedAt: row.changed_at,
  }
}
