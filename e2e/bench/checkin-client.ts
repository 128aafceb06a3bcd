// The client of `npm run bench:checkin`, as a process of its own: simulated devices that come over TLS with
// certificates of theirs.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type CheckInReport,
  type DeviceEnrolment,
  openEntra,
  startTransport,
  type Transport,
  WindowsDevice,
} from '@mooring/emulator'
import { percentile } from './print.ts'

/** What becomes of a device's connection behind its session. */
export type Connections = 'kept' | 'resumed' | 'anew'

/** One line of stdin, as JSON. */
export type ClientOrder =
  /** Enrols a device and lets it come once; those of the fleet are made after it. */
  | { readonly kind: 'enrol'; readonly user: string }
  /** Takes up the devices of a file in place of those before. They go to these addresses in turn. */
  | { readonly kind: 'take'; readonly file: string; readonly addresses: readonly string[] }
  | RunOrder

export type RunOrder = {
  readonly kind: 'run'
  /** Sessions: a number of them, or as many as there are in some seconds. */
  readonly sessions?: number
  readonly seconds?: number
  /** So many at a time, or so many a second, whatever becomes of them. */
  readonly atOnce?: number
  readonly perSecond?: number
  readonly connections: Connections
}

/** What came of a run. */
export type RunResult = {
  readonly sessions: number
  readonly commands: number
  /** Sessions that were due while every device still had one. */
  readonly passedOver: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  readonly cpuSeconds: number
  /** How sessions ended that did not end well, and what the server did wrong. */
  readonly wrong: Readonly<Record<string, number>>
}

const [controlUrl = '', trustFile = ''] = process.argv.slice(2)
const trust = readFileSync(trustFile, 'utf8')
const entra = await openEntra(controlUrl)
/** Every so many sessions are judged as Windows would; of the others, only what they carry out. */
const STRICT_EVERY = 20

type Device = { readonly windows: WindowsDevice; readonly certificate: string; isBusy: boolean }
let template: WindowsDevice | undefined
let transport: Transport | undefined
let devices: readonly Device[] = []
let next = 0

async function carryOut(order: ClientOrder): Promise<object> {
  switch (order.kind) {
    case 'enrol':
      return await enrol(order.user)
    case 'take':
      take(order.file, order.addresses)
      return { devices: devices.length }
    case 'run':
      return await run(order)
  }
}

async function enrol(user: string): Promise<object> {
  template = new WindowsDevice({ entra, trust })
  const report = await template.enrol({ kind: 'oobe', user })
  if (!report.ok) throw new Error(`the first device did not enrol: ${report.code} ${report.reason}`)
  const session = await template.checkIn()
  if (!session.ok) throw new Error(`the first session: ${session.end} ${session.reason}`)
  return { messages: session.messages }
}

/** Lines as server/testing/bench-fleet.ts writes them. */
type Line = Pick<DeviceEnrolment, 'certificate' | 'privateKey'> & { readonly mdmDeviceId: string }

function take(file: string, addresses: readonly string[]): void {
  transport?.close()
  transport = undefined
  next = 0
  const kept = JSON.stringify(template)
  devices = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((text, number) => {
      const line: Line = JSON.parse(text)
      const { profile, enrolment, ...rest } = JSON.parse(kept)
      const { mdmDeviceId, certificate, privateKey } = line
      const address = addresses[number % addresses.length] ?? enrolment.account.address
      const windows = WindowsDevice.fromJson(
        JSON.stringify({
          ...rest,
          profile: { ...profile, deviceId: mdmDeviceId },
          enrolment: {
            ...enrolment,
            deviceId: mdmDeviceId,
            certificate,
            privateKey,
            account: { ...enrolment.account, address },
          },
        }),
        { trust, transport: lazily },
      )
      return { windows, certificate, isBusy: false }
    })
}

/** Connections are those of the run. */
const lazily: Transport = {
  send: (sending) => {
    if (!transport) throw new Error('no run')
    return transport.send(sending)
  },
  hangUp: (certificate) => transport?.hangUp?.(certificate),
  close: () => undefined,
}

async function run(order: RunOrder): Promise<RunResult> {
  transport ??= startTransport({ trust, resumes: order.connections !== 'anew' })
  const times: number[] = []
  const wrong: Record<string, number> = {}
  const tally = { sessions: 0, commands: 0, passedOver: 0 }
  const note = (report: CheckInReport, ms: number) => {
    tally.sessions += 1
    tally.commands += report.commands.length
    times.push(ms)
    const faults = report.violations.map(({ kind }) => kind)
    if (report.end !== 'done') faults.push(`${report.end} ${report.code ?? report.reason}` as never)
    for (const fault of faults) wrong[fault] = (wrong[fault] ?? 0) + 1
  }
  const one = async (dueAt: number) => {
    const device = pick()
    if (!device) {
      tally.passedOver += 1
      return
    }
    device.isBusy = true
    const isLight = next % STRICT_EVERY !== 0
    const report = await device.windows.checkIn({ isLight })
    device.isBusy = false
    note(report, performance.now() - dueAt)
    if (order.connections !== 'kept') transport?.hangUp?.(device.certificate)
  }
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  await (order.perSecond === undefined ? inTurns(order, one) : atRate(order, order.perSecond, one))
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...tally,
    seconds,
    perSecond: tally.sessions / seconds,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    maxMs: percentile(times, 1),
    cpuSeconds: (user + system) / 1e6,
    wrong,
  }
}

/** The next device that has no session; none: the server does not keep up. */
function pick(): Device | undefined {
  for (let tried = 0; tried < devices.length; tried += 1) {
    const device = devices[next++ % devices.length]
    if (device && !device.isBusy) return device
  }
  return undefined
}

type One = (dueAt: number) => Promise<void>

async function inTurns({ sessions, seconds, atOnce = 32 }: RunOrder, one: One): Promise<void> {
  let left = sessions ?? Number.POSITIVE_INFINITY
  const endsAt = performance.now() + (seconds ?? Number.POSITIVE_INFINITY) * 1000
  const worker = async () => {
    while (left > 0 && performance.now() < endsAt) {
      left -= 1
      await one(performance.now())
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, devices.length) }, worker))
}

/** Measured from when a session was due: a server that stands still would stop the clock as well. */
async function atRate({ sessions, seconds = 1 }: RunOrder, perSecond: number, one: One) {
  const count = sessions ?? Math.round(perSecond * seconds)
  const startedAt = performance.now()
  const underWay: Promise<void>[] = []
  for (let number = 0; number < count; number += 1) {
    const dueAt = startedAt + (number * 1000) / perSecond
    const waitMs = dueAt - performance.now()
    if (waitMs > 1) await delay(waitMs)
    underWay.push(one(dueAt))
  }
  await Promise.all(underWay)
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await carryOut(JSON.parse(line)))}\n`)
}
