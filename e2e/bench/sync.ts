// `npm run bench:sync`: what a synchronisation takes, beside a bare download and other readers.
import { readArguments, readLatencies, runCommand, UsageError } from './arguments.ts'
import {
  type Arena,
  CONTESTANTS,
  CYCLES,
  type Cycle,
  type Measured,
  type Name,
  openArena,
  runContestant,
} from './contestants.ts'
import type { Sizes } from './emulator-process.ts'
import { type FirstCall, learnFirstCalls } from './first-calls.ts'
import { describeMachine, type Machine, sayMachine } from './machine.ts'
import { installPeers } from './peer-process.ts'
import { say, saySeconds, toTable } from './print.ts'
import { type OwnTime, profileFirstLoad } from './profile.ts'
import { type Aim, aimsOfCycles, isUnder, toAimRow, toMegabytes } from './sync-aims.ts'
import {
  medianOf,
  type Pace,
  type Result,
  type Series,
  tableOfCycle,
  tableOfPace,
  tableOfTime,
} from './sync-tables.ts'

const HELP = `Usage: npm run bench:sync [-- options]

Reads the same emulated tenant, over TLS, in rotating order, each in a process of its own:

  a  a bare download: the requests of Mooring's first load, parsed, nothing kept
  b  the msgraph module of Backstage, into memory
  c  Microsoft's graph-client with its PageIterator, into memory
  d  Mooring, everything durably in a fresh PostgreSQL

Each reads everything, again with nothing new, and again after 1,000 changes; what was read is
compared with what the emulator says is there. Then, of Mooring alone: the later cycles in tenants of
other sizes, and the first load of a tenant with one huge group.

  --users N          people (default 100000)
  --groups N         groups (default a tenth of the people)
  --memberships N    memberships (default ten a person)
  --large-group N    members of the huge group (default three for each of the people)
  --one-tenant       without the tenants of other sizes and the huge group
  --small            1,000 people, 100 groups, 10,000 memberships; one run
  --runs N           how often, of which the median is told (default 5); b and c at most twice, and
                     once where latency is added, where a is read twice
  --latency MS,MS    added to each answer of Graph, in milliseconds (default 0,40)
  --only a,b,c,d     only these
  --skip-peers       without b and c: nothing is installed
  --profile          one more first load, and where the server's own time goes in it
  --seed S           the same seed gives the same data (default 1)
  --json             the last line on stdout is one JSON object
  --help             this text

Exit codes: 0 all that was read is right, however slow; 1 something is wrong; 2 wrong usage.
`

const CHANGES = 1000
/** Above this load for each core, others are at work too. */
const QUIET_LOAD = 0.5
/**
 * The others take minutes for a reading, most of all with added latency, and vary little: fewer runs of
 * them tell enough, and everything together takes about half an hour.
 */
const MOST_RUNS: Readonly<Record<Name, { still: number; slow: number }>> = {
  bare: { still: 5, slow: 2 },
  backstage: { still: 2, slow: 1 },
  'graph-client': { still: 2, slow: 1 },
  mooring: { still: Number.POSITIVE_INFINITY, slow: Number.POSITIVE_INFINITY },
}
const LETTERS = { a: 'bare', b: 'backstage', c: 'graph-client', d: 'mooring' } as const

type Bench = {
  readonly sizes: Sizes
  readonly largeGroup: number
  readonly runs: number
  readonly latencies: readonly number[]
  readonly names: readonly Name[]
  readonly seed: number
  readonly oneTenant: boolean
  readonly profile: boolean
  readonly print: (text: string) => void
  readonly wrong: string[]
}

async function main(): Promise<number> {
  const { numbers, flags, texts } = readArguments({
    numbers: ['users', 'groups', 'memberships', 'large-group', 'runs', 'seed'],
    flags: ['small', 'skip-peers', 'one-tenant', 'profile', 'json'],
    texts: ['latency', 'only'],
  })
  const users = numbers.users ?? (flags.small ? 1000 : 100_000)
  const bench: Bench = {
    sizes: {
      users,
      groups: numbers.groups ?? Math.max(20, Math.round(users / 10)),
      memberships: numbers.memberships ?? users * 10,
    },
    largeGroup: numbers['large-group'] ?? users * 3,
    runs: numbers.runs ?? (flags.small ? 1 : 5),
    latencies: readLatencies(texts['latency']),
    names: readNames(texts['only'], flags['skip-peers']),
    seed: numbers.seed ?? 1,
    oneTenant: flags['one-tenant'],
    profile: flags.profile,
    print: flags.json ? console.error : console.log,
    wrong: [],
  }
  const machine = describeMachine()
  const report = await measure(bench, machine)
  if (flags.json) console.log(JSON.stringify({ machine, sizes: bench.sizes, ...report }))
  return bench.wrong.length === 0 ? 0 : 1
}

