import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const SYNC = fileURLToPath(new URL('bench/sync.ts', import.meta.url))
const ENROL = fileURLToPath(new URL('bench/enrol.ts', import.meta.url))
const FLOOD = fileURLToPath(new URL('bench/flood.ts', import.meta.url))
const CHECKIN = fileURLToPath(new URL('bench/checkin.ts', import.meta.url))
const API = fileURLToPath(new URL('bench/api.ts', import.meta.url))

// Three tenants and three servers, one after the other; other stories run beside it.
const TIMEOUT_MS = 300_000

test(
  'the benchmark of the synchronisation reads a small tenant right, as does a bare download',
  async () => {
    const flags = ['--small', '--one-tenant', '--skip-peers', '--latency', '0', '--json']

    const { stdout } = await promisify(execFile)(process.execPath, [SYNC, ...flags])

    const report = JSON.parse(stdout)
    expect(report.wrong).toEqual([])
    expect(report.results.map(({ name }: { name: string }) => name)).toEqual(['bare', 'mooring'])
  },
  TIMEOUT_MS,
)

test(
  'the benchmark of the API has every request answered, and finds whose it is in one statement of index reads',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [API, '--small', '--json'])

    const report = JSON.parse(stdout)
    expect(report.wrong).toEqual([])
    expect(report.figures.at(-1)).toMatchObject({ name: 'all of them', calls: 250 })
    expect(report.sessions).toMatchObject([
      { caller: 'session', lookups: 1, tableReads: 0 },
      { caller: 'token', lookups: 1, tableReads: 0 },
    ])
  },
  TIMEOUT_MS,
)

test(
  'the benchmark of enrolment finds each device, certificate, attempt and event in the database',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [ENROL, '--small', '--json'])

    const report = JSON.parse(stdout)
    expect(report.wrong).toEqual([])
    expect(report.figures).toMatchObject([
      { authority: 'rsa2048', failed: {} },
      { authority: 'ecdsaP256', failed: {} },
    ])
  },
  TIMEOUT_MS,
)

test(
  'the benchmark of check-ins: a device that nothing waits for costs one statement of index reads and no row',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [CHECKIN, '--quick', '--json'])

    const report = JSON.parse(stdout)
    expect(report.wrong).toEqual([])
    const [idle] = report.figures
    expect(idle).toMatchObject({ name: 'idle', devices: 200 })
    expect(report.asks).toMatchObject([
      { session: 'idle', statements: 1, tableReads: 0, rows: 0 },
      { session: '10 commands' },
    ])
    expect(report.fanOut.devices).toBeGreaterThanOrEqual(200)
  },
  TIMEOUT_MS,
)

test(
  'devices enrol while somebody floods the server with rubbish, of which little is kept',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [FLOOD, '--small', '--json'])

    const report = JSON.parse(stdout)
    expect(report.wrong).toEqual([])
    expect(report.devices).toMatchObject({ enrolled: 12, failed: 0 })
    expect(report.flood.byStatus).toMatchObject({
      429: expect.any(Number),
      500: expect.any(Number),
    })
    expect(report.flood.byStatus).not.toHaveProperty('200')
  },
  TIMEOUT_MS,
)
