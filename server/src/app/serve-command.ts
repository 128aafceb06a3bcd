import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { CommandIo } from '../platform/control-socket.ts'
import { CommandFault } from './command.ts'
import type { Config } from './config.ts'
import { type ServerRole, startServer } from './start.ts'

export const SERVE_USAGE = {
  name: 'serve',
  usage: '[--role all|web|worker]',
  summary: 'run the server until it is told to stop',
}

const HELP = `Usage: mooring serve [--role all|web|worker]

Runs the server until SIGINT or SIGTERM. Logs are JSON lines on stdout.

  --role R           all: everything (default); web: no background jobs; worker: background jobs only
  --help             this text

Exit codes: 0 stopped, 1 could not start, 2 wrong usage or settings.
`

/** Runs the server until the signal of `io` aborts. */
export async function serve(
  args: readonly string[],
  readSettings: () => Config,
  io: CommandIo,
): Promise<number> {
  const options = readArgs(args)
  if (options.help) {
    io.out(HELP)
    return 0
  }
  await using _server = await startServer(readSettings(), { role: readRole(options.role) })
  if (!io.signal.aborted) await once(io.signal, 'abort')
  return 0
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { role: { type: 'string', default: 'all' }, help: { type: 'boolean', short: 'h' } },
    }).values
  } catch {
    throw new CommandFault(`"${args.join(' ')}" is not understood; see: mooring serve --help`, 2)
  }
}

function readRole(text: string): ServerRole {
  if (text === 'all' || text === 'web' || text === 'worker') return text
  throw new CommandFault(`--role must be all, web or worker, not "${text}".`, 2)
}
