import { findChildren, readText } from './processes.ts'

/** Clock ticks of /proc in a second: USER_HZ, which is 100 on every Linux that runs Node.js. */
const TICKS = 100

/** What a process has had of the processors since it started. Linux only. */
export function readCpuSeconds(pid: number | undefined): number {
  const [own] = readTicks(pid)
  return own / TICKS
}

/** The same of a process and its children, living and ended. */
export function readFamilyCpuSeconds(pid: number | undefined): number {
  const [own, ended] = readTicks(pid)
  const living = findChildren(pid ?? 0).map((child) => readTicks(child)[0])
  return (own + ended + living.reduce((sum, ticks) => sum + ticks, 0)) / TICKS
}

/** @returns its own ticks, and those of children that ended and were waited for. */
function readTicks(pid: number | undefined): [own: number, ended: number] {
  // proc_pid_stat(5): utime is field 14. The name before it may contain anything, `)` included.
  const stat = readText(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number)
  return [utime + stime, cutime + cstime]
}
