import { CONTESTANTS, type Cycle, type Measured, type Name } from './contestants.ts'
import { median, say, saySeconds, toTable } from './print.ts'

/** The same cycle of every run. */
export type Series = readonly Measured[]
export type Result = {
  readonly name: Name
  readonly latencyMs: number
  readonly cycles: Readonly<Record<Cycle, Series>>
}

/** Each figure by itself is the median; they need not be of one run. */
export function medianOf(series: Series): Measured {
  const [first] = series
  if (!first) throw new Error('no run to take a median of')
  const of = (figure: (measured: Measured) => number) => median(series.map(figure))
  return {
    ...first,
    seconds: of(({ seconds }) => seconds),
    cpuSeconds: of(({ cpuSeconds }) => cpuSeconds),
    databaseCpuSeconds: of(({ databaseCpuSeconds }) => databaseCpuSeconds),
    peakMiB: of(({ peakMiB }) => peakMiB),
    requests: of(({ requests }) => requests),
  }
}

const saySpread = (series: Series, figure: (measured: Measured) => number) => {
  const values = series.map(figure)
  return `${saySeconds(Math.min(...values))} – ${saySeconds(Math.max(...values))}`
}

/** What everybody's reading takes in one kind of cycle. */
export function tableOfCycle(results: readonly Result[], cycle: Cycle): string {
  const bare = results.find(({ name }) => name === 'bare')
  const floor = bare && medianOf(bare.cycles.first).seconds
  const head = [
    '',
    'runs',
    'requests',
    'median',
    'min – max',
    'CPU',
    'PostgreSQL CPU',
    'peak MiB',
    '× bare',
  ]
  const rows = results.map(({ name, cycles }) => {
    const middle = medianOf(cycles[cycle])
    const peaks = cycles[cycle].map(({ peakMiB }) => peakMiB)
    return [
      CONTESTANTS[name].title,
      say(cycles[cycle].length),
      say(middle.requests),
      saySeconds(middle.seconds),
      saySpread(cycles[cycle], ({ seconds }) => seconds),
      saySeconds(middle.cpuSeconds),
      name === 'mooring' ? saySeconds(middle.databaseCpuSeconds) : '',
      cycle === 'first'
        ? `${say(middle.peakMiB)} (${Math.min(...peaks)}–${Math.max(...peaks)})`
        : '',
      floor === undefined ? '' : (middle.seconds / floor).toFixed(2),
    ]
  })
  return toTable([head, ...rows])
}

export type Pace = { readonly users: number; readonly cycles: Result['cycles'] }

/** What a later cycle of Mooring takes, by the size of the tenant. */
export function tableOfPace(paces: readonly Pace[]): string {
  const head = ['people', 'no changes', 'requests', 'CPU', 'with changes', 'requests', 'CPU']
  const rows = paces.map(({ users, cycles }) => [
    say(users),
    ...[medianOf(cycles.unchanged), medianOf(cycles.changed)].flatMap((middle) => [
      saySeconds(middle.seconds),
      say(middle.requests),
      saySeconds(middle.cpuSeconds + middle.databaseCpuSeconds),
    ]),
  ])
  return toTable([head, ...rows])
}

/** Where the time of Mooring's first load goes. Streams are read side by side, so sums overlap. */
export function tableOfTime(series: Series): string {
  const middle = medianOf(series)
  const streams = Object.keys(middle.graphMs).map((stream) => [
    `Graph at work for ${stream}, without what is added`,
    saySeconds(median(series.map(({ graphMs }) => graphMs[stream] ?? 0)) / 1000),
    `${say(middle.graphRequests[stream] ?? 0)} requests`,
  ])
  return toTable([
    ['', 'median', ''],
    ['from beginning to end', saySeconds(middle.seconds), ''],
    ['CPU of the server', saySeconds(middle.cpuSeconds), ''],
    ['CPU of PostgreSQL', saySeconds(middle.databaseCpuSeconds), ''],
    ...streams,
  ])
}
