import type { Machine } from './machine.ts'
import { toKey } from './path.ts'

/** What was written to a node; undefined when nothing was. @param path from `./Device` or `./User` */
export function readWritten({ state }: Machine, path: string): string | undefined {
  return state.written[toKey(path)]?.value
}

export function write({ state }: Machine, path: string, value: string): void {
  state.written[toKey(path)] = { path, value }
}

/** Forgets a node and what is below it. @returns how many values there were */
export function forget({ state }: Machine, path: string): number {
  const key = toKey(path)
  const gone = Object.keys(state.written).filter(
    (candidate) => candidate === key || candidate.startsWith(`${key}/`),
  )
  for (const each of gone) delete state.written[each]
  return gone.length
}

/** The names written directly below a node, in their own spelling. */
export function namesBelow({ state }: Machine, path: string): string[] {
  const start = `${toKey(path)}/`
  const depth = path.split('/').length
  const names = new Map<string, string>()
  for (const [key, { path: written }] of Object.entries(state.written)) {
    if (!key.startsWith(start)) continue
    const name = written.split('/')[depth] ?? ''
    names.set(name.toLowerCase(), decodeURIComponent(name))
  }
  return [...names.values()]
}
