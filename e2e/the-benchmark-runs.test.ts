import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const BENCH = fileURLToPath(new URL('bench/sync.ts', import.meta.url))

// Three tenants and three servers, one after the other; other stories run beside it.
const TIMEOUT_MS = 300_000

test(
  'the benchmark of the synchronisation reads a small tenant right, as does a bare download',
  async () => {
    const flags = ['--small', '--skip-peers', '--latency', '0', '--json']

    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, ...flags])

    const report = JSON.parse(stdout)
    expect(report.wrong).toEqual([])
    expect(report.results.map(({ name }: { name: string }) => name)).toEqual(['bare', 'mooring'])
  },
  TIMEOUT_MS,
)
