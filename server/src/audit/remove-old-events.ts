import type { Database } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findHead, lockHead } from './audit-store.ts'
import { recordAudit, SYSTEM } from './record-audit.ts'
import { listChains, removeOldest } from './retention-store.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** At once: others wait to write meanwhile. */
const BATCH = 2000

/**
 * Removes what is older than each organization keeps it. Each removal is an event itself, which
 * names the last number and hash removed: whoever moves the chain's beginning by hand is found out.
 */
export async function removeOldEvents(db: Database['db'], now: Date, batch = BATCH): Promise<void> {
  for (const organization of await listChains(db)) await removeOf(db, organization, now, batch)
}

async function removeOf(
  db: Database['db'],
  organization: OrganizationId,
  now: Date,
  limit: number,
): Promise<void> {
  const { retentionDays } = await findHead(db, organization)
  const cutoff = new Date(now.getTime() - retentionDays * DAY_MS)
  while (true) {
    const removed = await db.transaction().execute(async (tx) => {
      await lockHead(tx, organization)
      const done = await removeOldest(tx, organization, { cutoff, limit })
      if (!done) return undefined
      const { from, to, hash, count } = done
      await recordAudit(tx, organization, {
        note: { action: 'audit.removed', details: { from, to, hash, count, retentionDays } },
        occasion: { at: now, actor: SYSTEM },
      })
      return done
    })
    if (!removed || removed.count < limit) return
  }
}
