import type { DeviceFacts } from '../facts.ts'
import { fact, type Machine } from '../machine.ts'
import { type NodeDefinition, provider } from '../node.ts'
import { isEncrypted } from './bit-locker.ts'
import { isFirewallOn } from './firewall.ts'

/** Whether the status is good, by the codes of the Security Center. */
const statusCodes = {
  on: '0',
  outdated: '0',
  off: '1',
  notMonitored: '2',
  snoozed: '3',
  none: '4',
} as const satisfies Record<DeviceFacts['antivirus'], string>
/** Antispyware counts otherwise: 1 not monitored, 2 poor. */
const spywareCodes = { ...statusCodes, notMonitored: '1', off: '2' } as const
const editionNames: Readonly<Record<number, string>> = {
  4: 'Enterprise',
  48: 'Professional',
  101: 'Core',
  121: 'Education',
}
const tpmBuilds = '22000 19041.1387 19042.1387 19043.1387 19044.1387'

/**
 * DeviceStatus: what compliance is judged by.
 * @see Windows "DeviceStatus CSP"
 */
export const deviceStatus: readonly NodeDefinition[] = provider(
  './Device/Vendor/MSFT/DeviceStatus',
  { min: '10586' },
  [
    ['SecureBootState', 'G', 'int', secureBoot],
    ['CellularIdentities', 'G', 'node'],
    ['NetworkIdentifiers/{mac}', 'G', 'node', { list: ({ profile }) => macs(profile.macs) }],
    ['NetworkIdentifiers/{mac}/IPAddressV4', 'G', 'chr', address],
    ['NetworkIdentifiers/{mac}/IPAddressV6', 'G', 'chr', () => '2001:db8::17'],
    ['NetworkIdentifiers/{mac}/IsConnected', 'G', 'bool', (machine, names) => isUp(machine, names)],
    [
      'NetworkIdentifiers/{mac}/Type',
      'G',
      'int',
      ({ profile }, [mac]) => (macs(profile.macs)[0] === mac ? '1' : '2'),
    ],
    [
      'Compliance/EncryptionCompliance',
      'G',
      'bool',
      (machine) => (isEncrypted(machine) ? '1' : '0'),
    ],
    ['TPM/SpecificationVersion', 'G', 'chr', tpm],
    ['TPM/ManufacturerId', 'G', 'chr', { min: tpmBuilds, read: ifTpm('1398033696') }],
    ['TPM/ManufacturerIdTxt', 'G', 'chr', { min: tpmBuilds, read: ifTpm('STM') }],
    ['TPM/ManufacturerVersion', 'G', 'chr', { min: tpmBuilds, read: ifTpm('1.258.0.0') }],
    ['OS/Edition', 'G', 'chr', ({ profile }) => editionNames[profile.edition] ?? 'Unknown'],
    ['OS/Mode', 'G', 'int', { min: '17134', read: (m) => (fact(m, 'sMode') ? '1' : '0') }],
    ['Antivirus/Status', 'G', 'int', (machine) => statusCodes[fact(machine, 'antivirus')]],
    ['Antivirus/SignatureStatus', 'G', 'int', (machine) => signatures(fact(machine, 'antivirus'))],
    ['Antispyware/Status', 'G', 'int', (machine) => spywareCodes[fact(machine, 'antispyware')]],
    [
      'Antispyware/SignatureStatus',
      'G',
      'int',
      (machine) => signatures(fact(machine, 'antispyware')),
    ],
    ['Firewall/Status', 'G', 'int', firewall],
    ['UAC/Status', 'G', 'int', (machine) => (fact(machine, 'uac') ? '0' : '1')],
    ['Battery/Status', 'G', 'int', (machine) => (hasBattery(machine) ? '1' : '0')],
    [
      'Battery/EstimatedChargeRemaining',
      'G',
      'int',
      (machine) => `${fact(machine, 'batteryPercent') ?? 0}`,
    ],
    ['Battery/EstimatedRuntime', 'G', 'int', (machine) => (hasBattery(machine) ? '14400' : '0')],
    ['DomainName', 'G', 'chr', { min: '17134', read: (m) => fact(m, 'domainName') }],
    ['DeviceGuard', 'G', 'node', { min: '17134' }],
    [
      'DeviceGuard/VirtualizationBasedSecurityHwReq',
      'G',
      'int',
      (m) => (fact(m, 'tpm') === 'none' ? '2' : '0'),
    ],
    ['DeviceGuard/VirtualizationBasedSecurityStatus', 'G', 'int', vbs],
    [
      'DeviceGuard/LsaCfgCredGuardStatus',
      'G',
      'int',
      (m) => (fact(m, 'credentialGuard') ? '0' : '3'),
    ],
    [
      'DeviceGuard/HypervisorEnforcedCodeIntegrityStatus',
      'G',
      'int',
      { min: '22000', read: (m) => (fact(m, 'codeIntegrity') ? '0' : '2') },
    ],
    ['DeviceGuard/SystemGuardStatus', 'G', 'int', { min: '22000', read: () => '3' }],
    [
      'DMA/BootDMAProtectionStatus',
      'G',
      'int',
      { min: '22000', read: (m) => (fact(m, 'dmaProtection') ? '1' : '0') },
    ],
    [
      'CertAttestation/MDMClientCertAttestation',
      'G',
      'chr',
      { min: '22621 22000.1165', read: () => undefined },
    ],
  ],
)

function secureBoot(machine: Machine): string {
  const state = fact(machine, 'secureBoot')
  if (state === 'unsupported') return '0'
  return state ? '1' : '2'
}

function macs(profile: readonly string[]): string[] {
  return [...new Set(profile.map((mac) => mac.replaceAll('-', ':')))]
}

function isUp({ profile }: Machine, [mac]: readonly string[]): string {
  return macs(profile.macs).at(-1) === mac ? 'true' : 'false'
}

function address(machine: Machine, names: readonly string[]): string {
  return isUp(machine, names) === 'true' ? fact(machine, 'ipAddress') : ''
}

function tpm(machine: Machine): string {
  const version = hasTpm(machine) ? fact(machine, 'tpm') : 'none'
  return version === 'none' ? 'Not Supported' : `${version}, 0, 1.59`
}

/** The profile tells what was built in; the fact, what is left of it. */
export function hasTpm(machine: Machine): boolean {
  return machine.profile.tpm && fact(machine, 'tpm') !== 'none'
}

function ifTpm(value: string) {
  return (machine: Machine) => (hasTpm(machine) ? value : undefined)
}

function signatures(state: DeviceFacts['antivirus']): string {
  if (state === 'none') return '2'
  return state === 'outdated' ? '0' : '1'
}

function firewall(machine: Machine): string {
  const codes = { on: '0', off: '1', partly: '2', snoozed: '3', none: '4' } as const
  return codes[isFirewallOn(machine)]
}

function hasBattery(machine: Machine): boolean {
  return fact(machine, 'batteryPercent') !== undefined
}

function vbs(machine: Machine): string {
  if (!fact(machine, 'virtualizationBasedSecurity')) return '2'
  return machine.state.reboot ? '1' : '0'
}
