// `npm run bench:api`: how long people wait for lists, searches and single things while many ask.
import { setTimeout as delay } from 'node:timers/promises'
import { type Caller, fillAuditLog, prepareCallers } from './api-callers.ts'
import { type ApiCall, chooseMixture, KINDS } from './api-calls.ts'
import { readArguments, runCommand } from './arguments.ts'
import { type Sizes, startEmulatorProcess } from './emulator-process.ts'
import { describeMachine, type Machine, sayMachine } from './machine.ts'
import { type Mooring, startMooring, synchronise } from './mooring.ts'
import { askInTurn, type Hit, shoot } from './open-loop.ts'
import { percentile, say, sayMs, toTable } from './print.ts'
import { measureSessionCost, type SessionCost } from './session-cost.ts'

const HELP = `Usage: npm run bench:api [-- options]

Starts the emulated tenant, a PostgreSQL and the server, each as a process of its own; synchronises, and
asks the API for lists, searches, single things and the audit log, at a fixed rate whether or not it
keeps up: half with the session of a synchronised administrator, half with an API token.

  --users N        people (default 100000)
  --groups N       groups (default a tenth of the people)
  --memberships N  memberships (default ten a person)
  --events N       events in the audit log (default 2000)
  --rate N         requests a second (default 200)
  --seconds N      on the clock, after a warm-up of five (default 60)
  --small          1,000 people, 100 groups, 10,000 memberships, 50 events; 50 a second for 5 seconds
  --seed S         the same seed gives the same data (default 1)
  --json           the last line on stdout is one JSON object
  --help           this text

Exit codes: 0 every request was answered with 200, however slowly; 1 something is wrong; 2 wrong usage.
`

/** What people are promised to wait at most, of 95 in 100 requests. */
const AIM_MS = 50
const WARM_UP_SECONDS = 5
/** Autovacuum looks every few seconds; statistics and visibility are then as on a server that has run. */
const SETTLE_MS = 20_000

type Figures = {
  name: string
  calls: number
  p50: number
  p95: number
  p99: number
  max: number
  /** Of each call the first time, one after the other: what the server keeps is not yet known. */
  firstP95: number
}
type Report = {
  machine: Machine
  sizes: Sizes
  rate: number
  seconds: number
  figures: Figures[]
  wrong: string[]
  /** What one request took of the processors, in milliseconds. */
  cpuMs: { server: number; database: number; benchmark: number }
  serverPeakMiB: number
  sessions: SessionCost[]
}
type Wanted = {
  sizes: Sizes
  seed: number
  events: number
  rate: number
  seconds: number
  print: (text: string) => void
}

async function main(): Promise<number> {
  const { numbers, flags } = readArguments({
    numbers: ['users', 'groups', 'memberships', 'events', 'rate', 'seconds', 'seed'],
    flags: ['small', 'json'],
  })
  const users = numbers.users ?? (flags.small ? 1000 : 100_000)
  const report = await measure({
    sizes: {
      users,
      groups: numbers.groups ?? Math.max(20, Math.round(users / 10)),
      memberships: numbers.memberships ?? users * 10,
    },
    seed: numbers.seed ?? 1,
    events: numbers.events ?? (flags.small ? 50 : 2000),
    rate: numbers.rate ?? (flags.small ? 50 : 200),
    seconds: numbers.seconds ?? (flags.small ? 5 : 60),
    print: flags.json ? console.error : console.log,
  })
  if (flags.json) console.log(JSON.stringify(report))
  return report.wrong.length === 0 ? 0 : 1
}

async function measure({ sizes, seed, events, rate, seconds, print }: Wanted): Promise<Report> {
  const machine = describeMachine()
  print(sayMachine(machine))
  print(`${say(sizes.users)} people, ${say(sizes.groups)} groups; ${rate} requests a second\n`)
  await using emulator = await startEmulatorProcess(sizes, { seed })
  await using mooring = await startMooring(emulator, 'postgres')
  const { seconds: syncSeconds } = await synchronise(mooring.api, emulator)
  print(`synchronised in ${Math.round(syncSeconds)} s`)
  await fillAuditLog(mooring.api, events)
  const { person, script } = await prepareCallers(mooring, emulator)
  const mixture = await chooseMixture(mooring.api)
  await delay(sizes.users > 10_000 ? SETTLE_MS : 0)

  const shots = mixture.map((call, number) => toShot(mooring, call, number % 2 ? script : person))
  const firstHits = await askInTurn(shots)
  await shoot(shots, { perSecond: rate, seconds: WARM_UP_SECONDS })
  const before = readCpu(mooring)
  const hits = await shoot(shots, { perSecond: rate, seconds })
  const cpuMs = perRequest(before, readCpu(mooring), hits.length)
  const serverPeakMiB = mooring.peakMiB()
  const figures = [...KINDS, ALL].map((name) => toFigures(name, hits, firstHits))
  const sessions = await measureSessions(mooring, [person, script], mixture)
  const wrong = findWrong([...firstHits, ...hits])
  sayReport({ figures, cpuMs, serverPeakMiB, sessions, wrong }, print)
  return { machine, sizes, rate, seconds, figures, wrong, cpuMs, serverPeakMiB, sessions }
}

