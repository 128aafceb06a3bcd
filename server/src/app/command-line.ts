import { systemClock } from '../platform/clock.ts'
import { askRunningServer, type CommandIo } from '../platform/control-socket.ts'
import { DataFolderError } from '../platform/data-folder.ts'
import { createLog } from '../platform/log.ts'
import type { Command, Values } from './command.ts'
import { CommandFault } from './command.ts'
import { COMMANDS } from './commands.ts'
import { type Config, type Env, readConfig } from './config.ts'
import { findRunFolder, holdDataFolder } from './data-folder.ts'
import { openEntraParts } from './entra-parts.ts'
import { explainFailure } from './explain-failure.ts'
import { openParts } from './parts.ts'
import {
  isRepositoryCommand,
  REPOSITORY_COMMANDS,
  runRepositoryCommand,
} from './repository-commands.ts'
import { readCommandLine } from './run-command.ts'
import { SERVE_USAGE, serve } from './serve-command.ts'

/** Runs a command line, from the words to the exit code. What goes wrong is told in one sentence. */
export async function runCommandLine(
  argv: readonly string[],
  env: Env,
  io: CommandIo,
): Promise<number> {
  try {
    return await dispatch(argv, env, io)
  } catch (error) {
    if (error instanceof SettingsFault) {
      io.err(`${error.message}\n`)
      return 2
    }
    const { sentence, exitCode } = explainFailure(error)
    io.err(`${sentence}\n`)
    if (env['MOORING_LOG_LEVEL'] === 'debug') io.err(`${(error as Error).stack}\n`)
    return exitCode
  }
}

async function dispatch(argv: readonly string[], env: Env, io: CommandIo): Promise<number> {
  const [first, ...rest] = argv
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.out(describeAll())
    return first === undefined ? 2 : 0
  }
  if (first === 'serve') return await serve(rest, () => readSettings(env), io)
  if (isRepositoryCommand(first)) return await runRepositoryCommand(first, rest, io)
  const asked = readCommandLine(argv)
  switch (asked.kind) {
    case 'help':
      io.out(asked.text)
      return 0
    case 'unknown':
      throw new CommandFault(`There is no command "${first}"; see: mooring --help`, 2)
    case 'command':
      return await runCommand(asked, { argv, config: readSettings(env), io })
  }
}

/** Settings that are wrong, each with its name. */
class SettingsFault extends Error {}

function readSettings(env: Env): Config {
  try {
    return readConfig(env)
  } catch (error) {
    if (error instanceof AggregateError) throw new SettingsFault(error.message)
    throw error
  }
}

type Asked = { readonly name: string; readonly command: Command; readonly values: Values }
type Circumstances = {
  readonly argv: readonly string[]
  readonly config: Config
  readonly io: CommandIo
}

/** Longer than a server takes to start, or another command to end. */
const PATIENCE_STEPS = 20
const STEP_MS = 500

/** Asks the server that has the database open; without one, opens the database itself. */
async function runCommand(asked: Asked, given: Circumstances): Promise<number> {
  const { argv, config, io } = given
  const runFolder = findRunFolder(config)
  if (runFolder === undefined) return await runHere(asked, given)
  for (let step = 1; ; step++) {
    const exitCode = await askRunningServer(runFolder, argv, io)
    if (exitCode !== undefined) return exitCode
    try {
      return await runHere(asked, given)
    } catch (error) {
      const isBusy = error instanceof DataFolderError && error.code === 'folderInUse'
      if (!isBusy || step === PATIENCE_STEPS) throw error
      await systemClock.wait(STEP_MS, io.signal)
    }
  }
}

async function runHere({ name, command, values }: Asked, given: Circumstances): Promise<number> {
  const { io } = given
  // Somebody who runs this command wants the database migrated, whatever `serve` may do by itself.
  const config = name === 'migrate' ? { ...given.config, autoMigrate: true } : given.config
  await using stack = new AsyncDisposableStack()
  await holdDataFolder(config, stack)
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, {
    write: (line) => io.err(line),
  })
  const parts = await openParts(config, systemClock, log)
  stack.defer(() => parts.database.close())
  const entra = openEntraParts(parts)
  stack.defer(() => entra.http.close())
  return await command.run({ ...parts, entra }, values, io)
}

function describeAll(): string {
  const tables = Object.entries<{ summary: string }>({ ...COMMANDS, ...REPOSITORY_COMMANDS })
  const rows = [SERVE_USAGE, ...tables.map(([name, { summary }]) => ({ name, summary }))]
  return [
    'Usage: mooring <command> [options]',
    '',
    ...rows.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`),
    '',
    'Each command says more with --help. Settings are environment variables; see docs/guides/settings.md.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 a synchronisation waits for approval.',
    '',
  ].join('\n')
}
