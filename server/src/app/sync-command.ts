import type { SyncRun } from '@mooring/contract/directory'
import { COMMAND_LINE, recordAudit } from '../audit/index.ts'
import { findConnection } from '../connection/index.ts'
import { findRun, runSync, startSync, toStartNote, toSyncRun } from '../directory/index.ts'
import type { CommandIo } from '../platform/control-socket.ts'
import {
  type Command,
  CommandFault,
  findOrganization,
  notConnected,
  ORGANIZATION,
  ORGANIZATION_HELP,
} from './command.ts'
import { toSyncParts } from './sync-parts.ts'
import { texts } from './texts.ts'

const PROGRESS_MS = 1_000

export const syncCommand: Command = {
  summary: 'synchronise in the foreground; exit code 0 succeeded, 3 held, 1 failed',
  usage: '[--organization O] [--full] [--dry-run] [--json]',
  help: [
    ORGANIZATION_HELP,
    '--full             read everything again instead of what changed',
    '--dry-run          show what would change, and change nothing',
    '--json             print the run as JSON',
  ],
  options: {
    ...ORGANIZATION,
    full: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run(parts, values, io) {
    const organization = await findOrganization(parts, values)
    const { db, clock } = parts
    if (!(await findConnection(db, organization.id))) throw notConnected(organization)
    // Nothing to enqueue: this process works on the run itself.
    const started = await startSync({ db, clock, enqueue: async () => {} }, organization.id, {
      mode: values['full'] ? 'full' : 'delta',
      trigger: 'cli',
      by: 'command line',
      dryRun: values['dry-run'] === true,
      record: async (tx, run) => {
        await recordAudit(tx, organization.id, {
          note: toStartNote(run),
          occasion: { at: clock.now(), actor: COMMAND_LINE },
        })
      },
    })
    if (!started) {
      throw new CommandFault(
        `A synchronisation of "${organization.slug}" is under way; wait until it has ended, or stop it in the portal.`,
      )
    }
    const read = async () => {
      const run = await findRun(db, organization.id, started.id)
      return run && toSyncRun(texts, 'en', run)
    }
    {
      using _progress = showProgress(read, io)
      const sync = toSyncParts(parts, parts.entra)
      await runSync(sync, organization.id, started.id, io.signal).catch((error: unknown) => {
        if (!io.signal.aborted) throw error
      })
    }
    const run = await read()
    if (!run) throw new CommandFault('The synchronisation was deleted while it ran; start another.')
    if (values['json']) io.out(`${JSON.stringify(run)}\n`)
    else io.out(describeRun(run))
    // A dry run that the brake would hold is told like a run that it holds.
    if (run.dryRun && run.holds.length > 0) return EXIT_CODES.held ?? 1
    return EXIT_CODES[run.state] ?? 1
  },
}

const EXIT_CODES: Partial<Record<SyncRun['state'], number>> = { succeeded: 0, held: 3 }

/** Shows where the run is: in place on a terminal, otherwise a line for each phase. */
function showProgress(read: () => Promise<SyncRun | undefined>, io: CommandIo): Disposable {
  let shown = ''
  const show = async () => {
    const run = await read()
    if (!run) return
    const { phase, objects, expected } = run.progress
    const count = expected === null ? `${objects}` : `${objects} of ${expected}`
    const line = io.color ? `${phase}: ${count}, ${run.requests} requests` : phase
    if (line === shown) return
    shown = line
    io.err(io.color ? `\r\u001b[K${line}` : `${line}\n`)
  }
  // A glance that fails is made up for by the next; the run itself reports its own faults.
  const timer = setInterval(() => void show().catch(() => {}), PROGRESS_MS)
  return {
    [Symbol.dispose]() {
      clearInterval(timer)
      if (io.color && shown !== '') io.err('\r\u001b[K')
    },
  }
}

function describeRun({ id, state, dryRun, counts, requests, problem, holds }: SyncRun): string {
  const objects = (name: 'users' | 'groups' | 'devices') => {
    const { created, updated, disabled, removed, restored, failed } = counts[name]
    return `${name}: ${created} created, ${updated} updated, ${disabled} disabled, ${removed} removed, ${restored} restored, ${failed} failed\n`
  }
  const { added, removed } = counts.memberships
  return (
    `${state}${dryRun ? ' (dry run: nothing was changed)' : ''}, ${requests} requests, ${id}\n` +
    objects('users') +
    objects('groups') +
    objects('devices') +
    `memberships: ${added} added, ${removed} removed\n` +
    holds.map(({ title, detail }) => `${title}: ${detail}\n`).join('') +
    (state === 'held' ? 'Nothing was taken away. Approve or cancel it in the portal.\n' : '') +
    (problem ? `${problem.title}: ${problem.detail} ${problem.remedy}\n` : '')
  )
}
