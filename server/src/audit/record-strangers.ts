import type { AuditNote } from '../platform/audit-note.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { countStranger, listFlooded, takeFloodedMinutes } from './floods-store.ts'
import { type Occasion, recordAudit, SYSTEM } from './record-audit.ts'

/** Events by strangers that are written one by one, a minute and organization. */
export const STRANGERS_PER_MINUTE = 60

/**
 * Records what somebody was refused who has proved nothing, in a transaction of its own. Whoever
 * asks ten thousand times a minute must not fill the log, nor hide in it: what is beyond the limit is
 * counted, and told by `tellLeftOut`.
 */
export async function recordStranger(
  db: Database['db'],
  organization: OrganizationId,
  { note, occasion }: { note: AuditNote; occasion: Occasion },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const counted = { action: note.action, limit: STRANGERS_PER_MINUTE, now: occasion.at }
    const mayWrite = await countStranger(tx, organization, counted)
    if (mayWrite) await recordAudit(tx, organization, { note, occasion })
  })
}

/** Writes one event for each past minute in which events were left out, with how many of which. */
export async function tellLeftOut(db: Database['db'], now: Date): Promise<void> {
  for (const organization of await listFlooded(db, now)) {
    await db.transaction().execute(async (tx) => {
      for (const { minuteAt, leftOut } of await takeFloodedMinutes(tx, organization, now)) {
        if (Object.keys(leftOut).length === 0) continue
        await recordAudit(tx, organization, {
          note: {
            action: 'audit.left-out',
            details: { minute: minuteAt.toISOString(), ...leftOut },
          },
          occasion: { at: now, actor: SYSTEM },
        })
      }
    })
  }
}
