import { readFileSync } from 'node:fs'

/** The most memory that a process has had resident since it started (VmHWM). Linux only. */
export function readPeakMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  if (kibibytes === undefined) throw new Error(`process ${pid} does not tell its peak memory`)
  return Math.round(Number(kibibytes) / 1024)
}