function readNames(only = 'a,b,c,d', skipPeers: boolean): readonly Name[] {
  const names = only.split(',').map((letter) => {
    if (letter in LETTERS) return LETTERS[letter as keyof typeof LETTERS] // looked up just now
    throw new UsageError(`--only must be some of a,b,c,d, not '${only}'`)
  })
  const kept = names.filter((name) => !skipPeers || name === 'bare' || name === 'mooring')
  if (kept.length === 0) throw new UsageError('nothing is left to measure')
  return kept
}

async function measure(bench: Bench, machine: Machine) {
  const { sizes, names, print, runs, wrong } = bench
  const { users, groups, memberships } = sizes
  sayLoad(machine, print)
  print(
    `${say(users)} people, ${say(groups)} groups, ${say(memberships)} memberships; runs: ${runs}\n`,
  )
  if (names.includes('backstage') || names.includes('graph-client')) installPeers(print)
  const firstCalls = names.includes('bare') ? await learnFirstCalls() : []
  const { results, profile } = await measureMain(bench, firstCalls)
  const others = names.includes('mooring') && !bench.oneTenant
  const paces = others ? await measurePaces(bench, results) : []
  const largeGroup = others
    ? await unlessItFails(bench, 'one huge group', () => measureLargeGroup(bench))
    : undefined
  const aims = aimsOf(bench, results, largeGroup)

  sayResults(bench, results)
  if (paces.length > 0) {
    print(
      `A cycle of Mooring, with nothing new and with ${say(CHANGES)} changes; CPU with PostgreSQL:\n`,
    )
    print(`${tableOfPace(paces)}\n`)
  }
  if (largeGroup) {
    const { seconds, requests, peakMiB, cpuSeconds, databaseCpuSeconds } = largeGroup
    print(
      `One group with ${say(bench.largeGroup)} members, first load: ${saySeconds(seconds)}, ${say(requests)} requests, CPU ${saySeconds(cpuSeconds)}, PostgreSQL ${saySeconds(databaseCpuSeconds)}, peak ${say(peakMiB)} MiB\n`,
    )
  }
  if (profile) sayProfile(profile, print)
  if (aims.length > 0)
    print(`${toTable([['aim', 'limit', 'reached', '', ''], ...aims.map(toAimRow)])}\n`)
  print(wrong.length === 0 ? 'all that was read is right' : `WRONG:\n  ${wrong.join('\n  ')}`)
  sayLoad(machine, print)
  return { results, paces, largeGroup, profile, aims, wrong }
}

function sayLoad(machine: Machine, print: Bench['print']): void {
  print(sayMachine(machine))
  if (machine.load > QUIET_LOAD * machine.cores)
    print('WARNING: the machine is busy with other work. These figures are not for publishing.')
}

async function measureMain(
  bench: Bench,
  firstCalls: readonly FirstCall[],
): Promise<{ results: Result[]; profile: OwnTime[] | undefined }> {
  const { sizes, latencies, names, runs, seed } = bench
  await using arena = await openArena(sizes, { seed, firstCalls })
  const results: Result[] = []
  for (const latencyMs of latencies) {
    await arena.emulator.control('PATCH', '/scenario', { latencyMs })
    const measured = new Map(names.map((name) => [name, emptyCycles()]))
    const failed = new Set<Name>()
    for (let run = 0; run < runs; run += 1) {
      // Whoever comes first meets an emulator that is colder, and so on: each has each place.
      const order = names.map((_, place) => names[(place + run) % names.length] ?? 'mooring')
      for (const name of order) {
        if (run >= MOST_RUNS[name][latencyMs > 0 ? 'slow' : 'still'] || failed.has(name)) continue
        const when = `${latencyMs} ms added, run ${run + 1}`
        const cycles = await unlessItFails(bench, `${CONTESTANTS[name].title}, ${when}`, () =>
          runOnce(bench, arena, name, when),
        )
        if (!cycles) failed.add(name)
        else for (const cycle of CYCLES) measured.get(name)?.[cycle].push(cycles[cycle])
      }
    }
    const whole = [...measured].filter(([, cycles]) => cycles.first.length > 0)
    results.push(...whole.map(([name, cycles]) => ({ name, latencyMs, cycles })))
  }
  await arena.emulator.control('PATCH', '/scenario', { latencyMs: 0 })
  const profile = bench.profile ? await profileFirstLoad(arena.emulator) : undefined
  return { results, profile }
}

/** What one reader could not do is told at the end, and keeps nobody else from being measured. */
async function unlessItFails<T>(
  { print, wrong }: Bench,
  what: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    print(`${what}: FAILED: ${why}`)
    wrong.push(`${what}: ${why}`)
    return undefined
  }
}

const emptyCycles = (): Record<Cycle, Measured[]> => ({ first: [], unchanged: [], changed: [] })

async function runOnce(
  bench: Bench,
  arena: Arena,
  name: Name,
  when: string,
): Promise<Record<Cycle, Measured>> {
  const wanted = { cycles: CYCLES, changes: CHANGES, report: reportTo(bench, name, when) }
  const measured = await runContestant(arena, name, wanted)
  return measured as Record<Cycle, Measured> // every cycle was run
}

