import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { SwarmResult } from '@mooring/emulator'
import type { EmulatorProcess } from './emulator-process.ts'
import type { Order } from './enrol-client.ts'

const SCRIPT = fileURLToPath(new URL('enrol-client.ts', import.meta.url))

/** Simulated devices in a process of their own: what they cost is not the server's. */
export type EnrolClient = AsyncDisposable & {
  /** Makes keys, requests for certificates and tokens. @param users object ids, one after the other. */
  prepare(users: readonly string[], count: number): Promise<void>
  /** Enrols as fast as so many at a time can. */
  run(count: number, atOnce: number): Promise<SwarmResult & { readonly cpuSeconds: number }>
}

export function startEnrolClient({ controlUrl }: EmulatorProcess): EnrolClient {
  const child = spawn(process.execPath, [SCRIPT, controlUrl], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (order: Order) => {
    child.stdin.write(`${JSON.stringify(order)}\n`)
    const { value, done } = await answers.next()
    if (done) throw new Error(`the client ended with code ${child.exitCode}`)
    return JSON.parse(value)
  }
  return {
    prepare: async (users, count) => {
      await ask({ kind: 'prepare', users, count })
    },
    run: (count, atOnce) => ask({ kind: 'run', count, atOnce }),
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
