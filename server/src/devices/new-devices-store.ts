import { sql } from 'kysely'
import { insertRows } from '../platform/insert-rows.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type EnrolledDevice, rowsOf } from './devices-store.ts'

/** The statements that write devices that were never here before. */
export function saveNew(organization: OrganizationId, devices: readonly EnrolledDevice[]) {
  const rows = devices.map((device) => rowsOf(organization, device))
  const words = JSON.stringify(
    rows.map(({ key, words }) => ({ id: key.device_id, words: words.toWellFormed() })),
  )
  return [
    insertRows(
      'devices',
      rows.map(({ device }) => device),
    ),
    insertRows(
      'device_contexts',
      rows.map(({ key }, place) => ({ ...key, context: devices[place]?.context })),
    ),
    sql`
      insert into device_words (organization_id, device_id, search)
      select ${organization}::text, id, array_to_tsvector(string_to_array(words, ' '))
      from jsonb_to_recordset(${words}::jsonb) as given (id text, words text)`,
  ]
}
