import { editionOf, fact, isUnderWay, type Machine, startJob, type WipeKind } from '../machine.ts'
import { business, type NodeDefinition, notAllowed, type Outcome, ok, provider } from '../node.ts'
import { readWritten } from '../written.ts'

const laps = './Device/Vendor/MSFT/LAPS'
const cloud = '22621'

/**
 * Wiping, locking, restarting, and the local administrator's password.
 * @see Windows "RemoteWipe CSP", "RemoteLock CSP", "Reboot CSP", "LAPS CSP"
 */
export const securityActions: readonly NodeDefinition[] = [
  ...provider('./Device/Vendor/MSFT/RemoteWipe', { min: '10586' }, [
    ['doWipe', 'X', 'chr', { exec: wipe('doWipe') }],
    ['doWipeProtected', 'X', 'chr', { min: '15063', exec: wipe('doWipeProtected') }],
    ['doWipePersistProvisionedData', 'X', 'chr', { exec: wipe('doWipePersistProvisionedData') }],
    ['doWipePersistUserData', 'X', 'chr', { min: '16299', exec: wipe('doWipePersistUserData') }],
    ['doWipeCloud', 'X', 'chr', { min: cloud, exec: wipe('doWipeCloud') }],
    [
      'doWipeCloudPersistUserData',
      'X',
      'chr',
      { min: cloud, exec: wipe('doWipeCloudPersistUserData') },
    ],
    [
      'doWipeCloudPersistProvisionedData',
      'X',
      'chr',
      { min: cloud, exec: wipe('doWipeCloudPersistProvisionedData') },
    ],
    ['AutomaticRedeployment', 'G', 'node', { min: '17763', editions: business }],
    [
      'AutomaticRedeployment/doAutomaticRedeployment',
      'X',
      'chr',
      { exec: wipe('doAutomaticRedeployment') },
    ],
    ['AutomaticRedeployment/LastError', 'G', 'int', () => '0'],
    ['AutomaticRedeployment/Status', 'G', 'int', redeployment],
  ]),
  ...provider('./Device/Vendor/MSFT/RemoteLock', { min: '10586' }, [
    ['Lock', 'GX', 'null', { exec: lock }],
    ['LockAndResetPIN', 'GX', 'null', { exec: () => notAllowed }],
    ['LockAndRecoverPIN', 'GX', 'null', { min: '15063', exec: () => notAllowed }],
    ['NewPINValue', 'G', 'chr'],
  ]),
  ...provider('./Device/Vendor/MSFT/Reboot', { min: '14393' }, [
    ['RebootNow', 'GX', 'null', { exec: rebootNow }],
    ['Schedule/Single', 'ADGR', 'chr', { onWrite: schedule }],
    ['Schedule/DailyRecurrent', 'ADGR', 'chr', { onWrite: schedule }],
    ['Schedule/WeeklyRecurrent', 'ADGR', 'chr', { min: '26100', onWrite: schedule }],
  ]),
  ...provider(laps, { min: '25145 22621.1480 22000.1754 19041.2784', editions: business }, [
    ['Policies/BackupDirectory', 'ADGR', 'int', { initial: '0', values: ['0', '1', '2'] }],
    ['Policies/PasswordAgeDays', 'ADGR', 'int', { initial: '30', range: [1, 365] }],
    ['Policies/PasswordComplexity', 'ADGR', 'int', { initial: '4', range: [1, 8] }],
    ['Policies/PasswordLength', 'ADGR', 'int', { initial: '14', range: [8, 64] }],
    ['Policies/PassphraseLength', 'ADGR', 'int', { min: '26100', initial: '6', range: [3, 10] }],
    ['Policies/AdministratorAccountName', 'ADGR', 'chr'],
    ['Policies/PasswordExpirationProtectionEnabled', 'ADGR', 'bool'],
    ['Policies/PostAuthenticationResetDelay', 'ADGR', 'int', { initial: '24', range: [0, 24] }],
    [
      'Policies/PostAuthenticationActions',
      'ADGR',
      'int',
      { initial: '3', values: ['1', '3', '5', '11'] },
    ],
    ['Actions/ResetPassword', 'X', 'null', { exec: resetPassword }],
    ['Actions/ResetPasswordStatus', 'G', 'int', resetStatus],
  ]),
]

/** The PC answers first; it wipes itself when the session is over. */
function wipe(kind: WipeKind) {
  return (machine: Machine): Outcome => {
    machine.state.wipe = kind
    return ok
  }
}

/** 0 never, 1 done, 10 scheduled. */
function redeployment({ state }: Machine): string {
  if (state.wipe === 'doAutomaticRedeployment') return '10'
  return state.outcomes['redeployment'] ?? '0'
}

function lock(machine: Machine): Outcome {
  if (!fact(machine, 'lockPin')) return notAllowed
  machine.state.outcomes['lockedAt'] = machine.now().toISOString()
  return ok
}

function rebootNow(machine: Machine): Outcome {
  machine.state.reboot = { since: machine.now().toISOString(), for: 'server' }
  return ok
}

/** ISO 8601; empty takes the schedule away. */
function schedule(_machine: Machine, value: string | undefined): Outcome | undefined {
  const isFine = value === undefined || value === '' || !Number.isNaN(Date.parse(value))
  return isFine ? undefined : { status: 500, originalError: '0x80070057' }
}

const resetMinutes = 2

function resetPassword(machine: Machine): Outcome {
  const directory = readWritten(machine, `${laps}/Policies/BackupDirectory`) ?? '0'
  if (directory === '0' || editionOf(machine) === 'Home') return notAllowed
  startJob(machine, 'resetLapsPassword', resetMinutes, '')
  return ok
}

/** An HRESULT as a number; E_PENDING while it is under way. */
function resetStatus(machine: Machine): string {
  if (isUnderWay(machine, 'resetLapsPassword')) return String(0x8000000a | 0)
  return machine.state.outcomes['resetLapsPassword'] ?? '0'
}
