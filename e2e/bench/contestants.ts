import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmulatorProcess, type Sizes, startEmulatorProcess } from './emulator-process.ts'
import type { FirstCall } from './first-calls.ts'
import { readGraphLog, startMooring, synchronise, writeCertificate } from './mooring.ts'
import { startPeer } from './peer-process.ts'
import {
  countReading,
  expectedOf,
  findDifference,
  type Reading,
  readMooring,
  SIGHTS,
  sorted,
} from './reading.ts'
import { readTruth, type Truth } from './truth.ts'

export const CYCLES = ['first', 'unchanged', 'changed'] as const
/** Everything for the first time, again with nothing new, and again after changes. */
export type Cycle = (typeof CYCLES)[number]

/** What one reading took of its process. */
type Spent = {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Of PostgreSQL, where there is one. */
  readonly databaseCpuSeconds: number
  /** Until the end of the first reading of this process. */
  readonly peakMiB: number
}

export type Measured = Spent & {
  /** As Graph has seen them. */
  readonly requests: number
  /** From the arrival of a request until its answer was made, added latency apart; by stream. */
  readonly graphMs: Readonly<Record<string, number>>
  readonly graphRequests: Readonly<Record<string, number>>
}

/** A reader between two cycles. */
type Contestant = AsyncDisposable & {
  read(): Promise<Spent>
  /** What it has now, for the comparison. */
  tell(): Promise<Reading>
  /** Whether its last reading left what it has as it was compared before. */
  hasLeftAllAsItWas(): boolean
}

/** A tenant to read, and all that the readers need for it. */
export type Arena = AsyncDisposable & {
  readonly emulator: EmulatorProcess
  readonly folder: string
  readonly certificateFile: string
  readonly firstCalls: readonly FirstCall[]
  /** Changes something in the tenant, each time something else. */
  change(count: number): Promise<void>
  /** What is in it now; read once between two changes. */
  truth(): Promise<Truth>
}

/** Starts the emulator over TLS, since one of the readers follows links over TLS only. */
export async function openArena(
  sizes: Sizes,
  { seed, firstCalls = [] }: { seed: number; firstCalls?: readonly FirstCall[] },
): Promise<Arena> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-arena-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const emulator = stack.use(await startEmulatorProcess(sizes, { seed, tls: true }))
  // Backstage reads the organization first.
  await emulator.control('POST', '/apps/grant', [emulator.clientId, ['Organization.Read.All']])
  const certificateFile = writeCertificate(folder, emulator.certificate ?? '')
  let changes = 0
  let truth: Promise<Truth> | undefined
  const kept = stack.move()
  return {
    emulator,
    folder,
    certificateFile,
    firstCalls,
    async change(count) {
      changes += 1
      truth = undefined
      await emulator.control('POST', '/directory/changeRandomly', [count, seed * 1000 + changes])
    },
    truth() {
      truth ??= readTruth(emulator)
      return truth
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

type Entry = {
  readonly title: string
  readonly start: (arena: Arena) => Promise<Contestant>
  /** What it should have read. */
  readonly expect: (truth: Truth) => Reading
}

export const CONTESTANTS = {
  bare: {
    title: 'bare download, nothing kept',
    start: peer('bare.js'),
    expect: (truth) => countReading(expectedOf(truth, SIGHTS.mooring)),
  },
  backstage: {
    title: 'Backstage msgraph 0.10.6',
    start: peer('backstage.js'),
    expect: (truth) => expectedOf(truth, SIGHTS.backstage),
  },
  'graph-client': {
    title: 'microsoft-graph-client 3.0.7',
    start: peer('graph-client.js'),
    expect: (truth) => expectedOf(truth, SIGHTS['graph-client']),
  },
  mooring: {
    title: 'Mooring, kept in PostgreSQL',
    start: startMooringContestant,
    expect: (truth) => expectedOf(truth, SIGHTS.mooring),
  },
} as const satisfies Record<string, Entry>
export type Name = keyof typeof CONTESTANTS

function peer(script: string) {
  return async ({ emulator, certificateFile, folder, firstCalls }: Arena): Promise<Contestant> => {
    const file = join(folder, 'reading')
    const process = startPeer(script, emulator, certificateFile, firstCalls)
    return {
      read: async () => ({ ...(await process.read(file)), databaseCpuSeconds: 0 }),
      tell: async () => sorted(readFileSync(file, 'utf8').trimEnd().split('\n')),
      hasLeftAllAsItWas: () => false,
      [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
    }
  }
}

async function startMooringContestant({ emulator }: Arena): Promise<Contestant> {
  const mooring = await startMooring(emulator, 'postgres')
  // The first answer of the API to `tell` is not to count as memory of the synchronisation.
  let peakMiB = 0
  let changed = 0
  return {
    async read() {
      const before = mooring.cpuSeconds()
      const { seconds, counts } = await synchronise(mooring.api, emulator)
      const after = mooring.cpuSeconds()
      peakMiB = peakMiB || mooring.peakMiB()
      changed = Object.values(counts)
        .flatMap(Object.values<number>)
        .reduce((a, b) => a + b, 0)
      return {
        seconds,
        peakMiB,
        cpuSeconds: after.server - before.server,
        databaseCpuSeconds: after.database - before.database,
      }
    },
    tell: () => readMooring(mooring.api),
    hasLeftAllAsItWas: () => changed === 0,
    [Symbol.asyncDispose]: () => mooring[Symbol.asyncDispose](),
  }
}

export type Wanted = {
  readonly cycles: readonly Cycle[]
  /** How many, before the cycle `changed`. */
  readonly changes: number
  /** @param difference between what was read and what is there; `undefined` when it is the same. */
  readonly report: (cycle: Cycle, measured: Measured, difference: string | undefined) => void
}

/** The cycles of one reader in a process of its own, each compared with the truth. */
export async function runContestant(
  arena: Arena,
  name: Name,
  { cycles, changes, report }: Wanted,
): Promise<Partial<Record<Cycle, Measured>>> {
  const { emulator } = arena
  const { start, expect } = CONTESTANTS[name]
  await using contestant = await start(arena)
  const measured: Partial<Record<Cycle, Measured>> = {}
  for (const cycle of cycles) {
    if (cycle === 'changed') await arena.change(changes)
    await emulator.control('DELETE', '/log')
    const figures = { ...(await contestant.read()), ...(await askGraph(emulator)) }
    measured[cycle] = figures
    const isKnown = cycle === 'unchanged' && contestant.hasLeftAllAsItWas()
    const difference = isKnown
      ? undefined
      : findDifference(await contestant.tell(), expect(await arena.truth()))
    report(cycle, figures, difference)
  }
  return measured
}

async function askGraph(emulator: EmulatorProcess) {
  const graphMs: Record<string, number> = {}
  const graphRequests: Record<string, number> = {}
  const log = await readGraphLog(emulator)
  for (const { path, durationMs } of log) {
    const stream = path.split('/')[2]?.toLowerCase() ?? ''
    graphMs[stream] = (graphMs[stream] ?? 0) + durationMs
    graphRequests[stream] = (graphRequests[stream] ?? 0) + 1
  }
  return { requests: log.length, graphMs, graphRequests }
}
