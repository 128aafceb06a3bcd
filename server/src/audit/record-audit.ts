import type { AuditActor, AuditNote } from '../platform/audit-note.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { FROM_INSIDE, type Origin, type StoredEvent, toContent } from './audit-event.ts'
import { appendEvent, appendEvents } from './audit-store.ts'

/** By whom, when and from where something is done. */
export type Occasion = {
  readonly at: Date
  readonly actor: AuditActor
  /** Left out: from a command or a job. */
  readonly origin?: Origin
}

/** What the server does by itself. */
export const SYSTEM: AuditActor = { kind: 'system', id: null, name: 'Mooring' }
/** Whoever works at the machine itself. */
export const COMMAND_LINE: AuditActor = { kind: 'command', id: null, name: 'command line' }

/**
 * Records an event within the transaction that does what it tells.
 *
 * The chain's head stays locked until the transaction ends, so that processes write one after the
 * other; what is recorded outside of a transaction gets one of its own. Call it last: whoever waited for another lock while holding the head could wait in a ring.
 *
 * @throws what the database throws; then the transaction, and with it the deed, is undone.
 */
export async function recordAudit(
  tx: Db,
  organization: OrganizationId,
  { note, occasion }: { note: AuditNote; occasion: Occasion },
): Promise<StoredEvent> {
  // Two who only looked at the head would write the same number.
  if (!tx.isTransaction) {
    const alone = { note, occasion }
    return await tx.transaction().execute((inner) => recordAudit(inner, organization, alone))
  }
  const { at, actor, origin = FROM_INSIDE } = occasion
  const content = toContent(note, { at, actor, origin })
  return { ...content, ...(await appendEvent(tx, organization, content)) }
}

/** Records what many did, in one transaction that does it for all of them; as `recordAudit` otherwise. */
export async function recordAuditAll(
  tx: Db,
  organization: OrganizationId,
  records: readonly { readonly note: AuditNote; readonly occasion: Occasion }[],
): Promise<void> {
  if (!tx.isTransaction) throw new Error('Events of many are recorded where their deeds are done')
  const contents = records.map(({ note, occasion: { at, actor, origin = FROM_INSIDE } }) =>
    toContent(note, { at, actor, origin }),
  )
  await appendEvents(tx, organization, contents)
}
