import { readdirSync, readFileSync } from 'node:fs'

/** The most memory that a process has had resident since it started (VmHWM). Linux only. */
export function readPeakMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  if (kibibytes === undefined) throw new Error(`process ${pid} does not tell its peak memory`)
  return Math.round(Number(kibibytes) / 1024)
}

/** The one child of ours whose command line ends like this. */
export function findChild(ending: string): number {
  const found = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    const command = readText(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim()
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(readText(`/proc/${name}/status`)) ?? []
    return Number(parent) === process.pid && command.endsWith(ending)
  })
  const [pid] = found
  if (pid === undefined || found.length > 1)
    throw new Error(`${found.length} children of this process run '${ending}'`)
  return Number(pid)
}

/** Processes end while we look. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
