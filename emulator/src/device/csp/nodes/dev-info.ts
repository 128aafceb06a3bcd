import { fact, type Machine } from '../machine.ts'
import { type NodeDefinition, ok, provider } from '../node.ts'

/**
 * DevInfo and DevDetail: what the PC is.
 * @see Windows "DevInfo CSP", "DevDetail CSP"
 */
export const devInfo: readonly NodeDefinition[] = [
  ...provider('./Device/DevInfo', {}, [
    ['DevId', 'G', 'chr', ({ enrolment, profile }) => enrolment?.deviceId ?? profile.deviceId],
    ['Man', 'G', 'chr', ({ profile }) => profile.manufacturer],
    ['Mod', 'G', 'chr', ({ profile }) => profile.model],
    ['DmV', 'G', 'chr', () => '1.3'],
    ['Lang', 'G', 'chr', ({ profile }) => profile.locale],
    ['Ext/ICCID', 'G', 'chr'],
  ]),
  ...provider('./Device/DevDetail', {}, [
    ['SwV', 'G', 'chr', ({ profile }) => profile.osVersion],
    ['OEM', 'G', 'chr', ({ profile }) => profile.manufacturer],
    ['DevTyp', 'G', 'chr', ({ profile }) => `${profile.manufacturer} ${profile.model}`],
    ['FwV', 'G', 'chr', () => 'N40ET51W (1.33)'],
    ['HwV', 'G', 'chr', () => '1.0'],
    ['LrgObj', 'G', 'bool', () => 'true'],
    ['URI/MaxDepth', 'G', 'chr', () => '0'],
    ['URI/MaxTotLen', 'G', 'chr', () => '0'],
    ['URI/MaxSegLen', 'G', 'chr', () => '0'],
    ['Ext/DeviceHardwareData', 'G', 'chr', { min: '15063', read: hardwareData }],
    ['Ext/WLANMACAddress', 'G', 'chr', ({ profile }) => profile.macs[1]?.replaceAll('-', '')],
    ['Ext/WlanIPv4Address', 'G', 'chr', (machine) => fact(machine, 'ipAddress')],
    ['Ext/WlanIPv6Address', 'G', 'chr', () => '2001:db8::17'],
    ['Ext/WlanSubnetMask', 'G', 'chr', () => '255.255.255.0'],
    ['Ext/WlanDnsSuffix', 'G', 'chr', () => 'hafenstern.example'],
    // Windows 11 still calls itself 10 here: the build tells.
    ['Ext/Microsoft/OSPlatform', 'G', 'chr', () => 'Windows 10'],
    [
      'Ext/Microsoft/DeviceName',
      'GR',
      'chr',
      { read: ({ profile }) => profile.name, keeps: false, onWrite: rename },
    ],
    [
      'Ext/Microsoft/DNSComputerName',
      'GR',
      'chr',
      { min: '19041', read: ({ profile }) => profile.name, keeps: false, onWrite: rename },
    ],
    ['Ext/Microsoft/Resolution', 'G', 'chr', () => '1920x1200'],
    ['Ext/Microsoft/SMBIOSSerialNumber', 'G', 'chr', ({ profile }) => profile.serialNumber],
    [
      'Ext/Microsoft/SMBIOSVersion',
      'G',
      'chr',
      { min: '22000 19041.1387 19042.1387 19043.1387 19044.1387', read: () => '3.4' },
    ],
    ['Ext/Microsoft/SystemSKU', 'G', 'chr', ({ profile }) => profile.model.replaceAll(' ', '_')],
    ['Ext/Microsoft/LocalTime', 'G', 'chr', (machine) => machine.now().toISOString()],
    ['Ext/Microsoft/TotalStorage', 'G', 'int', (machine) => `${fact(machine, 'totalStorageMb')}`],
    ['Ext/Microsoft/FreeStorage', 'G', 'int', (machine) => `${fact(machine, 'freeStorageMb')}`],
    ['Ext/Microsoft/TotalRAM', 'G', 'int', (machine) => `${fact(machine, 'ramMb')}`],
    ['Ext/Microsoft/ProcessorArchitecture', 'G', 'int', () => '9'],
    ['Ext/Microsoft/ProcessorType', 'G', 'int', () => '8664'],
  ]),
  ...provider('./Device/Vendor/MSFT/Accounts', {}, [
    ['Domain/ComputerName', 'A', 'chr', { keeps: false, onWrite: rename }],
    ['Users/{name}', 'ADG', 'node'],
    ['Users/{name}/Password', 'AR', 'chr'],
    ['Users/{name}/LocalUserGroup', 'AGR', 'int', { values: ['1', '2'] }],
  ]),
]

/** A stand-in for the Autopilot hash: base64, long, and of this hardware. */
function hardwareData({ profile }: Machine): string {
  return Buffer.from(`OA3 ${profile.hardwareId} ${profile.serialNumber} `.repeat(20)).toString(
    'base64',
  )
}

const longestName = 15

/** A new name counts after the next restart. `%RAND:n%` and `%SERIAL%` are filled in at once. */
function rename(machine: Machine, wanted: string | undefined) {
  if (wanted === undefined) return ok
  const digits = machine.profile.hardwareId.replace(/\D/g, '').padEnd(longestName, '7')
  const name = wanted
    .replace(/%RAND:(\d+)%/gi, (_macro, count: string) => digits.slice(0, Number(count)))
    .replace(/%SERIAL%/gi, machine.profile.serialNumber)
    .slice(0, longestName)
  if (!/^[A-Za-z0-9-]+$/.test(name) || /^\d+$/.test(name))
    return { status: 500, originalError: '0x8007007B' } // ERROR_INVALID_NAME
  machine.state.newName = name
  machine.state.reboot ??= { since: machine.now().toISOString(), for: 'rename' }
  return ok
}
