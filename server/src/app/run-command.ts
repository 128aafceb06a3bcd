import { parseArgs } from 'node:util'
import type { CommandIo } from '../platform/control-socket.ts'
import { type Command, CommandFault, type CommandParts, type Values } from './command.ts'
import { COMMANDS } from './commands.ts'
import { explainFailure } from './explain-failure.ts'

/** What a command line asks for, before anything is opened. */
export type Asked =
  | {
      readonly kind: 'command'
      readonly name: string
      readonly command: Command
      readonly values: Values
    }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'unknown' }

/**
 * Reads the words and options of a command line.
 *
 * @throws {CommandFault} for options that the command does not have.
 */
export function readCommandLine(argv: readonly string[]): Asked {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ')
    const command = COMMANDS[name]
    if (!command) continue
    const values = readOptions(name, command, argv.slice(words))
    return values['help']
      ? { kind: 'help', text: describeCommand(name, command) }
      : { kind: 'command', name, command, values }
  }
  return { kind: 'unknown' }
}

/** Runs a command line in the server, for a person at another process. */
export async function runInServer(
  parts: CommandParts,
  argv: readonly string[],
  io: CommandIo,
): Promise<number> {
  try {
    const asked = readCommandLine(argv)
    if (asked.kind !== 'command')
      throw new CommandFault(`There is no command "${argv.join(' ')}".`, 2)
    return await asked.command.run(parts, asked.values, io)
  } catch (error) {
    const { sentence, exitCode } = explainFailure(error)
    io.err(`${sentence}\n`)
    if (!(error instanceof CommandFault)) parts.log.error({ err: error }, 'a command failed')
    return exitCode
  }
}

function readOptions(name: string, command: Command, args: readonly string[]): Values {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: false,
    })
    return values as Values // no option of ours takes several values
  } catch (cause) {
    const [reason = ''] = String((cause as Error).message).split('. ')
    throw new CommandFault(`${reason.replace(/\.$/, '')}; see: mooring ${name} --help`, 2)
  }
}

function describeCommand(name: string, { summary, usage, help }: Command): string {
  return [
    `Usage: mooring ${name}${usage ? ` ${usage}` : ''}`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    '',
    ...help.map((line) => `  ${line}`),
    '  --help             this text',
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage or settings.',
    '',
  ].join('\n')
}
