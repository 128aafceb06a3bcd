// `npm run bench:directory`: how long the directory takes, and how much memory.
import { setTimeout as delay } from 'node:timers/promises'
import { readArguments, runCommand, UsageError } from './arguments.ts'
import { type EmulatorProcess, type Sizes, startEmulatorProcess } from './emulator-process.ts'
import { AIM_MS, type CallFigures, chooseCalls, type ListCall, measureCall } from './list-calls.ts'
import { describeMachine, type Machine, sayMachine } from './machine.ts'
import {
  type DatabaseKind,
  type Mooring,
  ORG,
  readAll,
  type SyncFigures,
  startMooring,
  synchronise,
} from './mooring.ts'
import { say, sayMs, saySeconds, toTable } from './print.ts'
import { readTruth, type Truth } from './truth.ts'

const HELP = `Usage: npm run bench:directory [-- options]

Starts the emulated tenant, a PostgreSQL and the server, each as a process of its own; synchronises
three times (everything, nothing new, 1,000 changes) and measures the calls of the portal's lists.

  --users N          people (default 100000; embedded 10000)
  --groups N         groups (default a tenth of the people)
  --memberships N    memberships (default ten a person)
  --small            1,000 people, 100 groups, 10,000 memberships
  --database KIND    postgres (default) or embedded
  --seed S           the same seed gives the same data (default 1)
  --hold             stay up at the end until Ctrl-C, to look closer
  --json             the last line on stdout is one JSON object
  --help             this text

Exit codes: 0 all that was read is right, however slow; 1 something is wrong; 2 wrong usage.
`

const CHANGES = 1000

type Report = {
  machine: Machine
  database: DatabaseKind
  sizes: Sizes
  emulator: { startSeconds: number; startPeakMiB: number }
  syncs: Record<string, SyncFigures>
  serverPeakMiB: { afterFirstSync: number; atTheEnd: number }
  calls: CallFigures[]
  wrong: string[]
}

async function main(): Promise<number> {
  const { numbers, flags, texts } = readArguments({
    numbers: ['users', 'groups', 'memberships', 'seed'],
    flags: ['small', 'json', 'hold'],
    texts: ['database'],
  })
  const database = readDatabase(texts['database'])
  const users = numbers.users ?? (flags.small ? 1000 : database === 'postgres' ? 100_000 : 10_000)
  const sizes = {
    users,
    groups: numbers.groups ?? Math.max(20, Math.round(users / 10)),
    memberships: numbers.memberships ?? users * 10,
  }
  const print = flags.json ? console.error : console.log
  const report = await measure({ sizes, database, seed: numbers.seed ?? 1, print, ...flags })
  if (flags.json) console.log(JSON.stringify(report))
  return report.wrong.length === 0 ? 0 : 1
}

function readDatabase(text = 'postgres'): DatabaseKind {
  if (text === 'postgres' || text === 'embedded') return text
  throw new UsageError(`--database must be postgres or embedded, not '${text}'`)
}

type Wanted = {
  sizes: Sizes
  database: DatabaseKind
  seed: number
  print: (text: string) => void
  hold: boolean
}

