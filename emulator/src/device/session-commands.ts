import { readFileSync, writeFileSync } from 'node:fs'
import type { DeviceCommand } from './read-command.ts'
import type { SessionWish } from './read-session-options.ts'
import { swarmSessions } from './session-swarm.ts'
import { startTransport } from './transport.ts'
import { WindowsDevice } from './windows-device.ts'

type Print = (line: string) => void
type Of<K extends DeviceCommand['kind']> = Extract<DeviceCommand, { kind: K }>

/** One session, told line by line. @returns whether it ended as it should */
export async function haveSession(
  device: WindowsDevice,
  { session, json }: Of<'checkIn'>,
  out: Print,
): Promise<boolean> {
  device.set(session.facts)
  const report = await device.checkIn({ ...toCheckIn(session), keepMessages: session.log })
  if (json) {
    out(JSON.stringify(report))
    return report.ok
  }
  for (const { from, text } of report.log) out(`${from}: ${text}`)
  for (const { name, target = '', status } of report.commands) out(`${status}  ${name} ${target}`)
  for (const { kind, message, detail } of report.violations)
    out(`violation in message ${message}: ${kind}, ${detail}`)
  const end = report.end === 'done' ? 'done' : `${report.end}: ${report.reason}`
  out(`session ${report.sessionId}, ${report.messages} messages: ${end}`)
  if (report.wiped) out(`wiped: ${report.wiped}`)
  if (report.unenrolled) out(`unenrolled by the ${report.unenrolled}`)
  if (report.rebootPending) out('a restart is due')
  if (device.nextCheckInAt) out(`next check-in: ${device.nextCheckInAt.toISOString()}`)
  return report.ok
}

/** Sessions of a swarm, and their numbers. @returns the exit code */
export async function runSessions(
  devices: readonly WindowsDevice[],
  command: Of<'swarm'>,
  out: Print,
): Promise<number> {
  const { session, perSecond, atOnce } = command
  for (const device of devices) device.set(session.facts)
  const result = await swarmSessions({
    devices,
    rounds: session.rounds ?? 1,
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(atOnce === undefined ? {} : { atOnce }),
    checkIn: toCheckIn(session),
  })
  if (command.state !== undefined) saveSwarm(command.state, devices)
  const isWell = result.failed === 0 && Object.keys(result.violations).length === 0
  if (command.json) {
    out(JSON.stringify(result))
    return isWell ? 0 : 1
  }
  out(
    `${result.sessions} sessions in ${result.seconds.toFixed(1)} s: ${result.perSecond.toFixed(1)} a second; half within ${result.p50Ms} ms, 95 of 100 within ${result.p95Ms} ms, the slowest in ${result.maxMs} ms; ${result.commands} commands`,
  )
  for (const [end, count] of Object.entries(result.byEnd))
    if (end !== 'done') out(`${count} ${end}`)
  for (const [kind, count] of Object.entries(result.violations)) out(`${count} violations: ${kind}`)
  return isWell ? 0 : 1
}

/** Takes up a swarm from its file; all its devices share their connections. */
export function readSwarm(
  path: string,
  command: { readonly count: number; readonly trust: string | undefined },
): WindowsDevice[] {
  const trust = command.trust === undefined ? undefined : readFileSync(command.trust, 'utf8')
  const transport = startTransport({ trust })
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
  return lines
    .slice(0, command.count)
    .map((line) =>
      WindowsDevice.fromJson(line, { transport, ...(trust === undefined ? {} : { trust }) }),
    )
}

/** One device a line. The file holds private keys: for its owner only. */
export function saveSwarm(path: string, devices: readonly WindowsDevice[]): void {
  writeFileSync(path, devices.map((device) => `${JSON.stringify(device)}\n`).join(''), {
    mode: 0o600,
  })
}

function toCheckIn({ reason, faults }: SessionWish) {
  return { faults, ...(reason === undefined ? {} : { reason }) }
}
