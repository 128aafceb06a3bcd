// `npm run dev`: the emulator, the server beside it (restarted when a file changes) and the portal
// with hot reload on http://localhost:5173. Data lives in ./data/dev. Ctrl-C ends all three.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const EMULATOR_PORT = '8081'
const EMULATOR = `http://localhost:${EMULATOR_PORT}`

const SETTINGS = {
  MOORING_CLOUD: 'custom',
  MOORING_ENTRA_AUTHORITY_URL: EMULATOR,
  MOORING_GRAPH_URL: EMULATOR,
  MOORING_DATA_DIR: './data/dev',
}

// A signal from the terminal reaches the children, too: we only wait until they have stopped.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => stopAll())

const children: ChildProcess[] = [
  start('node', ['emulator/src/main.ts', '--port', EMULATOR_PORT]),
  start('node', ['--watch', '--watch-preserve-output', 'server/src/main.ts', 'serve']),
  start('vite', ['portal', '--config', 'portal/vite.config.ts']),
]
// One without the others is of no use.
await Promise.race(children.map((child) => once(child, 'exit')))
stopAll()

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...SETTINGS } })
}

function stopAll(): void {
  for (const child of children) child.kill('SIGTERM')
}
