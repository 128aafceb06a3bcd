// `npm run check`: everything that can be said about the code without running it. All steps run,
// two at a time, and the output of those that fail is shown at the end.
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'

const WORKSPACES = ['contract', 'server', 'portal', 'emulator', 'e2e', 'tools']

/** Longest first, so that none is left for the end. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  'types of server': types('server'),
  'types of portal': types('portal'),
  'generated files': ['node', 'tools/check-generated.ts'],
  'types of emulator': types('emulator'),
  'types of e2e': types('e2e'),
  'types of contract': types('contract'),
  'types of tools': types('tools'),
  'nothing unused': ['knip', '--no-progress'],
  'format and lint': ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'],
  arrows: ['depcruise', '--config', '.dependency-cruiser.cjs', ...WORKSPACES],
}

/** Where the compiler keeps what it knows from the last time; `npm ci` forgets it. */
function types(workspace: string): string[] {
  const known = `node_modules/.cache/mooring/${workspace}.tsbuildinfo`
  return ['tsc', '-p', workspace, '--incremental', '--tsBuildInfoFile', known]
}

type Result = { name: string; ok: boolean; ms: number; output: string }

const waiting = Object.entries(STEPS)
const results: Result[] = []
await Promise.all([worker(), worker()])
report()

async function worker(): Promise<void> {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const result = await runStep(...step)
    results.push(result)
    console.log(`${result.ok ? '✓' : '✗'} ${result.name} ${(result.ms / 1000).toFixed(1)} s`)
  }
}

async function runStep(name: string, [program = '', ...args]: readonly string[]): Promise<Result> {
  const startedAt = performance.now()
  const { ok, output } = await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024 })
    .then(() => ({ ok: true, output: '' }))
    .catch((error: { stdout?: string; stderr?: string; message: string }) => ({
      ok: false,
      output: `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message,
    }))
  return { name, ok, ms: Math.round(performance.now() - startedAt), output }
}

function report(): void {
  for (const { name, output } of results.filter(({ ok }) => !ok)) {
    console.log(`\n── ${name} ──\n${output.trimEnd()}`)
  }
  mkdirSync('.reports', { recursive: true })
  writeFileSync('.reports/check.json', JSON.stringify(results.map(({ output, ...rest }) => rest)))
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
}
