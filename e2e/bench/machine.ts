import { cpus, loadavg, totalmem } from 'node:os'

/** On what the figures were measured. */
export function describeMachine() {
  return {
    at: new Date().toISOString(),
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    /** Of the minute before: above about 0.5, the machine had other work too. */
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

export type Machine = ReturnType<typeof describeMachine>

export function sayMachine({ node, cores, cpu, memoryGiB, load }: Machine): string {
  return `${cores} cores (${cpu}), ${memoryGiB} GiB, Node.js ${node}; load before: ${load}`
}
