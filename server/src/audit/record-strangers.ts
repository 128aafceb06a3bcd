import type { AuditActor, AuditNote } from '../platform/audit-note.ts'
import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  type Budget,
  countLeftOut,
  countRefusal,
  listFlooded,
  takeFloodedMinutes,
} from './floods-store.ts'
import { type Occasion, recordAudit, SYSTEM } from './record-audit.ts'

/** Refusals that are written one by one, for an organization: those of strangers, and of each caller. */
export const REFUSAL_LIMITS = { minute: 60, day: 2000 } as const

const STRANGERS: Budget = 'strangers'

/** Nobody hides behind somebody else's flood: strangers share a budget, each known caller has one. */
const budgetOf = ({ kind, id }: AuditActor): Budget =>
  kind === 'anonymous' || id === null ? STRANGERS : id

/**
 * Records a refusal in a transaction of its own. Whoever asks ten thousand times a minute must not fill
 * the log, nor hide in it: what is beyond the limits, and every try of whoever has been told to wait,
 * is counted, and told by `tellLeftOut`.
 */
export async function recordStranger(
  db: Database['db'],
  organization: OrganizationId,
  { note, occasion }: { note: AuditNote; occasion: Occasion },
): Promise<void> {
  const { at: now, actor } = occasion
  const counted = { budget: budgetOf(actor), action: note.action, now }
  await db.transaction().execute(async (tx) => {
    if (note.details?.['code'] === 'tooManyAttempts') {
      return await countLeftOut(tx, organization, counted)
    }
    const mayWrite = await countRefusal(tx, organization, { ...counted, limits: REFUSAL_LIMITS })
    if (mayWrite) await recordAudit(tx, organization, { note, occasion })
  })
}

/** Writes one event for each past minute in which events were left out, with how many of which. */
export async function tellLeftOut(db: Database['db'], now: Date): Promise<void> {
  for (const organization of await listFlooded(db, now)) {
    await db.transaction().execute(async (tx) => {
      for (const { minuteAt, budget, leftOut } of await takeFloodedMinutes(tx, organization, now)) {
        if (Object.keys(leftOut).length === 0) continue
        await recordAudit(tx, organization, {
          note: {
            action: 'audit.left-out',
            details: { minute: minuteAt.toISOString(), of: budget, ...leftOut },
          },
          occasion: { at: now, actor: SYSTEM },
        })
      }
    })
  }
}
