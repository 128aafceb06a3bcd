import { recordAudit, recordAuditAll, recordStranger } from '../audit/index.ts'
import type { AuditEntry, Auditor } from '../platform/http/audit-call.ts'
import type { Parts } from './parts.ts'

/** How requests are recorded: the platform knows no room, and is handed this one. */
export function createAuditor({ db, clock }: Pick<Parts, 'db' | 'clock'>): Auditor {
  const toRecord = ({ note, actor, origin }: AuditEntry) => ({
    note,
    occasion: { at: clock.now(), actor, origin },
  })
  return {
    async record(tx, organization, entry) {
      await recordAudit(tx, organization, toRecord(entry))
    },
    recordAll: (tx, organization, entries) =>
      recordAuditAll(tx, organization, entries.map(toRecord)),
    recordRefusal: (organization, entry) => recordStranger(db, organization, toRecord(entry)),
  }
}
