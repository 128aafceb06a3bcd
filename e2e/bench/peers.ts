// `npm run bench:peers`: Mooring and two other readers of directories, on the same tenant.
import { readArguments, readLatencies, runCommand } from './arguments.ts'
import {
  type Arena,
  CONTESTANTS,
  CYCLES,
  type Cycle,
  type Measured as Figures,
  openArena,
  runContestant,
} from './contestants.ts'
import type { Sizes } from './emulator-process.ts'
import { describeMachine, sayMachine } from './machine.ts'
import { installPeers } from './peer-process.ts'
import { median, say, saySeconds, toTable } from './print.ts'
import { SIGHTS, type Sight } from './reading.ts'

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
type Measured = Pick<Figures, 'seconds' | 'requests' | 'peakMiB'>

const NAMES = ['backstage', 'graph-client', 'mooring'] as const
type Name = (typeof NAMES)[number]

type Bench = {
  readonly arena: Arena
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
  const latencies = readLatencies(texts['latency'])
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
  await using arena = await openArena(sizes, { seed })
  const { users, groups, memberships } = sizes
  print(
    `${say(users)} people, ${say(groups)} groups, ${say(memberships)} memberships; ${runs} runs\n`,
  )
  const bench: Bench = { arena, print, wrong: [] }
  const results = []
  for (const latencyMs of latencies) {
    await arena.emulator.control('PATCH', '/scenario', { latencyMs })
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
  const { arena, print, wrong } = bench
  const { title } = CONTESTANTS[name]
  const measured = await runContestant(arena, name, {
    cycles: CYCLES,
    changes: CHANGES,
    report(cycle, { seconds, requests, peakMiB }, difference) {
      if (difference) wrong.push(`${title}, ${when}, ${cycle}: ${difference}`)
      print(
        `${title}, ${when}, ${cycle}: ${saySeconds(seconds)}, ${say(requests)} requests, ${say(peakMiB)} MiB, ${difference ? 'WRONG' : 'equal'}`,
      )
    },
  })
  return measured as Record<Cycle, Measured> // every cycle was run
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
