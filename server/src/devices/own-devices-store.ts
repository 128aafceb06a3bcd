import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { DeviceRow } from './device.ts'

/** Far more than anybody carries. */
const MOST_SHOWN = 100

/**
 * What is somebody's own: what they enrolled and is managed, and what counts as lost. Latest enrolled first.
 *
 * @param userEntraId the person's id in Entra, which outlives our own.
 */
export async function listDevicesOf(
  db: Db,
  organization: OrganizationId,
  userEntraId: string,
): Promise<DeviceRow[]> {
  return await own(db, organization, userEntraId)
    .orderBy('enrolled_at', 'desc')
    .orderBy('id')
    .limit(MOST_SHOWN)
    .execute()
}

/** One of them, held until the transaction ends. Of somebody else's nothing is said. */
export async function lockDeviceOf(
  tx: Db,
  organization: OrganizationId,
  { userEntraId, id }: { readonly userEntraId: string; readonly id: string },
): Promise<DeviceRow | undefined> {
  return await own(tx, organization, userEntraId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

const own = (db: Db, organization: OrganizationId, userEntraId: string) =>
  db
    .selectFrom('devices')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('user_entra_id', '=', userEntraId)
    .where((is) => is.or([is('state', '=', 'enrolled'), is('lost_at', 'is not', null)]))

/** @returns the device, unless it counted as lost before. */
export async function markLost(
  tx: Db,
  organization: OrganizationId,
  loss: { readonly id: string; readonly at: Date; readonly reason: string; readonly by: string },
): Promise<DeviceRow | undefined> {
  return await tx
    .updateTable('devices')
    .set({ lost_at: loss.at, lost_reason: loss.reason, lost_by: loss.by })
    .where('organization_id', '=', organization)
    .where('id', '=', loss.id)
    .where('lost_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** @returns the device, if it counted as lost. */
export async function endLoss(
  tx: Db,
  organization: OrganizationId,
  id: string,
): Promise<DeviceRow | undefined> {
  return await tx
    .updateTable('devices')
    .set({ lost_at: null, lost_reason: null, lost_by: null })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('lost_at', 'is not', null)
    .returningAll()
    .executeTakeFirst()
}