async function measure({ sizes, database, seed, print, hold }: Wanted): Promise<Report> {
  const { users, groups, memberships } = sizes
  const machine = describeMachine()
  print(sayMachine(machine))
  print(
    `${say(users)} people, ${say(groups)} groups, ${say(memberships)} memberships; database: ${database}\n`,
  )
  await using emulator = await startEmulatorProcess(sizes, { seed })
  const startPeakMiB = emulator.peakMiB()
  print(
    `emulator: answers after ${saySeconds(emulator.startSeconds)}, peak ${say(startPeakMiB)} MiB`,
  )
  await using mooring = await startMooring(emulator, database)
  const wrong: string[] = []

  const first = await synchronise(mooring.api, emulator)
  const afterFirstSync = mooring.peakMiB()
  print(sayRun('first synchronisation', first))
  print(`server: peak ${say(afterFirstSync)} MiB`)
  const seeded = await readTruth(emulator)
  wrong.push(...(await compare('first synchronisation', mooring, seeded)))
  wrong.push(...compareCreated(first, seeded))

  const unchanged = await synchronise(mooring.api, emulator)
  print(sayRun('nothing new', unchanged))
  wrong.push(...compareUnchanged(unchanged))

  // Chosen now: the changes give new names to some of the groups that are looked for.
  const chosen = await chooseCalls(mooring.api)
  await emulator.control('POST', '/directory/changeRandomly', [CHANGES, seed])
  const changed = await synchronise(mooring.api, emulator)
  print(sayRun(`${say(CHANGES)} changes`, changed))
  wrong.push(...(await compare(`${CHANGES} changes`, mooring, await readTruth(emulator))))

  const syncs = { first, unchanged, changed }
  for (const [name, { requests, graphRequests }] of Object.entries(syncs)) {
    if (requests !== graphRequests)
      wrong.push(`${name}: ${requests} requests counted here, ${graphRequests} seen by Graph`)
  }
  if (database === 'postgres') await delay(SETTLE_MS)
  const calls = await measureCalls(mooring, chosen, print)
  const atTheEnd = mooring.peakMiB()
  print(`\nserver: peak ${say(atTheEnd)} MiB`)
  print(wrong.length === 0 ? 'all counts are right' : `WRONG:\n  ${wrong.join('\n  ')}`)
  if (hold) await untilInterrupted(emulator, print)
  return {
    machine,
    database,
    sizes,
    emulator: { startSeconds: emulator.startSeconds, startPeakMiB },
    syncs,
    serverPeakMiB: { afterFirstSync, atTheEnd },
    calls,
    wrong,
  }
}

/** Autovacuum looks every few seconds; statistics and visibility are then as on a server that has run. */
const SETTLE_MS = 20_000

function sayRun(name: string, { seconds, runMs, requests }: SyncFigures): string {
  return `${name}: ${saySeconds(seconds)} (the run itself ${say(runMs)} ms), ${say(requests)} requests`
}

async function measureCalls(
  { api }: Mooring,
  chosen: readonly ListCall[],
  print: (text: string) => void,
): Promise<CallFigures[]> {
  const calls: CallFigures[] = []
  for (const call of chosen) calls.push(await measureCall(api, call))
  const head = ['call', 'match', 'p50 ms', 'p95 ms', 'max ms', '']
  const rows = calls.map(({ name, total, p50, p95, max }) => [
    name,
    total === null ? '' : say(total),
    sayMs(p50),
    sayMs(p95),
    sayMs(max),
    p95 > AIM_MS ? `over ${AIM_MS} ms` : '',
  ])
  print(`\n${toTable([head, ...rows])}`)
  const slow = calls.filter(({ p95 }) => p95 > AIM_MS).length
  print(`\n${slow} of ${calls.length} calls take more than ${AIM_MS} ms (p95)`)
  return calls
}

/** What the API lists, against what the emulator says is there. */
async function compare(when: string, { api }: Mooring, truth: Truth): Promise<string[]> {
  const users = `${ORG}/directory/users?limit=1`
  const groups = await readAll<{ memberCount: number }>(api, `${ORG}/directory/groups`)
  const { total } = await api.call<{ total: number }>('GET', users)
  const edges = groups.reduce((sum, { memberCount }) => sum + memberCount, 0)
  return [
    ...unequal(`${when}: people`, total, truth.users.length),
    ...unequal(`${when}: groups`, groups.length, truth.groups.length),
    ...unequal(`${when}: memberships`, edges, truth.edges.length),
  ]
}

function compareCreated({ counts }: SyncFigures, truth: Truth): string[] {
  return [
    ...unequal('people created', counts.users.created, truth.users.length),
    ...unequal('groups created', counts.groups.created, truth.groups.length),
    ...unequal('memberships added', counts.memberships.added, truth.edges.length),
    ...unequal('objects failed', counts.users.failed + counts.groups.failed, 0),
  ]
}

function compareUnchanged({ counts }: SyncFigures): string[] {
  const { users, groups, memberships } = counts
  const numbers = [users, groups, memberships].flatMap((part) => Object.values(part))
  const sum = numbers.reduce((all, number) => all + number, 0)
  return unequal('changes where there are none', sum, 0)
}

function unequal(what: string, here: number, there: number): string[] {
  return here === there ? [] : [`${what}: ${say(here)} here, ${say(there)} in the tenant`]
}

async function untilInterrupted(
  emulator: EmulatorProcess,
  print: (text: string) => void,
): Promise<void> {
  print(`\nup until Ctrl-C; the emulator is ${emulator.url}`)
  await new Promise((resolve) => process.once('SIGINT', resolve))
}

await runCommand(HELP, main)
