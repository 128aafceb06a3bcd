import type { SessionFault } from './csp/facts.ts'
import { fact, type Machine, newState } from './csp/machine.ts'
import type { CheckInOptions, CheckInReport, DeviceReport } from './device-options.ts'
import { resetProfile } from './profile.ts'
import { runSession, type SessionParts } from './session/run-session.ts'
import type { SessionReason, SessionReport } from './session/session-report.ts'
import { wipe } from './wipe.ts'

type Parts = Pick<SessionParts, 'machine' | 'enrolment' | 'transport' | 'entra' | 'tamper'> & {
  readonly renew: () => Promise<DeviceReport>
}

/** A session, and what the PC does because of it. */
export async function checkIn(options: CheckInOptions, parts: Parts): Promise<CheckInReport> {
  const { machine } = parts
  const faults = [...fact(machine, 'faults'), ...(options.faults ?? [])]
  spoil(machine, faults)
  const reason = options.reason ?? 'poll'
  if (reason === 'poll') machine.state.polls++
  const run = (why: SessionReason, troubles: readonly SessionFault[]) =>
    runSession({
      ...parts,
      enrolment: machine.enrolment ?? parts.enrolment,
      reason: why,
      faults: troubles,
      keepMessages: options.keepMessages ?? false,
      isLight: options.isLight ?? false,
    })
  const first = await run(reason, faults)
  if (!first.restarted) return followUp(first, parts)
  finishReboot(machine)
  const rest = faults.filter((name) => name !== 'restartsMidSession')
  const second = await run('reboot', rest)
  return followUp(
    {
      ...second,
      ok: first.violations.length === 0 && second.ok,
      violations: [...first.violations, ...second.violations],
      commands: [...first.commands, ...second.commands],
      log: [...first.log, ...second.log],
      restarted: true,
    },
    parts,
  )
}

async function followUp(report: SessionReport, { machine, renew }: Parts): Promise<CheckInReport> {
  const { wipe: wiped, unenrol: unenrolled, renewNow } = machine.state
  if (wiped) {
    wipe(machine, wiped)
    return { ...report, wiped }
  }
  if (unenrolled) {
    forgetEnrolment(machine)
    return { ...report, unenrolled }
  }
  if (!renewNow) return report
  delete machine.state.renewNow
  const renewal = await renew()
  const { outcomes } = machine.state
  outcomes['renewStatus'] = renewal.ok ? '2' : '3'
  outcomes['renewError'] = String(Number(renewal.code ?? 0) | 0)
  outcomes['renewAttempt'] = machine.now().toISOString()
  return { ...report, renewal }
}

/** Restarts: a new name counts from now on, and an ordered restart is told in the next session. */
export function finishReboot(machine: Machine): void {
  const { reboot, newName } = machine.state
  if (newName !== undefined) machine.profile = { ...machine.profile, name: newName }
  // [MS-MDM] names the alert; how its type is spelled is our guess. Servers must not depend on it.
  if (reboot?.for === 'server')
    machine.state.alerts.push({
      code: 1226,
      type: 'Reversed-Domain-Name:com.microsoft.mdm.RebootNow',
      source: './Vendor/MSFT/Reboot/RebootNow',
      format: 'int',
      data: '0',
    })
  delete machine.state.newName
  delete machine.state.reboot
}

/** The enrolment and all it brought are gone; a join to Entra stays. */
function forgetEnrolment(machine: Machine): void {
  if (machine.enrolment?.store === 'User') machine.entraDeviceId = undefined
  machine.enrolment = undefined
  machine.state = { ...newState(), facts: machine.state.facts }
  machine.profile = { ...machine.profile, deviceId: resetProfile(machine.profile).deviceId }
}

const offMs = 3 * 86_400_000

/** What all PCs from one image say. */
const masterImage = {
  hardwareId: 'C10E'.repeat(16),
  serialNumber: 'To be filled by O.E.M.',
  macs: ['02-00-00-00-00-01', '02-00-00-00-00-02'],
}

/** Faults that are something about the PC, and stay. */
function spoil(machine: Machine, faults: readonly SessionFault[]): void {
  if (faults.includes('clockOff')) machine.state.facts.clockOffMs = offMs
  if (faults.includes('clonedHardware')) machine.profile = { ...machine.profile, ...masterImage }
}
