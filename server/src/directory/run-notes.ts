import type { AuditNote } from '../platform/audit-note.ts'
import type { StoredRun } from './sync-runs-store.ts'

/** What is recorded when somebody starts a run. */
export function toStartNote({ id, mode, dryRun }: StoredRun): AuditNote {
  return {
    action: dryRun ? 'sync.dry-run-started' : 'sync.started',
    object: { kind: 'syncRun', id },
    details: { mode },
  }
}

/** What is recorded when somebody decides about a run, with what it was held for. */
export function toDecisionNote(
  action: 'sync.approved' | 'sync.cancelled',
  { id, holds, decision }: StoredRun,
): AuditNote {
  return {
    action,
    object: { kind: 'syncRun', id },
    details: { reason: decision?.reason ?? null, holds: holds.map(({ code }) => code).join(' ') },
  }
}
