// `npm run flood:enrolment`: rubbish as fast as somebody offers it, while real devices enrol.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SwarmResult } from '@mooring/emulator'
import { readTableSizes, type TableSizes } from '../../server/testing/table-sizes.ts'
import { readArguments, runCommand } from './arguments.ts'
import { type EmulatorProcess, startEmulatorProcess } from './emulator-process.ts'
import { startEnrolClient } from './enrol-client-process.ts'
import type { FloodResult } from './flood-client.ts'
import { describeMachine, type Machine, sayMachine } from './machine.ts'
import { type Mooring, ORG, readAll, startMooring, synchronise } from './mooring.ts'
import { say, sayMs, toTable } from './print.ts'

const HELP = `Usage: npm run flood:enrolment [-- options]

Starts the emulated tenant, a PostgreSQL and the server, each as a process of its own. One more process then
offers requests that are worth nothing, half of them from one network and half from a different one each,
while simulated devices enrol. Afterwards it is looked at how many devices did not, and what the flood left
in the database.

  --rate N      requests a second that are offered (default 10000)
  --seconds N   at least so long (default 30)
  --devices N   that enrol meanwhile (default 200)
  --at-once N   devices under way at a time (default 8)
  --small       500 requests a second for 3 seconds, 12 devices
  --json        the last line on stdout is one JSON object

Exit codes: 0 every device enrolled and little was left; 1 something is wrong; 2 wrong usage.
`
const SCRIPT = fileURLToPath(new URL('flood-client.ts', import.meta.url))
/** What a second of rubbish may leave behind, whatever it is, with all its indexes. */
const LEFT_PER_SECOND = 100
/** Where anything is kept of who comes. */
const TABLES = ['enrolment_attempts', 'sign_in_throttles', 'audit_events', 'enrolment_uses']
/** A row in each of them. */
const ROWS_PER_DEVICE = TABLES.length
const DEVICES_PER_PERSON = 10

type Report = {
  readonly machine: Machine
  readonly flood: FloodResult
  readonly devices: SwarmResult
  readonly before: TableSizes
  readonly after: TableSizes
  readonly wrong: readonly string[]
}
type Wanted = { rate: number; seconds: number; devices: number; atOnce: number }

async function main(): Promise<number> {
  const { numbers, flags } = readArguments({
    numbers: ['rate', 'seconds', 'devices', 'at-once'],
    flags: ['small', 'json'],
  })
  const print = flags.json ? console.error : console.log
  const report = await flood(
    {
      rate: numbers.rate ?? (flags.small ? 500 : 10_000),
      seconds: numbers.seconds ?? (flags.small ? 3 : 30),
      devices: numbers.devices ?? (flags.small ? 12 : 200),
      atOnce: numbers['at-once'] ?? (flags.small ? 4 : 8),
    },
    print,
  )
  sayReport(report, print)
  if (flags.json) console.log(JSON.stringify(report))
  return report.wrong.length === 0 ? 0 : 1
}

async function flood(wanted: Wanted, print: (text: string) => void): Promise<Report> {
  const { rate, seconds, devices, atOnce } = wanted
  const machine = describeMachine()
  print(sayMachine(machine))
  const users = Math.max(20, Math.ceil((devices * 1.5) / DEVICES_PER_PERSON))
  await using emulator = await startEmulatorProcess(
    { users, groups: 5, memberships: users },
    { seed: 1 },
  )
  await using mooring = await startMooring(emulator, 'postgres', {
    MOORING_TRUSTED_PROXIES: '127.0.0.1',
  })
  await synchronise(mooring.api, emulator)
  await emulator.control('POST', '/enrolment/setMobility', [{ serverUrl: mooring.url }])
  await using client = startEnrolClient(emulator)
  await client.prepare(await listPeople(emulator), devices)
  const before = await readSizes(mooring)
  print(`${say(rate)} requests a second of rubbish, and ${devices} devices\n`)

  const rubbish = startRubbish(mooring.url, rate)
  const [result] = await Promise.all([client.run(devices, atOnce), delay(seconds * 1000)])
  const done = await rubbish.stop()
  // What was counted in the last second is written in the next one.
  await delay(1500)
  const after = await readSizes(mooring)
  return {
    machine,
    flood: done,
    devices: result,
    before,
    after,
    wrong: [
      ...Object.entries(result.byCode).map(([what, count]) => `${count} devices stopped: ${what}`),
      ...(await findMissing(mooring, devices)),
      ...findTooMuch({ before, after, flood: done, devices }),
    ],
  }
}

function startRubbish(url: string, rate: number) {
  const child = spawn(process.execPath, [SCRIPT, url, String(rate)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async stop(): Promise<FloodResult> {
      child.stdin.end()
      const { value } = await lines.next()
      if (child.exitCode === null) await once(child, 'exit')
      return JSON.parse(value ?? '{}')
    },
  }
}

/** The ids of those who can enrol a device. */
async function listPeople({ control }: EmulatorProcess): Promise<string[]> {
  type User = { id: string; accountEnabled?: boolean; userType?: string }
  const users = await control<User[]>('GET', '/directory/users')
  return users
    .filter(({ accountEnabled, userType }) => accountEnabled !== false && userType !== 'Guest')
    .map(({ id }) => id)
}

async function findMissing({ api }: Mooring, expected: number): Promise<string[]> {
  const { length } = await readAll<object>(api, `${ORG}/enrolments`)
  return length === expected ? [] : [`${length} devices are enrolled instead of ${expected}`]
}

function readSizes({ postgres }: Mooring): Promise<TableSizes> {
  if (!postgres) throw new Error('there is no PostgreSQL')
  return readTableSizes(postgres.url, TABLES)
}

type Left = Pick<Report, 'before' | 'after' | 'flood'> & { readonly devices: number }

function findTooMuch({ before, after, flood: { seconds }, devices }: Left): string[] {
  const grown = Object.keys(after).reduce(
    (sum, table) => sum + (after[table]?.rows ?? 0) - (before[table]?.rows ?? 0),
    0,
  )
  const most = devices * ROWS_PER_DEVICE + Math.ceil(seconds + 2) * LEFT_PER_SECOND
  return grown <= most ? [] : [`the flood left ${grown} rows, and ${most} would have been enough`]
}

function sayReport(report: Report, print: (text: string) => void): void {
  const { flood: done, devices, before, after, wrong } = report
  const { seconds, offered, sent, held, byStatus, lostConnections } = done
  const each = (count: number) => say(Math.round(count / seconds))
  print(
    `in ${seconds.toFixed(0)} s: ${each(offered)} a second offered, ${each(sent)} sent, ${each(held)} held back`,
  )
  print(
    `answered: ${Object.entries(byStatus)
      .map(([status, count]) => `${status} ${each(count)} a second`)
      .join(', ')}; connections lost: ${lostConnections}`,
  )
  print(
    `devices: ${say(devices.perSecond)} a second, p50 ${sayMs(devices.p50Ms)} ms, p95 ${sayMs(devices.p95Ms)} ms, most ${sayMs(devices.maxMs)} ms\n`,
  )
  const rows = Object.entries(after).map(([table, size]) => [
    table,
    String(before[table]?.rows ?? 0),
    String(size?.rows ?? 0),
    String(Math.round(((size?.bytes ?? 0) - (before[table]?.bytes ?? 0)) / 1024)),
  ])
  print(toTable([['table', 'rows before', 'after', 'grown by KiB'], ...rows]))
  print(wrong.length === 0 ? 'all devices enrolled' : `\nWRONG:\n  ${wrong.join('\n  ')}`)
}

await runCommand(HELP, main)
