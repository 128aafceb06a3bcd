// The client of `npm run bench:enrol`, as a process of its own: prepares joins, and enrols them when told to.
import { createInterface } from 'node:readline'
import { openEntra, type Prepared, prepareLoad, runLoad } from '@mooring/emulator'

/** One line of stdin, as JSON. */
export type Order =
  | { readonly kind: 'prepare'; readonly users: readonly string[]; readonly count: number }
  /** Enrols the next `count` of those that are prepared. */
  | { readonly kind: 'run'; readonly count: number; readonly atOnce: number }

const entra = await openEntra(process.argv[2] ?? '')
const prepared: Prepared[] = []

async function carryOut(order: Order): Promise<object> {
  if (order.kind === 'prepare') {
    prepared.push(...(await prepareLoad(entra, order.users, order.count)))
    return { prepared: prepared.length }
  }
  const before = process.cpuUsage()
  const joins = prepared.splice(0, order.count)
  const result = await runLoad(joins, { entra, atOnce: order.atOnce, strictEvery: 0 })
  const { user, system } = process.cpuUsage(before)
  return { ...result, cpuSeconds: (user + system) / 1e6 }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line)))}\n`)
}
