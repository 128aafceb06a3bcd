import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../server/bin/mooring.mjs', import.meta.url))

/** Seconds on a free machine; where every core is busy, a new database takes most of a minute. */
const READY_MS = 150_000

/** The real server as a process of its own, and its command line. */
export type ServerProcess = AsyncDisposable & {
  readonly url: string
  /** Runs a command as an administrator would. @returns what it printed on stdout. */
  command(...args: string[]): Promise<string>
  /** Kills it without a warning, as a power cut would. */
  kill(): Promise<void>
}

/**
 * @param settings beyond those for the address, which is on loopback.
 * @param wantedPort taken when it is free; by default any free one.
 */
export async function startServerProcess(
  settings: Record<string, string>,
  wantedPort = 0,
): Promise<ServerProcess> {
  const port = await findPort(wantedPort)
  // Its certificate is the caller's to trust.
  const scheme = 'MOORING_TLS_CERT_FILE' in settings ? 'https' : 'http'
  const url = `${scheme}://localhost:${port}`
  const env = {
    ...process.env,
    MOORING_PUBLIC_URL: url,
    MOORING_LISTEN: `127.0.0.1:${port}`,
    MOORING_LOG_LEVEL: 'warn',
    ...settings,
  }
  const child = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  child.stdout.on('data', (chunk) => said.push(String(chunk)))
  child.stderr.on('data', (chunk) => said.push(String(chunk)))
  try {
    await untilReady(url, child)
  } catch (cause) {
    child.kill('SIGKILL')
    throw new Error(`the server did not start: ${said.join('').trim() || 'it said nothing'}`, {
      cause,
    })
  }
  return {
    url,
    command: (...args) => runCommand(args, env),
    async kill() {
      child.kill('SIGKILL')
      await ended(child)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await delay(100)
  }
  throw new Error(`it was not ready within ${READY_MS / 1000} seconds`)
}

async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error(`mooring ${args.join(' ')} ended with code ${code}: ${err.trim()}`)
  return out
}

/** The port wanted, or any other when that one is taken. */
async function findPort(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const probe = createServer()
    const listening = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!listening) continue
    const address = probe.address()
    await new Promise((resolve) => probe.close(resolve))
    if (address && typeof address === 'object') return address.port
  }
  throw new Error('no free port')
}
