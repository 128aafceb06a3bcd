import {
  COMMAND_LINE,
  exportEvents,
  findHead,
  recordAudit,
  toAuditVerification,
  verifyChain,
} from '../audit/index.ts'
import { type Command, findOrganization, ORGANIZATION, ORGANIZATION_HELP } from './command.ts'
import { texts } from './texts.ts'

export const verifyAudit: Command = {
  summary: 'verify the audit log; exit code 0 if nothing was changed, removed or added',
  usage: '[--organization O] [--json]',
  help: [
    ORGANIZATION_HELP,
    '--json             print the outcome as JSON',
    '',
    'Note the hash elsewhere: while the log still has it, nothing before was rewritten.',
  ],
  options: { ...ORGANIZATION, json: { type: 'boolean' } },
  async run(parts, values, io) {
    const { id } = await findOrganization(parts, values)
    const { db, clock } = parts
    const found = await verifyChain(db, id)
    const { checked, from, to, broken } = found
    const now = clock.now()
    await db.transaction().execute((tx) =>
      recordAudit(tx, id, {
        note: {
          action: 'audit.verified',
          outcome: broken ? 'failed' : 'succeeded',
          details: { checked, from, to, ...(broken ? { ...broken } : {}) },
        },
        occasion: { at: now, actor: COMMAND_LINE },
      }),
    )
    const told = toAuditVerification(texts, 'en', { found, now })
    if (values['json']) io.out(`${JSON.stringify(told)}\n`)
    else io.out(`${told.detail}\n${found.hash ? `${found.hash} is the hash of ${to}.\n` : ''}`)
    return broken ? 1 : 0
  },
}

export const exportAudit: Command = {
  summary: 'print the audit log as JSON lines, oldest first',
  usage: '[--organization O]',
  help: [ORGANIZATION_HELP],
  options: { ...ORGANIZATION },
  async run(parts, values, io) {
    const { id } = await findOrganization(parts, values)
    const { db, clock } = parts
    const { number: upTo } = await findHead(db, id)
    await db.transaction().execute((tx) =>
      recordAudit(tx, id, {
        note: { action: 'audit.exported', details: { upTo } },
        occasion: { at: clock.now(), actor: COMMAND_LINE },
      }),
    )
    for await (const lines of exportEvents(db, id, { filter: {}, upTo })) {
      if (io.signal.aborted) return 1
      io.out(lines)
    }
    return 0
  },
}
