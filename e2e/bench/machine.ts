import { cpus, totalmem } from 'node:os'

/** On what the figures were measured. */
export function describeMachine() {
  return {
    at: new Date().toISOString(),
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  }
}
