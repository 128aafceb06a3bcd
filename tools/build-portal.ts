// Builds portal/dist unless it was built from exactly these sources: `npm start` and the stories need
// it, and a build takes longer than comparing.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = [
  'portal/src',
  'portal/public',
  'portal/index.html',
  'portal/package.json',
  'portal/vite.config.ts',
  'contract/src',
  'package-lock.json',
]
const CACHE = 'node_modules/.cache/mooring'
const BUILT_FROM = join(CACHE, 'portal-built-from')

process.chdir(join(import.meta.dirname, '..'))
const fingerprint = takeFingerprint()
if (!isCurrent()) build()

function isCurrent(): boolean {
  if (!existsSync('portal/dist/index.html') || !existsSync(BUILT_FROM)) return false
  return readFileSync(BUILT_FROM, 'utf8') === fingerprint
}

function build(): void {
  const args = ['build', '--logLevel', 'warn', 'portal', '--config', 'portal/vite.config.ts']
  const { status } = spawnSync('vite', args, { stdio: 'inherit' })
  if (status !== 0) {
    console.error('The portal could not be built; the lines above say why.')
    process.exitCode = 1
    return
  }
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(BUILT_FROM, fingerprint)
}

function takeFingerprint(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap(filesBelow))
    hash.update(`${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}