const ALL = 'all of them'

function toShot({ url }: Mooring, { kind, path }: ApiCall, { headers }: Caller) {
  return { name: kind, url: `${url}/api/v1${path}`, headers }
}

function readCpu(mooring: Mooring) {
  const { user, system } = process.cpuUsage()
  return { ...mooring.cpuSeconds(), benchmark: (user + system) / 1e6 }
}

type Cpu = ReturnType<typeof readCpu>

const perRequest = (before: Cpu, after: Cpu, requests: number): Cpu => ({
  server: ((after.server - before.server) * 1000) / requests,
  database: ((after.database - before.database) * 1000) / requests,
  benchmark: ((after.benchmark - before.benchmark) * 1000) / requests,
})

function toFigures(name: string, hits: readonly Hit[], firstHits: readonly Hit[]): Figures {
  const timesOf = (all: readonly Hit[]) =>
    all.filter((hit) => name === ALL || hit.name === name).map(({ ms }) => ms)
  const times = timesOf(hits)
  return {
    name,
    calls: times.length,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    max: times.reduce((most, ms) => Math.max(most, ms), 0),
    firstP95: percentile(timesOf(firstHits), 0.95),
  }
}

/** With the simplest of the calls: what remains of its statements is the finding out who asks. */
async function measureSessions(
  { postgres, url }: Mooring,
  callers: readonly Caller[],
  mixture: readonly ApiCall[],
): Promise<SessionCost[]> {
  const call = mixture.find(({ kind }) => kind === 'one person')
  if (!postgres || !call) throw new Error('nothing to measure sessions with')
  const costs: SessionCost[] = []
  for (const caller of callers) {
    costs.push(await measureSessionCost(postgres, caller, `${url}/api/v1${call.path}`))
  }
  return costs
}

function findWrong(hits: readonly Hit[]): string[] {
  const failed = hits.filter(({ status }) => status !== 200)
  const kinds = new Map<string, number>()
  for (const { name, status } of failed) {
    const what = `${name}: ${status || 'no answer'}`
    kinds.set(what, (kinds.get(what) ?? 0) + 1)
  }
  return [...kinds].map(([what, count]) => `${what}, ${count} times`)
}

type Told = Pick<Report, 'figures' | 'cpuMs' | 'serverPeakMiB' | 'sessions' | 'wrong'>

function sayReport(report: Told, print: (text: string) => void): void {
  const { figures, cpuMs, serverPeakMiB, sessions, wrong } = report
  const head = ['call', 'requests', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'first p95', '']
  const rows = figures.map(({ name, calls, p50, p95, p99, max, firstP95 }) => [
    name,
    say(calls),
    ...[p50, p95, p99, max, firstP95].map(sayMs),
    p95 > AIM_MS ? `over ${AIM_MS} ms` : '',
  ])
  print(`\n${toTable([head, ...rows])}\n`)
  const busy = Object.entries(cpuMs).map(([who, ms]) => `${who} ${ms.toFixed(1)} ms`)
  print(`processor time of a request: ${busy.join(', ')}; server: peak ${say(serverPeakMiB)} MiB\n`)
  const sessionHead = [
    'who asks',
    'statements',
    'of them look-ups',
    'index reads',
    'tables',
    'pages',
    'ms',
    'its plan ms',
    'all plans ms',
  ]
  const sessionRows = sessions.map((cost) => [
    cost.caller,
    String(cost.statements),
    String(cost.lookups),
    String(cost.indexReads),
    String(cost.tableReads),
    String(cost.pagesHit + cost.pagesRead),
    cost.ms.toFixed(3),
    cost.preparingMs.toFixed(3),
    cost.allPreparingMs.toFixed(3),
  ])
  print(toTable([sessionHead, ...sessionRows]))
  for (const { caller, plan } of sessions) print(`  ${caller}: ${plan}`)
  print(wrong.length === 0 ? '\nall were answered' : `\nWRONG:\n  ${wrong.join('\n  ')}`)
}

await runCommand(HELP, main)
