import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** What a browser may have to load before the first screen stands. */
const LIMIT_KB = 250
/** The screen most people see first, and the frame around it. */
const FIRST_SCREENS = ['src/frame/Frame.tsx', 'src/overview/OverviewScreen.tsx']
const FIRST_MESSAGES = ['src/frame/messages.de.json', 'src/overview/messages.de.json']

type Chunk = { file: string; imports?: string[]; isEntry?: boolean }

const here = import.meta.dirname
await build({ root: here, logLevel: 'warn' })
const manifest: Record<string, Chunk> = JSON.parse(
  readFileSync(join(here, 'dist/.vite/manifest.json'), 'utf8'),
)

/** All files that a chunk cannot do without. */
function filesOf(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`the build has no "${key}"`)
  if (seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const other of chunk.imports ?? []) filesOf(other, seen)
  return seen
}

const sizeKb = (file: string) => gzipSync(readFileSync(join(here, 'dist', file))).length / 1024
const sumKb = (keys: readonly string[]) => {
  const files = new Set(keys.flatMap((key) => [...filesOf(key)]))
  return [...files].reduce((sum, file) => sum + sizeKb(file), 0)
}

const entry = Object.keys(manifest).filter((key) => manifest[key]?.isEntry)
const entryKb = sumKb(entry)
const firstKb = sumKb([...entry, ...FIRST_SCREENS, ...FIRST_MESSAGES])
console.log(`entry: ${entryKb.toFixed(1)} kB gzip`)
console.log(`entry, frame and overview: ${firstKb.toFixed(1)} kB gzip, limit ${LIMIT_KB} kB`)
if (firstKb > LIMIT_KB) {
  console.error('The first screen needs more JavaScript than the limit allows.')
  process.exitCode = 1
}
