import { insertRows } from '../platform/insert-rows.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type EnrolledDevice, rowsOf } from './devices-store.ts'

/** The statements that write devices that were never here before. */
export function saveNew(organization: OrganizationId, devices: readonly EnrolledDevice[]) {
  const rows = devices.map((device) => rowsOf(organization, device))
  return [
    insertRows(
      'devices',
      rows.map(({ device }) => device),
    ),
    insertRows(
      'device_contexts',
      rows.map(({ key }, place) => ({ ...key, context: devices[place]?.context })),
    ),
    insertRows(
      'device_words',
      rows.map(({ key, words }) => ({ ...key, words })),
    ),
  ]
}
