import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/**
 * Has what is wanted compared with what devices say in the next session of each: without it, a device that
 * has nothing to tell is left in peace for up to an hour. In the transaction that changes what is wanted.
 */
export async function haveSettingsCompared(
  tx: Db,
  organization: OrganizationId,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('device_standings')
    .set({ due_at: now })
    .where('organization_id', '=', organization)
    .where('due_at', '>', now)
    .execute()
}
