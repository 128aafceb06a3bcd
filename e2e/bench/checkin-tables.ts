import type { FanOut, Figures } from './checkin-arena.ts'
import type { Ask } from './checkin-statements.ts'
import type { Machine } from './machine.ts'
import { say, sayMs, saySeconds, toTable } from './print.ts'

export type Report = {
  readonly machine: Machine
  readonly figures: readonly Figures[]
  readonly asks: readonly Ask[]
  readonly fanOut: FanOut | undefined
  readonly peakMiB: number
  readonly wrong: readonly string[]
}

/** The figures, as tables for people. */
export function sayReport(
  { figures, asks, fanOut, peakMiB, wrong }: Report,
  print: (text: string) => void,
): void {
  const head = [
    'sessions',
    'devices',
    'processes',
    'a second',
    'p50 ms',
    'p95 ms',
    'max ms',
    'server',
    'database',
    'client',
    'log bytes',
    'passed over',
  ]
  const rows = figures.map((each) => [
    each.name,
    say(each.devices),
    String(each.processes),
    each.perSecond.toFixed(0),
    ...[each.p50Ms, each.p95Ms, each.maxMs].map(sayMs),
    ...[each.cpuMs.server, each.cpuMs.database, each.cpuMs.client].map((ms) => ms.toFixed(2)),
    say(Math.round(each.logged)),
    say(each.passedOver),
  ])
  print(`\n${toTable([head, ...rows])}`)
  print('server, database, client: milliseconds of one core for each session; log: of PostgreSQL\n')
  for (const {
    session,
    statements,
    indexReads,
    tableReads,
    rows: written,
    ms,
    preparingMs,
    plans,
  } of asks) {
    print(
      `${session}: ${statements} statements, ${indexReads} index reads, ${tableReads} tables read whole, ${written} rows written, ${ms.toFixed(2)} ms and ${preparingMs.toFixed(2)} ms of planning`,
    )
    for (const plan of plans) if (plan) print(`  ${plan}`)
  }
  if (fanOut) {
    const { devices, seconds, cpuMs } = fanOut
    print(
      `\n${say(devices)} devices told the same by one call: ${saySeconds(seconds)}; server ${say(Math.round(cpuMs.server))} ms, database ${say(Math.round(cpuMs.database))} ms`,
    )
  }
  print(`\nthe server's memory: ${peakMiB} MiB at most`)
  print(wrong.length === 0 ? '\nevery session ended well' : `\nWRONG:\n  ${wrong.join('\n  ')}`)
}
