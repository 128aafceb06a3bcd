import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { DeviceOptions, DeviceReport } from './device-options.ts'
import { type EntraSide, openEntra } from './entra-side.ts'
import type { EnrolmentFlow } from './flow.ts'
import { prepareLoad, runLoad } from './load.ts'
import { type DeviceCommand, readDeviceCommand, usage } from './read-command.ts'
import { haveSession, readSwarm, runSessions, saveSwarm } from './session-commands.ts'
import { type SwarmResult, swarm } from './swarm.ts'
import { startTransport } from './transport.ts'
import { WindowsDevice } from './windows-device.ts'

/** Runs a command. @returns the exit code */
export async function runDeviceCommand(
  args: readonly string[],
  print: { out: (line: string) => void; err: (line: string) => void },
): Promise<number> {
  const command = readDeviceCommand(args)
  switch (command.kind) {
    case 'help':
      print.out(usage)
      return 0
    case 'wrong':
      for (const problem of command.problems) print.err(`device: ${problem}`)
      print.err('device: mooring device --help lists the options')
      return 2
    case 'enrol':
      return enrol(command, print.out)
    case 'checkIn':
      return checkIn(command, print.out)
    case 'swarm':
      return runSwarm(command, print.out)
  }
}

type Print = (line: string) => void
type Of<K extends DeviceCommand['kind']> = Extract<DeviceCommand, { kind: K }>

async function enrol(command: Of<'enrol'>, out: Print): Promise<number> {
  const entra = await open(command)
  const device = openDevice(command, toOptions(command, entra))
  const user = command.user ?? (entra ? (await people(command.emulator ?? ''))[0] : undefined)
  const report = await device.enrol(toFlow(command, user))
  if (command.state !== undefined) save(command.state, device)
  show(report, command.json, out)
  return report.ok ? 0 : 1
}

/** The PC in the file, or a new one. */
function openDevice({ state, name }: Of<'enrol'>, options: DeviceOptions): WindowsDevice {
  if (state !== undefined && existsSync(state))
    return WindowsDevice.fromJson(readFileSync(state, 'utf8'), options)
  return new WindowsDevice({ ...options, ...(name === undefined ? {} : { profile: { name } }) })
}

async function checkIn(command: Of<'checkIn'>, out: Print): Promise<number> {
  if (!existsSync(command.state)) throw new Error(`there is no device in ${command.state}`)
  const text = readFileSync(command.state, 'utf8')
  const device = WindowsDevice.fromJson(text, toOptions(command, undefined))
  const isWell = command.renew || (await haveSession(device, command, out))
  save(command.state, device)
  if (!command.renew && !device.isRenewalDue()) return isWell ? 0 : 1
  const report = await device.renew()
  save(command.state, device)
  show(report, command.json, out)
  return report.ok && isWell ? 0 : 1
}

async function runSwarm(command: Of<'swarm'>, out: Print): Promise<number> {
  const kept = command.state
  if (kept !== undefined && existsSync(kept))
    return runSessions(readSwarm(kept, command), command, out)
  const entra = await open(command)
  const users = entra ? await people(command.emulator ?? '') : [undefined]
  const devices: WindowsDevice[] = []
  const result =
    entra && command.light
      ? await runLight(command, entra, users)
      : await runStrict(command, entra, users, devices)
  if (command.json) out(JSON.stringify(result))
  else {
    out(
      `${result.enrolled} of ${command.count} enrolled in ${result.seconds.toFixed(1)} s: ${result.perSecond.toFixed(1)} a second; half within ${result.p50Ms} ms, 95 of 100 within ${result.p95Ms} ms, the slowest in ${result.maxMs} ms`,
    )
    for (const [code, count] of Object.entries(result.byCode)) out(`${count} stopped with ${code}`)
  }
  const isWell = result.failed === 0
  if (kept !== undefined) saveSwarm(kept, devices)
  if (command.session.rounds === undefined) return isWell ? 0 : 1
  const code = await runSessions(devices, command, out)
  return isWell ? code : 1
}

type Users = readonly (string | undefined)[]

