import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { EmulatorProcess } from './emulator-process.ts'
import { startMooring, synchronise } from './mooring.ts'

/** A function and the time spent in it, not in what it calls. */
export type OwnTime = { readonly name: string; readonly ms: number; readonly share: number }

const HOW_MANY = 10

/** Where the server's own time goes in its first load, by V8's profiler. */
export async function profileFirstLoad(emulator: EmulatorProcess): Promise<OwnTime[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-profile-'))
  using _remove = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
  {
    // The profile is written when the server ends.
    await using mooring = await startMooring(emulator, 'postgres', {
      NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}`,
    })
    await synchronise(mooring.api, emulator)
  }
  // Commands beside the server leave profiles too; theirs are small.
  const files = readdirSync(folder).map((name) => join(folder, name))
  const [largest] = files.sort((a, b) => statSync(b).size - statSync(a).size)
  if (largest === undefined) throw new Error('the server left no profile')
  return findHeaviest(JSON.parse(readFileSync(largest, 'utf8')))
}

/** As V8 writes it, shortened. @see Chrome DevTools Protocol, Profiler.Profile */
type Profile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { functionName: string; url: string; lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds between two samples. */
  readonly timeDeltas: readonly number[]
}

const NOTHING_AT_WORK = new Set(['(idle)', '(root)'])

function findHeaviest({ nodes, samples, timeDeltas }: Profile): OwnTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const micros = new Map<string, number>()
  samples.forEach((id, place) => {
    const name = names.get(id) ?? ''
    if (NOTHING_AT_WORK.has(name)) return
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[place] ?? 0))
  })
  const all = [...micros.values()].reduce((sum, own) => sum + own, 0)
  return [...micros]
    .sort(([, a], [, b]) => b - a)
    .slice(0, HOW_MANY)
    .map(([name, own]) => ({ name, ms: own / 1000, share: own / all }))
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  return url
    ? `${functionName || '(anonymous)'} ${basename(url)}:${lineNumber + 1}`
    : functionName || '(anonymous)'
}
