import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FleetOrder } from '../../server/testing/bench-fleet.ts'
import type { Mooring } from './mooring.ts'

const SCRIPT = fileURLToPath(new URL('../../server/testing/bench-fleet.ts', import.meta.url))

/** Puts devices into the database, beside the server. */
export type Fleet = AsyncDisposable & {
  fill(count: number): Promise<void>
  /** @param file where the client finds them. */
  sample(count: number, file: string): Promise<void>
  queue(commands: number): Promise<void>
  /** Bytes that PostgreSQL has written to its log so far. */
  logged(): Promise<number>
}

export function startFleet({ settings, url }: Mooring): Fleet {
  const flag = (name: string, setting: string) => [`--${name}`, settings[setting] ?? '']
  const child = spawn(
    process.execPath,
    [
      SCRIPT,
      ...flag('database', 'DATABASE_URL'),
      ...flag('key-file', 'MOORING_MASTER_KEY_FILE'),
      '--url',
      url,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (order: FleetOrder) => {
    child.stdin.write(`${JSON.stringify(order)}\n`)
    const { value, done } = await answers.next()
    if (done) throw new Error(`the fleet ended with code ${child.exitCode}`)
    return JSON.parse(value)
  }
  return {
    fill: (count) => ask({ kind: 'fill', count }),
    sample: (count, file) => ask({ kind: 'sample', count, file }),
    queue: (commands) => ask({ kind: 'queue', commands }),
    logged: async () => (await ask({ kind: 'logged' })).bytes,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
