import {
  DEVICE_STATUS,
  type DeviceNode,
  type HardwareGroup,
  type HowToRead,
  type NodeId,
  state,
} from './device-node.ts'

const text: HowToRead = { kind: 'text' }
const time: HowToRead = { kind: 'time' }
const megabytes: HowToRead = { kind: 'megabytes' }
const DETAIL = './DevDetail/Ext/Microsoft/'

const system = (id: NodeId, uri: string, read: HowToRead = text): DeviceNode => ({
  id,
  uri,
  read,
  hardware: 'system',
})
const part = (
  hardware: HardwareGroup,
  id: NodeId,
  uri: string,
  read: HowToRead = text,
): DeviceNode => ({ id, uri, read, hardware })

/** @see Windows "DevInfo CSP", "DevDetail CSP", "WindowsLicensing CSP", "Update CSP" */
export const HARDWARE_NODES: readonly DeviceNode[] = [
  system('computerName', `${DETAIL}DNSComputerName`),
  system('osBuild', './DevDetail/SwV'),
  system('osEdition', `${DEVICE_STATUS}OS/Edition`),
  system(
    'osMode',
    `${DEVICE_STATUS}OS/Mode`,
    state({ 0: ['info', 'standard'], 1: ['info', 'sMode'] }),
  ),
  system('domain', `${DEVICE_STATUS}DomainName`),
  system('language', './DevInfo/Lang'),
  system('updateScan', './Vendor/MSFT/Update/LastSuccessfulScanTime', time),
  part('device', 'manufacturer', './DevInfo/Man'),
  part('device', 'model', './DevInfo/Mod'),
  part('device', 'serialNumber', `${DETAIL}SMBIOSSerialNumber`),
  part('device', 'sku', `${DETAIL}SystemSKU`),
  part('device', 'resolution', `${DETAIL}Resolution`),
  // GetNativeSystemInfo: wProcessorArchitecture and dwProcessorType.
  part('processor', 'architecture', `${DETAIL}ProcessorArchitecture`, {
    kind: 'state',
    states: {
      0: ['info', 'x86'],
      5: ['info', 'arm'],
      9: ['info', 'x64'],
      12: ['info', 'arm64'],
    },
  }),
  part('processor', 'processorType', `${DETAIL}ProcessorType`),
  part('processor', 'ram', `${DETAIL}TotalRAM`, megabytes),
  part('storage', 'totalStorage', `${DETAIL}TotalStorage`, megabytes),
  part('storage', 'freeStorage', `${DETAIL}FreeStorage`, megabytes),
  {
    id: 'tpmVersion',
    uri: `${DEVICE_STATUS}TPM/SpecificationVersion`,
    hardware: 'tpm',
    security: 'start',
    read: {
      kind: 'prefix',
      states: {
        '2.0': ['ok', 'tpm20'],
        '1.': ['attention', 'tpm12'],
        'Not Supported': ['wrong', 'noTpm'],
      },
    },
  },
  part('tpm', 'tpmManufacturer', `${DEVICE_STATUS}TPM/ManufacturerIdTxt`),
  part('tpm', 'tpmFirmware', `${DEVICE_STATUS}TPM/ManufacturerVersion`),
  part('firmware', 'firmwareVersion', './DevDetail/FwV'),
  part('firmware', 'smbiosVersion', `${DETAIL}SMBIOSVersion`),
  part('network', 'wlanMac', './DevDetail/Ext/WLANMACAddress'),
  part('network', 'wlanV4', './DevDetail/Ext/WlanIPv4Address'),
  part('network', 'wlanV6', './DevDetail/Ext/WlanIPv6Address'),
  part('licence', 'licenceEdition', './Vendor/MSFT/WindowsLicensing/Edition', { kind: 'edition' }),
  part('licence', 'licenceKeyType', './Vendor/MSFT/WindowsLicensing/LicenseKeyType'),
  part('licence', 'editionUpgrade', './Vendor/MSFT/WindowsLicensing/Status', {
    kind: 'state',
    states: {
      0: ['attention', 'upgradeFailed'],
      1: ['info', 'upgradePending'],
      2: ['busy', 'upgradeRunning'],
      3: ['ok', 'upgradeDone'],
      4: ['off', 'upgradeNone'],
    },
  }),
]