async function runLight(
  command: Of<'swarm'>,
  entra: EntraSide,
  users: Users,
): Promise<SwarmResult> {
  const names = users.flatMap((user) => user ?? [])
  const prepared = await prepareLoad(entra, names, command.count)
  return runLoad(prepared, {
    entra,
    ...toOptions(command, entra),
    ...(command.atOnce === undefined ? {} : { atOnce: command.atOnce }),
  })
}

function runStrict(
  command: Of<'swarm'>,
  entra: EntraSide | undefined,
  users: Users,
  devices: WindowsDevice[],
): Promise<SwarmResult> {
  // Enrolled devices are kept only for those who come back to them.
  const isKept = command.session.rounds !== undefined || command.state !== undefined
  const options = toOptions(command, entra)
  return swarm({
    ...options,
    ...(isKept ? { transport: startTransport({ trust: options.trust }) } : {}),
    count: command.count,
    onReport: (report, device) => {
      if (isKept && report.ok) devices.push(device)
    },
    ...(command.perSecond === undefined ? {} : { perSecond: command.perSecond }),
    ...(command.atOnce === undefined ? {} : { atOnce: command.atOnce }),
    ...(command.keys === undefined ? {} : { keys: command.keys }),
    flow: (number) => toFlow(command, command.user ?? users[number % users.length]),
  })
}

type Target = Of<'enrol'> | Of<'swarm'>

/** Points the emulated tenant's MDM settings at the server, when both are named. */
async function open(command: Target): Promise<EntraSide | undefined> {
  if (command.emulator === undefined) return undefined
  if (command.server !== undefined) {
    const answer = await fetch(new URL('/enrolment/setMobility', command.emulator), {
      method: 'POST',
      body: JSON.stringify([{ serverUrl: command.server }]),
    })
    if (!answer.ok) throw new Error(`${command.emulator}: ${await answer.text()}`)
  }
  return openEntra(command.emulator)
}

/** People who can sign in, by their user principal names. */
async function people(emulator: string): Promise<string[]> {
  const answer = await fetch(new URL('/directory/users', emulator))
  const users = (await answer.json()) as {
    userPrincipalName: string
    accountEnabled?: boolean
    userType?: string
  }[] // the emulator's own words
  return users
    .filter(({ accountEnabled, userType }) => accountEnabled !== false && userType !== 'Guest')
    .map(({ userPrincipalName }) => userPrincipalName)
}

function toFlow(command: Target, user: string | undefined): EnrolmentFlow {
  const { flow, server = '', token } = command
  if (flow === 'token')
    return { kind: 'token', server, token: token ?? '', ...(user === undefined ? {} : { user }) }
  if (user === undefined) throw new Error(`--flow ${flow} needs --user`)
  return flow === 'signIn' ? { kind: flow, server, user } : { kind: flow, user }
}

function toOptions(
  command: { readonly trust: string | undefined },
  entra: EntraSide | undefined,
): DeviceOptions {
  return {
    ...(entra === undefined ? {} : { entra }),
    ...(command.trust === undefined ? {} : { trust: readFileSync(command.trust, 'utf8') }),
  }
}

/** The file holds the private key: for its owner only. */
function save(path: string, device: WindowsDevice): void {
  writeFileSync(path, JSON.stringify(device, undefined, 2), { mode: 0o600 })
}

function show(report: DeviceReport, asJson: boolean, out: Print): void {
  if (asJson) {
    out(JSON.stringify(report))
    return
  }
  for (const { step, status, ms, outcome } of report.steps)
    out(
      `${step.padEnd(10)} ${String(status ?? '').padEnd(4)} ${String(ms).padStart(6)} ms  ${outcome}`,
    )
  out(report.ok ? 'done' : `stopped with ${report.code}: ${report.reason}`)
  if (report.fault?.traceId !== undefined) out(`the server's trace id: ${report.fault.traceId}`)
}

if (import.meta.main) {
  try {
    process.exitCode = await runDeviceCommand(process.argv.slice(2), {
      out: (line) => console.log(line),
      err: (line) => console.error(line),
    })
  } catch (error) {
    console.error(`device: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
