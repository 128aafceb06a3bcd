import type { DeviceFacts } from '../facts.ts'
import { fact, type Machine, startJob } from '../machine.ts'
import { badArgument, type NodeDefinition, type Outcome, ok, provider, type Row } from '../node.ts'

const root = './Device/Vendor/MSFT/Defender'
const scanMinutes = { 1: 10, 2: 90 } as const
const updateMinutes = 3

const detection = 'Detections/{threat}'
const details: readonly (readonly [string, 'chr' | 'int', (threat: Found) => string])[] = [
  ['Name', 'chr', ({ name }) => name],
  ['URL', 'chr', ({ id }) => `https://go.example/threat/${id}`],
  ['Severity', 'int', ({ severity }) => String(severity)],
  ['Category', 'int', ({ category }) => String(category)],
  ['CurrentStatus', 'int', ({ status }) => String(status)],
  ['ExecutionStatus', 'int', () => '0'],
  ['InitialDetectionTime', 'chr', ({ foundAt }) => foundAt],
  ['LastThreatStatusChangeTime', 'chr', ({ foundAt }) => foundAt],
  ['NumberOfDetections', 'int', () => '1'],
]

/** @see Windows "Defender CSP" */
export const defender: readonly NodeDefinition[] = provider(root, { min: '10586' }, [
  [detection, 'G', 'node', { list: (machine) => fact(machine, 'threats').map(({ id }) => id) }],
  ...details.map(
    ([name, format, read]): Row => [
      `${detection}/${name}`,
      'G',
      format,
      (machine, [id]) => {
        const threat = fact(machine, 'threats').find((candidate) => candidate.id === id)
        return threat && read(threat)
      },
    ],
  ),
  ['Health/ProductStatus', 'G', 'int', { min: '17763', read: productStatus }],
  ['Health/ComputerState', 'G', 'int', computerState],
  ['Health/DefenderEnabled', 'G', 'bool', (machine) => bool(isOn(machine))],
  ['Health/RtpEnabled', 'G', 'bool', (machine) => bool(isProtecting(machine))],
  ['Health/NisEnabled', 'G', 'bool', (machine) => bool(isProtecting(machine))],
  ['Health/QuickScanOverdue', 'G', 'bool', (machine) => bool(fact(machine, 'quickScanOverdue'))],
  ['Health/FullScanOverdue', 'G', 'bool', (machine) => bool(fact(machine, 'fullScanOverdue'))],
  ['Health/SignatureOutOfDate', 'G', 'bool', (machine) => bool(isOutdated(machine))],
  ['Health/RebootRequired', 'G', 'bool', ({ state }) => bool(state.reboot !== undefined)],
  ['Health/FullScanRequired', 'G', 'bool', (machine) => bool(hasActiveThreat(machine))],
  ['Health/EngineVersion', 'G', 'chr', () => '1.1.25100.2'],
  ['Health/SignatureVersion', 'G', 'chr', (m) => (isOutdated(m) ? '1.401.12.0' : '1.441.88.0')],
  ['Health/DefenderVersion', 'G', 'chr', () => '4.18.25100.9'],
  ['Health/QuickScanTime', 'G', 'chr', ({ state }) => state.outcomes['quickScanTime'] ?? ''],
  ['Health/FullScanTime', 'G', 'chr', ({ state }) => state.outcomes['fullScanTime'] ?? ''],
  ['Health/QuickScanSigVersion', 'G', 'chr', () => '1.441.88.0'],
  ['Health/FullScanSigVersion', 'G', 'chr', () => '1.441.88.0'],
  [
    'Health/TamperProtectionEnabled',
    'G',
    'bool',
    { min: '18362', read: (m) => bool(fact(m, 'tamperProtection')) },
  ],
  [
    'Health/IsVirtualMachine',
    'G',
    'bool',
    { min: '18362', read: (m) => bool(fact(m, 'isVirtualMachine')) },
  ],
  ['Configuration/TamperProtection', 'ADGR', 'chr'],
  ['Configuration/EnableFileHashComputation', 'ADGR', 'int', { values: ['0', '1'] }],
  ['Configuration/DisableLocalAdminMerge', 'ADGR', 'int', { values: ['0', '1'] }],
  ['Configuration/HideExclusionsFromLocalAdmins', 'ADGR', 'int', { values: ['0', '1'] }],
  ['Configuration/PlatformUpdatesChannel', 'ADGR', 'int', { values: '0 2 3 4 5 6'.split(' ') }],
  ['Configuration/EngineUpdatesChannel', 'ADGR', 'int', { values: '0 2 3 4 5 6'.split(' ') }],
  ['Scan', 'GX', 'chr', { exec: scan }],
  ['UpdateSignature', 'GX', 'chr', { exec: updateSignature }],
  ['OfflineScan', 'GX', 'chr', { min: '17134', exec: offlineScan }],
  ['RollbackPlatform', 'GX', 'chr', { min: '17134', exec: () => ok }],
  ['RollbackEngine', 'GX', 'chr', { min: '17134', exec: () => ok }],
])

type Found = DeviceFacts['threats'][number]

function bool(value: boolean): string {
  return value ? 'true' : 'false'
}

function isOn(machine: Machine): boolean {
  return !['off', 'none'].includes(fact(machine, 'antivirus'))
}

function isProtecting(machine: Machine): boolean {
  return isOn(machine) && fact(machine, 'realTimeProtection')
}

function isOutdated(machine: Machine): boolean {
  return fact(machine, 'antivirus') === 'outdated'
}

function hasActiveThreat(machine: Machine): boolean {
  return fact(machine, 'threats').some(({ status }) => status === 0)
}

/** Bits: 0 the service is down, 5 signatures old, 7 and 8 scans overdue, 19 all is well. */
function productStatus(machine: Machine): string {
  const bits =
    (isOn(machine) ? 0 : 1 << 0) |
    (isOutdated(machine) ? 1 << 5 : 0) |
    (fact(machine, 'quickScanOverdue') ? 1 << 7 : 0) |
    (fact(machine, 'fullScanOverdue') ? 1 << 8 : 0)
  return String(bits === 0 ? 1 << 19 : bits)
}

/** Bits: 0 a full scan, 1 a restart, 4 critical. */
function computerState(machine: Machine): string {
  return String((hasActiveThreat(machine) ? 1 : 0) | (machine.state.reboot ? 2 : 0))
}

function scan(machine: Machine, data: string): Outcome {
  if (data !== '1' && data !== '2') return badArgument
  if (!isOn(machine)) return { status: 500, originalError: '0x800106BA' } // the service is not there
  startJob(machine, 'scan', scanMinutes[data], data)
  return ok
}

function updateSignature(machine: Machine): Outcome {
  if (!isOn(machine)) return { status: 500, originalError: '0x800106BA' }
  startJob(machine, 'updateSignature', updateMinutes, '')
  return ok
}

/** Restarts into the scan. */
function offlineScan(machine: Machine): Outcome {
  machine.state.reboot = { since: machine.now().toISOString(), for: 'server' }
  return ok
}
