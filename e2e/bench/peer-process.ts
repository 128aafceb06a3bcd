import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { EmulatorProcess } from './emulator-process.ts'
import type { FirstCall } from './first-calls.ts'

const FOLDER = fileURLToPath(new URL('../../bench/peers', import.meta.url))

/** Another reader of directories, as a process of its own that stays for its next reading. */
export type PeerProcess = AsyncDisposable & {
  /**
   * Reads the whole tenant into its memory.
   *
   * @param file where it writes what it has read, after the clock was stopped.
   */
  read(file: string): Promise<{ seconds: number; cpuSeconds: number; peakMiB: number }>
}

/** Installs the peers' packages in their own folder, once. */
export function installPeers(print: (text: string) => void): void {
  if (existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return
  print('installing the peers in bench/peers (about 200 packages, 100 MB) …')
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/**
 * @param script a file in bench/peers.
 * @param certificateFile what the reader is to trust besides.
 * @param firstCalls what Mooring asks first, for the reader that follows it.
 */
export function startPeer(
  script: string,
  emulator: EmulatorProcess,
  certificateFile: string,
  firstCalls: readonly FirstCall[],
): PeerProcess {
  const child = spawn(process.execPath, [join(FOLDER, script)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { url, tenantId, clientId, secret } = emulator
  return {
    async read(file) {
      const order = { url, tenantId, clientId, secret, file, firstCalls }
      child.stdin.write(`${JSON.stringify(order)}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error(`${script} ended with code ${child.exitCode}`)
      return JSON.parse(value)
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
