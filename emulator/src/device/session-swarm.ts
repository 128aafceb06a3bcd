import type { CheckInOptions, CheckInReport } from './device-options.ts'
import { atRate, inTurns, summarize } from './swarm.ts'
import type { WindowsDevice } from './windows-device.ts'

export type SessionSwarmOptions = {
  /** Enrolled devices. Give them one `transport`, or each opens connections of its own. */
  readonly devices: readonly WindowsDevice[]
  /** Sessions of each device. */
  readonly rounds?: number
  /** Begins so many sessions a second, whatever becomes of them. None: the next when one is done. */
  readonly perSecond?: number
  /** Without a rate: so many at a time. */
  readonly atOnce?: number
  /** Every so many sessions are judged in full; of the others, only messages with commands. */
  readonly strictEvery?: number
  readonly checkIn?: CheckInOptions
  readonly onReport?: (report: CheckInReport, device: WindowsDevice) => void
}

export type SessionSwarmResult = {
  readonly sessions: number
  /** Sessions that did not end as they should. */
  readonly failed: number
  /** How many ended how, with the code if there was one. */
  readonly byEnd: Readonly<Record<string, number>>
  /** How often the server did what. */
  readonly violations: Readonly<Record<string, number>>
  /** Commands carried out. */
  readonly commands: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
}

/** Has sessions with many devices. At a rate, one whose session is still under way is passed over. */
export async function swarmSessions(options: SessionSwarmOptions): Promise<SessionSwarmResult> {
  const { devices, rounds = 1, strictEvery = 20 } = options
  const tally = { sessions: 0, failed: 0, commands: 0 }
  const byEnd: Record<string, number> = {}
  const violations: Record<string, number> = {}
  const count = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  const times: number[] = []
  const busy = new Set<WindowsDevice>()
  const one = async (number: number) => {
    const device = devices[number % devices.length]
    if (!device?.enrolment || busy.has(device)) return
    busy.add(device)
    try {
      const isLight = (number + 1) % strictEvery !== 0
      const report = await device.checkIn({ isLight, ...options.checkIn })
      tally.sessions++
      tally.commands += report.commands.length
      if (report.end === 'done') times.push(report.ms)
      else tally.failed++
      count(byEnd, report.code === undefined ? report.end : `${report.end} ${report.code}`)
      for (const { kind } of report.violations) count(violations, kind)
      options.onReport?.(report, device)
    } finally {
      busy.delete(device)
    }
  }
  const startedAt = performance.now()
  if (options.perSecond !== undefined) await atRate(devices.length * rounds, options.perSecond, one)
  else
    for (let round = 0; round < rounds; round++)
      await inTurns(devices.length, options.atOnce ?? 64, (number) =>
        one(round * devices.length + number),
      )
  const seconds = (performance.now() - startedAt) / 1000
  return {
    ...tally,
    byEnd,
    violations,
    seconds,
    perSecond: times.length / seconds,
    ...summarize(times),
  }
}
