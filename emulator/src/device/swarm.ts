import { setTimeout as wait } from 'node:timers/promises'
import type { DeviceOptions, DeviceReport } from './device-options.ts'
import type { EnrolmentFlow } from './flow.ts'
import { makeKey, WindowsDevice } from './windows-device.ts'

export type SwarmOptions = DeviceOptions & {
  readonly count: number
  /** How the n-th device enrols. */
  readonly flow: (number: number) => EnrolmentFlow
  /** Begins so many a second, whatever becomes of them. None: the next when one is done. */
  readonly perSecond?: number
  /** Without a rate: so many at a time. */
  readonly atOnce?: number
  /**
   * Keys made beforehand, so that the server is what is measured. Devices share them in turn, which
   * no real ones would.
   */
  readonly keys?: number
  readonly onReport?: (report: DeviceReport, device: WindowsDevice) => void
}

export type SwarmResult = {
  readonly enrolled: number
  readonly failed: number
  /** How many devices stopped with which code. */
  readonly byCode: Readonly<Record<string, number>>
  readonly seconds: number
  /** Enrolments that came through, by second. */
  readonly perSecond: number
  /** From the first request of a device to its installed document. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
}

const usualKeys = 32

/** Enrols many devices, at a rate or as fast as so many at a time can. */
export async function swarm(options: SwarmOptions): Promise<SwarmResult> {
  const { count, perSecond } = options
  const stock = await makeStock(Math.min(count, options.keys ?? usualKeys))
  const tally = { enrolled: 0, failed: 0, byCode: {} as Record<string, number> }
  const times: number[] = []
  const startedAt = performance.now()
  const one = async (number: number) => {
    const key = stock[number % stock.length] ?? ''
    const device = new WindowsDevice({ ...options, makeKey: () => Promise.resolve(key) })
    const began = performance.now()
    const report = await device.enrol(options.flow(number))
    if (report.ok) {
      tally.enrolled++
      times.push(performance.now() - began)
    } else {
      tally.failed++
      const code = report.code ?? 'unknown'
      tally.byCode[code] = (tally.byCode[code] ?? 0) + 1
    }
    options.onReport?.(report, device)
  }
  if (perSecond === undefined) await inTurns(count, options.atOnce ?? 8, one)
  else await atRate(count, perSecond, one)
  const seconds = (performance.now() - startedAt) / 1000
  return { ...tally, seconds, perSecond: tally.enrolled / seconds, ...summarize(times) }
}

/** Does `count` things, so many at a time. */
export async function inTurns(
  count: number,
  atOnce: number,
  one: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let number = next++; number < count; number = next++) await one(number)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
}

/** Begins by the clock, so that a slow server does not slow the crowd down. */
export async function atRate(
  count: number,
  perSecond: number,
  one: (number: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now()
  const under: Promise<void>[] = []
  for (let number = 0; number < count; number++) {
    const dueMs = (number * 1000) / perSecond - (performance.now() - startedAt)
    if (dueMs > 1) await wait(dueMs)
    under.push(one(number))
  }
  await Promise.all(under)
}

async function makeStock(count: number): Promise<string[]> {
  const keys: string[] = []
  for (let made = 0; made < count; made++) keys.push(await makeKey(2048))
  return keys
}

/** The spread of times. */
export function summarize(times: number[]): { p50Ms: number; p95Ms: number; maxMs: number } {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) }
}
