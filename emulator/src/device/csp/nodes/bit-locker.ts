import { editionOf, fact, isUnderWay, type Machine, startJob } from '../machine.ts'
import { badArgument, business, type NodeDefinition, notAllowed, ok, provider } from '../node.ts'
import { readWritten } from '../written.ts'

const root = './Device/Vendor/MSFT/BitLocker'
const later = '22000 19043.1202 19042.1202 19041.1202'
const rotationMinutes = 5

/**
 * BitLocker: encryption takes its time, by the PC's clock.
 * @see Windows "BitLocker CSP"
 */
export const bitLocker: readonly NodeDefinition[] = provider(
  root,
  { min: '15063', editions: business },
  [
    [
      'RequireDeviceEncryption',
      'ADGR',
      'int',
      { values: ['0', '1'], onWrite: (machine) => encryptIfAsked(machine) },
    ],
    ['RequireStorageCardEncryption', 'ADGR', 'int', { values: ['0', '1'] }],
    [
      'AllowWarningForOtherDiskEncryption',
      'ADGR',
      'int',
      { values: ['0', '1'], onWrite: (machine) => encryptIfAsked(machine) },
    ],
    ['AllowStandardUserEncryption', 'ADGR', 'int', { min: '17763', values: ['0', '1'] }],
    ['ConfigureRecoveryPasswordRotation', 'ADGR', 'int', { min: '18363', values: ['0', '1', '2'] }],
    ...[
      'EncryptionMethodByDriveType',
      'SystemDrivesRequireStartupAuthentication',
      'SystemDrivesMinimumPINLength',
      'SystemDrivesRecoveryMessage',
      'SystemDrivesRecoveryOptions',
      'FixedDrivesRecoveryOptions',
      'FixedDrivesRequireEncryption',
      'RemovableDrivesRequireEncryption',
    ].map((name) => [name, 'ADGR', 'chr'] as const),
    ...['IdentificationField', 'FixedDrivesEncryptionType', 'SystemDrivesEncryptionType'].map(
      (name) => [name, 'ADGR', 'chr', { min: later }] as const,
    ),
    ['RotateRecoveryPasswords', 'X', 'chr', { min: '18363', exec: rotate }],
    ['Status', 'G', 'node', { min: '18362' }],
    ['Status/DeviceEncryptionStatus', 'G', 'int', (machine) => String(encryptionStatus(machine))],
    ['Status/RotateRecoveryPasswordsStatus', 'G', 'int', { min: '18363', read: rotationStatus }],
    [
      'Status/RotateRecoveryPasswordsRequestID',
      'G',
      'chr',
      { min: '18363', read: ({ state }) => state.outcomes['rotationRequest'] },
    ],
    ['Status/RemovableDrivesEncryptionStatus', 'G', 'int', { min: later, read: () => '0' }],
  ],
)

/** Whether the system drive is protected now. */
export function isEncrypted(machine: Machine): boolean {
  return fact(machine, 'bitLocker') === 'on'
}

/** Begins to encrypt when it is asked for, silent, and possible. */
function encryptIfAsked(machine: Machine) {
  const isAsked = readWritten(machine, `${root}/RequireDeviceEncryption`) === '1'
  const isSilent = readWritten(machine, `${root}/AllowWarningForOtherDiskEncryption`) === '0'
  const isPossible = machine.profile.tpm && fact(machine, 'tpm') !== 'none'
  if (isAsked && isSilent && isPossible && !isEncrypted(machine) && !isUnderWay(machine, 'encrypt'))
    startJob(machine, 'encrypt', fact(machine, 'encryptionMinutes'), 'C:')
  return ok
}

const bits = { consentMissing: 1 << 0, unprotected: 1 << 2, noTpm: 1 << 13, tpmNotReady: 1 << 14 }

function encryptionStatus(machine: Machine): number {
  if (readWritten(machine, `${root}/RequireDeviceEncryption`) !== '1') return 0
  if (isEncrypted(machine)) return 0
  const hasNoTpm = !machine.profile.tpm || fact(machine, 'tpm') === 'none'
  const isSilent = readWritten(machine, `${root}/AllowWarningForOtherDiskEncryption`) === '0'
  return bits.unprotected | (hasNoTpm ? bits.noTpm : 0) | (isSilent ? 0 : bits.consentMissing)
}

function rotate(machine: Machine, request: string) {
  const rotation = readWritten(machine, `${root}/ConfigureRecoveryPasswordRotation`)
  if (editionOf(machine) === 'Home') return notAllowed
  if (rotation !== '1' && rotation !== '2') return notAllowed
  if (!isEncrypted(machine)) return badArgument
  startJob(machine, 'rotateRecoveryPasswords', rotationMinutes, 'C:')
  machine.state.outcomes['rotationRequest'] = request
  return { status: 202 }
}

/** 0 done, 1 under way, 2 never asked for. */
function rotationStatus(machine: Machine): string {
  if (isUnderWay(machine, 'rotateRecoveryPasswords')) return '1'
  return machine.state.outcomes['rotateRecoveryPasswords'] ?? '2'
}
