import type { DeviceFacts } from '../facts.ts'
import { fact, type Machine } from '../machine.ts'
import { type NodeDefinition, provider, type Row } from '../node.ts'
import { readWritten } from '../written.ts'

const root = './Device/Vendor/MSFT/Firewall'
const profiles = ['DomainProfile', 'PrivateProfile', 'PublicProfile'] as const
/** As the definitions have it: the domain's cannot be read. */
const enableAccess = { DomainProfile: 'R', PrivateProfile: 'AGR', PublicProfile: 'GR' } as const
const logging = [
  ['EnableLogDroppedPackets', 'bool'],
  ['EnableLogSuccessConnections', 'bool'],
  ['LogMaxFileSize', 'int'],
  ['LogFilePath', 'chr'],
] as const
const flags = [
  'DisableStealthMode',
  'DisableUnicastResponsesToMulticastBroadcast',
  'DisableInboundNotifications',
  'AllowLocalPolicyMerge',
  'AllowLocalIpsecPolicyMerge',
]
const ruleNodes = [
  ['Protocol', 'int'],
  ['LocalPortRanges', 'chr'],
  ['RemotePortRanges', 'chr'],
  ['LocalAddressRanges', 'chr'],
  ['RemoteAddressRanges', 'chr'],
  ['Description', 'chr'],
  ['InterfaceTypes', 'chr'],
  ['EdgeTraversal', 'bool'],
  ['Name', 'chr'],
  ['App/FilePath', 'chr'],
  ['App/PackageFamilyName', 'chr'],
  ['App/ServiceName', 'chr'],
  ['App/Fqbn', 'chr'],
] as const
const rule = 'MdmStore/FirewallRules/{rule}'

/** @see Windows "Firewall CSP" */
export const firewall: readonly NodeDefinition[] = provider(root, { min: '16299' }, [
  ['MdmStore/Global/PolicyVersionSupported', 'G', 'int', () => '543'],
  ['MdmStore/Global/CurrentProfiles', 'G', 'int', () => '4'],
  ['MdmStore/Global/DisableStatefulFtp', 'GR', 'bool', { initial: 'false' }],
  ['MdmStore/Global/SaIdleTime', 'GR', 'int', { initial: '300', range: [300, 3600] }],
  ...profiles.flatMap((name): Row[] => [
    [`MdmStore/${name}/EnableFirewall`, enableAccess[name], 'bool', { initial: 'true' }],
    [`MdmStore/${name}/DefaultInboundAction`, 'GR', 'int', { initial: '1', values: ['0', '1'] }],
    [`MdmStore/${name}/DefaultOutboundAction`, 'GR', 'int', { initial: '0', values: ['0', '1'] }],
    [`MdmStore/${name}/Shielded`, name === 'DomainProfile' ? 'R' : 'GR', 'bool'],
    ...flags.map((flag): Row => [`MdmStore/${name}/${flag}`, 'GR', 'bool', { initial: 'false' }]),
    ...logging.map(
      ([node, format]): Row => [`MdmStore/${name}/${node}`, 'GR', format, { min: '22621' }],
    ),
  ]),
  [rule, 'ADGR', 'node'],
  [`${rule}/Enabled`, 'GR', 'bool', { initial: 'false' }],
  [`${rule}/Profiles`, 'GR', 'int', { initial: '2147483647' }],
  [`${rule}/Action/Type`, 'GR', 'int', { initial: '1', values: ['0', '1'] }],
  [`${rule}/Direction`, 'GR', 'chr', { initial: 'OUT', values: ['IN', 'OUT'] }],
  [`${rule}/Status`, 'G', 'chr', () => 'OK'],
  ...ruleNodes.map(([node, format]): Row => [`${rule}/${node}`, 'ADGR', format]),
])

/** The firewall's state: as it is, unless the server turned a profile off. */
export function isFirewallOn(machine: Machine): DeviceFacts['firewall'] {
  const state = fact(machine, 'firewall')
  const off = profiles.filter(
    (name) => readWritten(machine, `${root}/MdmStore/${name}/EnableFirewall`) === 'false',
  )
  if (state !== 'on' || off.length === 0) return state
  return off.length === profiles.length ? 'off' : 'partly'
}
