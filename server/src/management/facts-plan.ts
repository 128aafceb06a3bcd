/** How often a node is read. A device that has nothing due is left in peace. */
export type Plan = 'hourly' | 'daily' | 'weekly'

const HOUR_MS = 60 * 60_000
const EVERY_MS: Readonly<Record<Plan, number>> = {
  hourly: HOUR_MS,
  daily: 24 * HOUR_MS,
  weekly: 7 * 24 * HOUR_MS,
}
const PLANS = ['hourly', 'daily', 'weekly'] as const satisfies readonly Plan[]

const DEVICE = './Device/Vendor/MSFT/'
const under = (parent: string, ...names: readonly string[]) =>
  names.map((name) => `${parent}${name}`)

/** What is read of every Windows device, and how often. @see windows-mdm.md 6.1, 6.2 */
const NODES: Readonly<Record<Plan, readonly string[]>> = {
  // Evidence of compliance: at most this old when somebody is kept out for it.
  hourly: [
    './DevDetail/SwV',
    ...under(
      `${DEVICE}DeviceStatus/`,
      'SecureBootState',
      'Compliance/EncryptionCompliance',
      'Antivirus/Status',
      'Antivirus/SignatureStatus',
      'Antispyware/Status',
      'Antispyware/SignatureStatus',
      'Firewall/Status',
      'UAC/Status',
    ),
    `${DEVICE}BitLocker/Status/DeviceEncryptionStatus`,
    ...under(
      `${DEVICE}Defender/Health/`,
      'DefenderEnabled',
      'RtpEnabled',
      'SignatureOutOfDate',
      'RebootRequired',
      'ComputerState',
      'ProductStatus',
      'DefenderVersion',
      'SignatureVersion',
    ),
  ],
  daily: [
    ...under('./DevDetail/Ext/Microsoft/', 'DeviceName', 'DNSComputerName', 'LocalTime'),
    ...under('./DevDetail/Ext/Microsoft/', 'TotalStorage', 'FreeStorage'),
    ...under('./DevDetail/Ext/', 'WLANMACAddress', 'WlanIPv4Address', 'WlanIPv6Address'),
    `${DEVICE}DeviceStatus/NetworkIdentifiers?list=StructData`,
    ...under(
      `${DEVICE}DeviceStatus/`,
      'OS/Edition',
      'OS/Mode',
      'DomainName',
      'Battery/Status',
      'Battery/EstimatedChargeRemaining',
      'DeviceGuard/VirtualizationBasedSecurityStatus',
      'DeviceGuard/LsaCfgCredGuardStatus',
      'DeviceGuard/HypervisorEnforcedCodeIntegrityStatus',
      'DMA/BootDMAProtectionStatus',
    ),
    `${DEVICE}BitLocker/Status/RemovableDrivesEncryptionStatus`,
    ...under(
      `${DEVICE}Defender/Health/`,
      'NisEnabled',
      'TamperProtectionEnabled',
      'QuickScanTime',
      'FullScanTime',
      'QuickScanOverdue',
      'FullScanOverdue',
      'EngineVersion',
    ),
    `${DEVICE}Defender/Detections?list=StructData`,
    ...under(`${DEVICE}WindowsLicensing/`, 'Edition', 'Status', 'LicenseKeyType'),
    ...under('./Vendor/MSFT/Update/', 'LastSuccessfulScanTime', 'PendingRebootUpdates'),
    ...under('./Vendor/MSFT/Update/', 'FailedUpdates', 'InstallableUpdates'),
  ],
  weekly: [
    ...under('./DevDetail/', 'OEM', 'DevTyp', 'FwV', 'HwV'),
    ...under(
      './DevDetail/Ext/Microsoft/',
      'OSPlatform',
      'SMBIOSSerialNumber',
      'SMBIOSVersion',
      'SystemSKU',
      'Resolution',
      'TotalRAM',
      'ProcessorArchitecture',
      'ProcessorType',
    ),
    ...under(`${DEVICE}DeviceStatus/TPM/`, 'SpecificationVersion', 'ManufacturerIdTxt'),
    `${DEVICE}DeviceStatus/TPM/ManufacturerVersion`,
    './Vendor/MSFT/Update/InstalledUpdates',
    `${DEVICE}DeviceManageability/Capabilities/CSPVersions`,
    `${DEVICE}EnterpriseDesktopAppManagement/MSI?list=StructData`,
    './Vendor/MSFT/EnterpriseModernAppManagement/AppManagement/nonStore?list=StructData',
    './Vendor/MSFT/EnterpriseModernAppManagement/AppManagement/AppStore?list=StructData',
  ],
}

/** When each plan was last carried out, in milliseconds; absent: never. */
export type ReadAt = Readonly<Partial<Record<Plan, number | undefined>>>

/** What is to be read now. @param providerId ours, under which the device keeps what it knows of us. */
export function dueReads(readAt: ReadAt, now: Date, providerId: string): string[] {
  const due = duePlans(readAt, now)
  const isFirst = readAt.weekly === undefined
  return [
    ...(isFirst ? [`${DEVICE}DMClient/Provider/${providerId}/AADDeviceID`] : []),
    ...due.flatMap((plan) => NODES[plan]),
  ]
}

export function duePlans(readAt: ReadAt, now: Date): Plan[] {
  return PLANS.filter((plan) => now.getTime() - (readAt[plan] ?? 0) >= EVERY_MS[plan])
}

/** From when on there is something to read again. */
export function nextDue(readAt: ReadAt): Date {
  return new Date(Math.min(...PLANS.map((plan) => (readAt[plan] ?? 0) + EVERY_MS[plan])))
}
