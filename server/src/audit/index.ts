import de from './messages.de.json' with { type: 'json' }
import en from './messages.en.json' with { type: 'json' }

export { auditRoutes } from './audit-routes.ts'
export { findHead } from './audit-store.ts'
export { findBrokenGlass } from './broken-glass-store.ts'
export { exportEvents } from './export-events.ts'
export { COMMAND_LINE, recordAudit, recordAuditAll, SYSTEM } from './record-audit.ts'
export { recordStranger, tellLeftOut } from './record-strangers.ts'
export { removeOldEvents } from './remove-old-events.ts'
export { toAuditVerification } from './render-event.ts'
export { verifyChain } from './verify-chain.ts'

/** What this room says, in both languages. */
export const auditTexts = { en, de }
