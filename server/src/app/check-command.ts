import { COMMAND_LINE, recordAudit } from '../audit/index.ts'
import { checkConnection, overallState, renderFindings } from '../connection/index.ts'
import {
  type Command,
  findOrganization,
  notConnected,
  ORGANIZATION,
  ORGANIZATION_HELP,
} from './command.ts'
import { texts } from './texts.ts'

export const checkCommand: Command = {
  summary: 'check the connection to Entra ID; exit code 0 if nothing failed',
  usage: '[--organization O] [--json]',
  help: [ORGANIZATION_HELP, '--json             print the report as JSON'],
  options: { ...ORGANIZATION, json: { type: 'boolean' } },
  async run(parts, values, io) {
    const organization = await findOrganization(parts, values)
    const { db, clock, entra, config } = parts
    const found = await checkConnection(
      { db, clients: entra.clients, clock, publicUrl: config.publicUrl },
      organization.id,
    )
    if (!found) throw notConnected(organization)
    const state = overallState(found.findings)
    await db.transaction().execute((tx) =>
      recordAudit(tx, organization.id, {
        note: {
          action: 'connection.checked',
          object: { kind: 'connection' },
          outcome: state === 'failed' ? 'failed' : 'succeeded',
          details: { state },
        },
        occasion: { at: clock.now(), actor: COMMAND_LINE },
      }),
    )
    const report = renderFindings(texts, 'en', found)
    if (values['json']) io.out(`${JSON.stringify(report)}\n`)
    else for (const check of report.checks) io.out(describeCheck(check, io.color))
    return report.state === 'failed' ? 1 : 0
  },
}

const MARKS = { passed: '✓', warning: '!', failed: '✗', skipped: '–' } as const
const COLORS = { passed: 32, warning: 33, failed: 31, skipped: 90 } as const

type Check = ReturnType<typeof renderFindings>['checks'][number]

function describeCheck({ state, title, detail, remedy }: Check, color: boolean): string {
  const mark = color ? `\u001b[${COLORS[state]}m${MARKS[state]}\u001b[0m` : MARKS[state]
  const what = state === 'passed' ? '' : [detail, remedy].filter(Boolean).join(' ')
  return `${mark} ${title}${what ? `\n    ${what}` : ''}\n`
}
