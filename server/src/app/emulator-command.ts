import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CommandIo } from '../platform/control-socket.ts'
import { CommandFault } from './command.ts'

export const EMULATOR_USAGE = {
  name: 'emulator',
  usage: '[--port P] [--users N] [--groups N] [--memberships N] [--seed S]',
  summary: 'run the emulated Entra ID and Microsoft Graph, alone',
}

const MAIN = fileURLToPath(new URL('../../../emulator/src/main.ts', import.meta.url))

/** Runs the emulator as a program of its own: it shares no line with the server. */
export async function runEmulator(args: readonly string[], io: CommandIo): Promise<number> {
  if (!existsSync(MAIN)) {
    throw new CommandFault('The emulator is part of the repository only; run this command there.')
  }
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'inherit' })
  const stop = () => child.kill('SIGTERM')
  io.signal.addEventListener('abort', stop)
  const [code] = await once(child, 'exit')
  io.signal.removeEventListener('abort', stop)
  return typeof code === 'number' ? code : 0
}