function reportTo({ print, wrong }: Bench, name: Name, when: string) {
  return (cycle: Cycle, measured: Measured, difference: string | undefined) => {
    const what = `${CONTESTANTS[name].title}, ${when}, ${cycle}`
    if (difference) wrong.push(`${what}: ${difference}`)
    const { seconds, requests, peakMiB } = measured
    print(
      `${what}: ${saySeconds(seconds)}, ${say(requests)} requests, ${say(peakMiB)} MiB, ${difference ? 'WRONG' : 'right'}`,
    )
  }
}

/** The later cycles in smaller tenants; of the main one they are known. */
async function measurePaces(bench: Bench, results: readonly Result[]): Promise<Pace[]> {
  const { sizes, runs, seed } = bench
  const paces: Pace[] = []
  for (const users of [1000, 10_000].filter((size) => size < sizes.users)) {
    const smaller = { users, groups: users / 10, memberships: users * 10 }
    await using arena = await openArena(smaller, { seed })
    const cycles = emptyCycles()
    for (let run = 1; run <= runs; run += 1) {
      const when = `${say(users)} people, run ${run}`
      const found = await unlessItFails(bench, when, () => runOnce(bench, arena, 'mooring', when))
      if (!found) break
      for (const cycle of CYCLES) cycles[cycle].push(found[cycle])
    }
    if (cycles.first.length > 0) paces.push({ users, cycles })
  }
  const main = results.find(({ name }) => name === 'mooring')
  return main ? [...paces, { users: sizes.users, cycles: main.cycles }] : paces
}

async function measureLargeGroup(bench: Bench): Promise<Measured> {
  const { largeGroup, seed } = bench
  await using arena = await openArena({ users: 1000, groups: 100, memberships: 10_000 }, { seed })
  const { emulator } = arena
  const groups = await emulator.control<{ id: string; visibility?: string | null }[]>(
    'GET',
    '/directory/groups',
  )
  const group = groups.find(({ visibility }) => visibility !== 'HiddenMembership')
  await emulator.control('POST', '/directory/fillGroup', [group?.id, largeGroup])
  const { first } = await runContestant(arena, 'mooring', {
    cycles: ['first'],
    changes: 0,
    report: reportTo(bench, 'mooring', `one group with ${say(largeGroup)} members`),
  })
  if (!first) throw new Error('the first cycle was not run')
  return first
}

function aimsOf(
  { latencies }: Bench,
  results: readonly Result[],
  largeGroup: Measured | undefined,
): Aim[] {
  const ours = results.filter(({ name }) => name === 'mooring')
  const peak = Math.max(...ours.flatMap(({ cycles }) => cycles.first.map((run) => run.peakMiB)))
  const aimsBesideBare = latencies.flatMap((latencyMs) => {
    const [bare, mooring] = (['bare', 'mooring'] as const).map((name) =>
      results.find((result) => result.name === name && result.latencyMs === latencyMs),
    )
    if (!bare || !mooring) return []
    const times = medianOf(mooring.cycles.first).seconds / medianOf(bare.cycles.first).seconds
    return [isUnder(`${latencyMs} ms added: first load, times the bare download`, times, 1.5)]
  })
  return [
    ...aimsBesideBare,
    ...latencies.flatMap((latencyMs) =>
      ours
        .filter((result) => result.latencyMs === latencyMs)
        .flatMap(({ cycles: { unchanged, changed } }) =>
          aimsOfCycles(`${latencyMs} ms added`, {
            unchanged: medianOf(unchanged),
            changed: medianOf(changed),
          }),
        ),
    ),
    ...(ours.length > 0 ? [isUnder('first load: peak MB', toMegabytes(peak), 300)] : []),
    ...(largeGroup ? [isUnder('huge group: peak MB', toMegabytes(largeGroup.peakMiB), 400)] : []),
  ]
}

const TITLES = {
  first: 'first load',
  unchanged: 'again, nothing new',
  changed: `again, ${say(CHANGES)} changes`,
} as const

function sayResults({ latencies, print }: Bench, results: readonly Result[]): void {
  for (const latencyMs of latencies) {
    const here = results.filter((result) => result.latencyMs === latencyMs)
    for (const cycle of CYCLES) {
      print(`\n${latencyMs} ms added to each answer of Graph, ${TITLES[cycle]}:\n`)
      print(tableOfCycle(here, cycle))
    }
    const ours: Series | undefined = here.find(({ name }) => name === 'mooring')?.cycles.first
    if (ours) print(`\nWhere the time of Mooring's first load goes:\n\n${tableOfTime(ours)}`)
  }
  print('')
}

function sayProfile(profile: readonly OwnTime[], print: Bench['print']): void {
  const rows = profile.map(({ name, ms, share }) => [
    name,
    `${say(Math.round(ms))} ms`,
    `${(share * 100).toFixed(1)} %`,
  ])
  print("Where the server's own time goes, from its start to the end of the first load:\n")
  print(`${toTable([['function', 'own time', ''], ...rows])}\n`)
}

await runCommand(HELP, main)
