import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ClientOrder, RunOrder, RunResult } from './checkin-client.ts'
import type { EmulatorProcess } from './emulator-process.ts'

const SCRIPT = fileURLToPath(new URL('checkin-client.ts', import.meta.url))

/** Simulated devices in a process of their own: what they cost is not the server's. */
export type CheckinClient = AsyncDisposable & {
  enrol(user: string): Promise<void>
  take(file: string, addresses: readonly string[]): Promise<void>
  run(order: Omit<RunOrder, 'kind'>): Promise<RunResult>
}

/** @param trustFile the certificate of the server, in PEM. */
export function startCheckinClient(
  { controlUrl }: EmulatorProcess,
  trustFile: string,
): CheckinClient {
  const child = spawn(process.execPath, [SCRIPT, controlUrl, trustFile], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (order: ClientOrder) => {
    child.stdin.write(`${JSON.stringify(order)}\n`)
    const { value, done } = await answers.next()
    if (done) throw new Error(`the client ended with code ${child.exitCode}`)
    return JSON.parse(value)
  }
  return {
    enrol: (user) => ask({ kind: 'enrol', user }),
    take: (file, addresses) => ask({ kind: 'take', file, addresses }),
    run: (order) => ask({ kind: 'run', ...order }),
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}
