import { readdirSync, readFileSync } from 'node:fs'

/** The one child of ours whose command line ends like this. */
export function findChild(ending: string): number {
  const found = findChildren(process.pid).filter((pid) =>
    readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().endsWith(ending),
  )
  const [pid] = found
  if (pid === undefined || found.length > 1)
    throw new Error(`${found.length} children of this process run '${ending}'`)
  return pid
}

/** The living children of a process. Linux only. */
export function findChildren(parent: number): number[] {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return names.map(Number).filter((pid) => {
    const [, found] = /^PPid:\s+(\d+)$/m.exec(readText(`/proc/${pid}/status`)) ?? []
    return Number(found) === parent
  })
}

/** A file of /proc; empty when its process has ended meanwhile. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
