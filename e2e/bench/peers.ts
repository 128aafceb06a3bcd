// `npm run bench:peers`: Mooring and two other readers of directories, on the same tenant.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments, runCommand, UsageError } from './arguments.ts'
import { type EmulatorProcess, type Sizes, startEmulatorProcess } from './emulator-process.ts'
import { describeMachine, sayMachine } from './machine.ts'
import { countGraphRequests, startMooring, synchronise, writeCertificate } from './mooring.ts'
import { installPeers, startPeer } from './peer-process.ts'
import { median, say, saySeconds, toTable } from './print.ts'
import {
  expectedOf,
  findDifference,
  type Reading,
  readMooring,
  SIGHTS,
  type Sight,
  sorted,
} from './reading.ts'
import { readTruth, type Truth } from './truth.ts'

const HELP = `Usage: npm run bench:peers [-- options]

Reads the same emulated tenant, over TLS, with the msgraph module of Backstage, with Microsoft's
graph-client, and with Mooring, which also keeps what it reads in a PostgreSQL. Each reads it for the
first time, again with nothing new, and again after 1,000 changes; what was read is compared with
what the emulator says is there. Installs the two others in bench/peers first.

  --users N          people (default 10000)
  --groups N         groups (default a tenth of the people)
  --memberships N    memberships (default ten a person)
  --small            1,000 people, 100 groups, 10,000 memberships
  --full             100,000 people, 10,000 groups, 1,000,000 memberships
  --runs N           how often, of which the median is told (default 3)
  --latency MS,MS    added to each answer of Graph, in milliseconds (default 0,40)
  --seed S           the same seed gives the same data (default 1)
  --json             the last line on stdout is one JSON object
  --help             this text

Exit codes: 0 all that was read is right, however slow; 1 something is wrong; 2 wrong usage.
`

const CHANGES = 1000
const CYCLES = ['first', 'unchanged', 'changed'] as const
type Cycle = (typeof CYCLES)[number]

type Measured = { readonly seconds: number; readonly requests: number; readonly peakMiB: number }

/** A reader between two cycles. */
type Contestant = AsyncDisposable & {
  read(): Promise<{ seconds: number; peakMiB: number }>
  /** What it has now, for the comparison. */
  tell(): Promise<Reading>
}

const CONTESTANTS = {
  backstage: { title: 'Backstage msgraph 0.10.6', start: peer('backstage.js') },
  'graph-client': { title: 'microsoft-graph-client 3.0.7', start: peer('graph-client.js') },
  mooring: { title: 'Mooring, kept in PostgreSQL', start: startMooringContestant },
} as const
type Name = keyof typeof CONTESTANTS
const NAMES: readonly Name[] = ['backstage', 'graph-client', 'mooring']

type Bench = {
  readonly emulator: EmulatorProcess
  readonly folder: string
  readonly certificateFile: string
  readonly seed: number
  readonly print: (text: string) => void
  readonly wrong: string[]
}

async function main(): Promise<number> {
  const { numbers, flags, texts } = readArguments({
    numbers: ['users', 'groups', 'memberships', 'runs', 'seed'],
    flags: ['small', 'full', 'json'],
    texts: ['latency'],
  })
  const users = numbers.users ?? (flags.small ? 1000 : flags.full ? 100_000 : 10_000)
  const sizes = {
    users,
    groups: numbers.groups ?? Math.max(20, Math.round(users / 10)),
    memberships: numbers.memberships ?? users * 10,
  }
  const latencies = (texts['latency'] ?? '0,40').split(',').map(Number)
  if (!latencies.every((latency) => Number.isInteger(latency) && latency >= 0))
    throw new UsageError(
      `--latency must be whole numbers of milliseconds, not '${texts['latency']}'`,
    )
  const print = flags.json ? console.error : console.log
  const seed = numbers.seed ?? 1
  const report = await measure({ sizes, latencies, runs: numbers.runs ?? 3, seed, print })
  if (flags.json) console.log(JSON.stringify(report))
  return report.wrong.length === 0 ? 0 : 1
}

async function measure(wanted: {
  sizes: Sizes
  latencies: readonly number[]
  runs: number
  seed: number
  print: (text: string) => void
}) {
  const { sizes, latencies, runs, seed, print } = wanted
  installPeers(print)
  const machine = describeMachine()
  print(sayMachine(machine))
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-peers-'))
  using _remove = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
  await using emulator = await startEmulatorProcess(sizes, { seed, tls: true })
  // Backstage reads the organization first.
  await emulator.control('POST', '/apps/grant', [emulator.clientId, ['Organization.Read.All']])
  const { users, groups, memberships } = sizes
  print(
    `${say(users)} people, ${say(groups)} groups, ${say(memberships)} memberships; ${runs} runs\n`,
  )
  const certificateFile = writeCertificate(folder, emulator.certificate ?? '')
  const bench: Bench = { emulator, folder, certificateFile, seed, print, wrong: [] }
  const results = []
  for (const latencyMs of latencies) {
    await emulator.control('PATCH', '/scenario', { latencyMs })
    for (const name of NAMES) {
      const measured: Record<Cycle, Measured>[] = []
      for (let run = 1; run <= runs; run += 1)
        measured.push(await runOnce(bench, name, `${latencyMs} ms added, run ${run}`))
      results.push({ name, latencyMs, median: medianOf(measured), runs: measured })
    }
  }
  print('')
  for (const latencyMs of latencies) {
    print(`${latencyMs} ms added to each answer of Graph:\n`)
    print(`${tableOf(results.filter((result) => result.latencyMs === latencyMs))}\n`)
  }
  sayWhatIsNotCompared(print)
  print(
    bench.wrong.length === 0
      ? '\neach reading equals the tenant’s data'
      : `\nWRONG:\n  ${bench.wrong.join('\n  ')}`,
  )
  return { machine, sizes, results, wrong: bench.wrong }
}

