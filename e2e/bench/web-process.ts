import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readCpuSeconds } from './cpu.ts'
import type { Mooring } from './mooring.ts'

const MAIN = fileURLToPath(new URL('../../server/bin/mooring.mjs', import.meta.url))
const READY_MS = 60_000

/** One more process of the same installation, on the same database, without background jobs. */
export type WebProcess = AsyncDisposable & {
  readonly url: string
  cpuSeconds(): number
}

export async function startWebProcess({ url: publicUrl, settings }: Mooring): Promise<WebProcess> {
  const port = await freePort()
  const url = new URL(publicUrl)
  url.port = String(port)
  const child = spawn(process.execPath, [MAIN, 'serve', '--role', 'web'], {
    env: {
      ...process.env,
      MOORING_LOG_LEVEL: 'warn',
      ...settings,
      MOORING_PUBLIC_URL: publicUrl,
      MOORING_LISTEN: `127.0.0.1:${port}`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const dispose = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  const deadline = performance.now() + READY_MS
  while (!(await fetch(new URL('/readyz', url)).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await dispose()
      throw new Error('a second server process did not start')
    }
    await delay(100)
  }
  return {
    url: url.origin,
    cpuSeconds: () => readCpuSeconds(child.pid),
    [Symbol.asyncDispose]: dispose,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
