import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type EventFilter, readEvents } from './audit-store.ts'
import { toAuditEvent } from './render-event.ts'

/**
 * Events as JSON lines, oldest first, with their hashes: whoever keeps the file can prove later that
 * nothing in it was rewritten. Titles are English, whoever reads: a file is read by programs.
 */
export async function* exportEvents(
  db: Db,
  organization: OrganizationId,
  { filter, upTo }: { readonly filter: EventFilter; readonly upTo: number },
): AsyncGenerator<string> {
  for await (const chunk of readEvents(db, organization, { after: 0, upTo, filter })) {
    yield chunk.map((event) => `${JSON.stringify(toAuditEvent(event, 'en'))}\n`).join('')
  }
}
