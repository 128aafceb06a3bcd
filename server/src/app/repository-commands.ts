import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CommandIo } from '../platform/control-socket.ts'
import { CommandFault } from './command.ts'

/** Commands that are programs of their own: they share no line with the server. */
export const REPOSITORY_COMMANDS = {
  emulator: {
    usage: '[--port P] [--users N] [--groups N] [--memberships N] [--seed S]',
    summary: 'run the emulated Entra ID and Microsoft Graph, alone',
    main: '../../../emulator/src/main.ts',
  },
  device: {
    usage: 'enrol|check-in|swarm [options]',
    summary: 'simulated Windows devices, against any server',
    main: '../../../emulator/src/device/main.ts',
  },
  demo: {
    usage: '[--once] [--json]',
    summary: 'set everything up with an emulated tenant and do the main job',
    main: '../../../e2e/demo/main.ts',
  },
} as const

export type RepositoryCommand = keyof typeof REPOSITORY_COMMANDS

export const isRepositoryCommand = (name: string): name is RepositoryCommand =>
  Object.hasOwn(REPOSITORY_COMMANDS, name)

/** Runs one with the words behind its name. @returns its exit code. */
export async function runRepositoryCommand(
  name: RepositoryCommand,
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  const main = fileURLToPath(new URL(REPOSITORY_COMMANDS[name].main, import.meta.url))
  if (!existsSync(main)) {
    throw new CommandFault(`"${name}" is part of the repository only; run this command there.`)
  }
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  const stop = () => child.kill('SIGTERM')
  io.signal.addEventListener('abort', stop)
  const [code] = await once(child, 'exit')
  io.signal.removeEventListener('abort', stop)
  return typeof code === 'number' ? code : 0
}