/** Three cycles of one reader, each compared with the truth. */
async function runOnce(bench: Bench, name: Name, when: string): Promise<Record<Cycle, Measured>> {
  const { emulator, print, wrong } = bench
  const { title, start } = CONTESTANTS[name]
  await using contestant = await start(bench)
  const measured: Partial<Record<Cycle, Measured>> = {}
  for (const cycle of CYCLES) {
    if (cycle === 'changed') await change(bench)
    await emulator.control('DELETE', '/log')
    const figures = await contestant.read()
    const requests = await countGraphRequests(emulator)
    const { seconds, peakMiB } = figures
    measured[cycle] = { seconds, requests, peakMiB }
    const expected = expectedOf(await truthOf(bench), SIGHTS[name])
    const difference = findDifference(await contestant.tell(), expected)
    if (difference) wrong.push(`${title}, ${when}, ${cycle}: ${difference}`)
    print(
      `${title}, ${when}, ${cycle}: ${saySeconds(seconds)}, ${say(requests)} requests, ${say(peakMiB)} MiB, ${difference ? 'WRONG' : 'equal'}`,
    )
  }
  return measured as Record<Cycle, Measured> // every cycle was run
}

let changesMade = 0
let truth: { afterChanges: number; told: Truth } | undefined

async function change({ emulator, seed }: Bench): Promise<void> {
  changesMade += 1
  const changes = [CHANGES, seed * 1000 + changesMade]
  await emulator.control('POST', '/directory/changeRandomly', changes)
}

/** Read once between two changes. */
async function truthOf({ emulator }: Bench): Promise<Truth> {
  if (truth?.afterChanges !== changesMade)
    truth = { afterChanges: changesMade, told: await readTruth(emulator) }
  return truth.told
}

function peer(script: string) {
  return async ({ emulator, certificateFile, folder }: Bench): Promise<Contestant> => {
    const file = join(folder, 'reading')
    const process = startPeer(script, emulator, certificateFile)
    return {
      read: () => process.read(file),
      tell: async () => sorted(readFileSync(file, 'utf8').trimEnd().split('\n')),
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    }
  }
}

async function startMooringContestant({ emulator }: Bench): Promise<Contestant> {
  const mooring = await startMooring(emulator, 'postgres')
  // The first answer of the API to `tell` is not to count as memory of the synchronisation.
  let peakMiB = 0
  return {
    async read() {
      const { seconds } = await synchronise(mooring.api, emulator)
      peakMiB = peakMiB || mooring.peakMiB()
      return { seconds, peakMiB }
    },
    tell: () => readMooring(mooring.api),
    [Symbol.asyncDispose]: () => mooring[Symbol.asyncDispose](),
  }
}

function medianOf(runs: readonly Record<Cycle, Measured>[]): Record<Cycle, Measured> {
  const of = (cycle: Cycle) => ({
    seconds: median(runs.map((run) => run[cycle].seconds)),
    requests: median(runs.map((run) => run[cycle].requests)),
    peakMiB: median(runs.map((run) => run[cycle].peakMiB)),
  })
  return { first: of('first'), unchanged: of('unchanged'), changed: of('changed') }
}

function tableOf(results: readonly { name: Name; median: Record<Cycle, Measured> }[]): string {
  const head = ['', 'first', 'requests', 'again', 'requests', 'changed', 'requests', 'peak MiB']
  const rows = results.map(({ name, median: { first, unchanged, changed } }) => [
    CONTESTANTS[name].title,
    ...[first, unchanged, changed].flatMap(({ seconds, requests }) => [
      saySeconds(seconds),
      say(requests),
    ]),
    say(first.peakMiB),
  ])
  return toTable([head, ...rows])
}

function sayWhatIsNotCompared(print: (text: string) => void): void {
  print('Members of groups that hide them are told to nobody here. Not compared besides:')
  for (const name of NAMES) {
    const sight: Sight = SIGHTS[name]
    if (sight.blindFor) print(`  ${CONTESTANTS[name].title}: ${sight.blindFor}`)
  }
}

await runCommand(HELP, main)
