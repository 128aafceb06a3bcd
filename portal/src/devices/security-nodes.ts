import {
  DEVICE_STATUS,
  type DeviceNode,
  type HowToRead,
  type NodeId,
  type Said,
  type SecurityGroup,
  state,
} from './device-node.ts'

const text: HowToRead = { kind: 'text' }
const time: HowToRead = { kind: 'time' }
const mustBeOn = state({ 0: ['wrong', 'off'], 1: ['ok', 'on'] })
const mustNotBeOverdue = state({ 0: ['ok', 'inTime'], 1: ['attention', 'overdue'] })
const signatures = state({
  0: ['wrong', 'outdated'],
  1: ['ok', 'current'],
  2: ['off', 'notApplicable'],
})
/** Health of Windows' security center. */
const health = state({
  0: ['ok', 'good'],
  1: ['attention', 'notMonitored'],
  2: ['wrong', 'poor'],
  3: ['attention', 'snoozed'],
})

/** @see Windows "DeviceStatus CSP" */
const DEVICE_GUARD: Readonly<Record<string, Said>> = {
  0: ['ok', 'running'],
  1: ['attention', 'restartNeeded'],
}
const DEFENDER = './Vendor/MSFT/Defender/Health/'

const evidence = (
  security: SecurityGroup,
  id: NodeId,
  uri: string,
  read: HowToRead,
): DeviceNode => ({ id, uri, read, security })

/** @see windows-mdm.md 6.2; Windows "DeviceStatus CSP", "BitLocker CSP", "Defender CSP" */
export const SECURITY_NODES: readonly DeviceNode[] = [
  evidence(
    'encryption',
    'drive',
    `${DEVICE_STATUS}Compliance/EncryptionCompliance`,
    state({ 0: ['wrong', 'notEncrypted'], 1: ['ok', 'encrypted'] }),
  ),
  evidence('encryption', 'drivePolicy', './Vendor/MSFT/BitLocker/Status/DeviceEncryptionStatus', {
    kind: 'bits',
    none: ['ok', 'meetsRules'],
    bits: {
      0: ['attention', 'consentMissing'],
      1: ['attention', 'otherMethod'],
      2: ['wrong', 'systemDriveOpen'],
      3: ['attention', 'protectorMissing'],
      4: ['attention', 'protectorMissing'],
      5: ['attention', 'protectorMissing'],
      6: ['attention', 'protectorMissing'],
      7: ['attention', 'protectorMissing'],
      8: ['attention', 'keyBackupFailed'],
      9: ['wrong', 'fixedDriveOpen'],
      10: ['attention', 'otherMethod'],
      11: ['attention', 'adminNeeded'],
      12: ['attention', 'recoveryNotSetUp'],
      13: ['wrong', 'noTpm'],
      14: ['attention', 'tpmNotReady'],
      15: ['attention', 'networkNeeded'],
      16: ['attention', 'otherType'],
      17: ['attention', 'otherType'],
    },
  }),
  evidence(
    'encryption',
    'removableDrives',
    './Vendor/MSFT/BitLocker/Status/RemovableDrivesEncryptionStatus',
    { kind: 'bits', none: ['ok', 'meetsRules'], bits: everyBit(['attention', 'notToRules']) },
  ),
  evidence(
    'start',
    'secureBoot',
    `${DEVICE_STATUS}SecureBootState`,
    state({ 0: ['wrong', 'notSupported'], 1: ['ok', 'on'], 2: ['wrong', 'off'] }),
  ),
  evidence(
    'start',
    'vbs',
    `${DEVICE_STATUS}DeviceGuard/VirtualizationBasedSecurityStatus`,
    state({
      ...DEVICE_GUARD,
      2: ['attention', 'needs64Bit'],
      3: ['attention', 'notLicensed'],
      4: ['attention', 'notConfigured'],
      5: ['attention', 'hardwareMissing'],
      42: ['attention', 'otherReason'],
    }),
  ),
  evidence(
    'start',
    'credentialGuard',
    `${DEVICE_STATUS}DeviceGuard/LsaCfgCredGuardStatus`,
    state({
      ...DEVICE_GUARD,
      2: ['attention', 'notLicensed'],
      3: ['attention', 'notConfigured'],
      4: ['attention', 'vbsNotRunning'],
    }),
  ),
  evidence(
    'start',
    'codeIntegrity',
    `${DEVICE_STATUS}DeviceGuard/HypervisorEnforcedCodeIntegrityStatus`,
    state({
      ...DEVICE_GUARD,
      2: ['attention', 'notConfigured'],
      3: ['attention', 'vbsNotRunning'],
    }),
  ),
  evidence(
    'start',
    'dma',
    `${DEVICE_STATUS}DMA/BootDMAProtectionStatus`,
    state({ 0: ['attention', 'off'], 1: ['ok', 'on'] }),
  ),
  evidence(
    'protection',
    'antivirus',
    `${DEVICE_STATUS}Antivirus/Status`,
    state({
      0: ['ok', 'on'],
      1: ['wrong', 'off'],
      2: ['wrong', 'notMonitoring'],
      3: ['attention', 'snoozed'],
      4: ['off', 'notApplicable'],
    }),
  ),
  evidence(
    'protection',
    'antivirusSignatures',
    `${DEVICE_STATUS}Antivirus/SignatureStatus`,
    signatures,
  ),
  evidence('protection', 'antispyware', `${DEVICE_STATUS}Antispyware/Status`, health),
  evidence(
    'protection',
    'antispywareSignatures',
    `${DEVICE_STATUS}Antispyware/SignatureStatus`,
    signatures,
  ),
  evidence(
    'protection',
    'firewall',
    `${DEVICE_STATUS}Firewall/Status`,
    state({
      0: ['ok', 'on'],
      1: ['wrong', 'off'],
      2: ['attention', 'partly'],
      3: ['attention', 'snoozed'],
      4: ['off', 'notApplicable'],
    }),
  ),
  evidence('protection', 'uac', `${DEVICE_STATUS}UAC/Status`, health),
  evidence('defender', 'defender', `${DEFENDER}DefenderEnabled`, mustBeOn),
  evidence('defender', 'realTime', `${DEFENDER}RtpEnabled`, mustBeOn),
  evidence('defender', 'networkInspection', `${DEFENDER}NisEnabled`, mustBeOn),
  evidence('defender', 'tamper', `${DEFENDER}TamperProtectionEnabled`, mustBeOn),
  evidence(
    'defender',
    'defenderSignatures',
    `${DEFENDER}SignatureOutOfDate`,
    state({ 0: ['ok', 'current'], 1: ['wrong', 'outdated'] }),
  ),
  evidence(
    'defender',
    'defenderRestart',
    `${DEFENDER}RebootRequired`,
    state({ 0: ['ok', 'notNeeded'], 1: ['attention', 'restartNeeded'] }),
  ),
  evidence('defender', 'quickScan', `${DEFENDER}QuickScanOverdue`, mustNotBeOverdue),
  evidence('defender', 'fullScan', `${DEFENDER}FullScanOverdue`, mustNotBeOverdue),
  evidence('defender', 'threats', `${DEFENDER}ComputerState`, {
    kind: 'bits',
    none: ['ok', 'clean'],
    bits: {
      0: ['attention', 'fullScanNeeded'],
      1: ['attention', 'restartNeeded'],
      2: ['wrong', 'manualSteps'],
      3: ['attention', 'offlineScanNeeded'],
      4: ['wrong', 'criticalFailure'],
    },
  }),
  evidence('defender', 'defenderState', `${DEFENDER}ProductStatus`, {
    kind: 'bits',
    none: ['unknown', 'noStatus'],
    bits: {
      0: ['wrong', 'serviceDown'],
      1: ['wrong', 'noEngine'],
      2: ['attention', 'fullScanNeeded'],
      3: ['attention', 'restartNeeded'],
      4: ['wrong', 'manualSteps'],
      5: ['wrong', 'outdated'],
      6: ['wrong', 'outdated'],
      7: ['attention', 'quickScanOverdue'],
      8: ['attention', 'fullScanOverdue'],
      14: ['wrong', 'productExpired'],
      15: ['attention', 'offlineScanNeeded'],
      17: ['wrong', 'criticalFailure'],
      19: ['ok', 'well'],
      20: ['attention', 'platformOld'],
      23: ['wrong', 'platformEnded'],
    },
  }),
  evidence('defender', 'quickScanTime', `${DEFENDER}QuickScanTime`, time),
  evidence('defender', 'fullScanTime', `${DEFENDER}FullScanTime`, time),
  evidence('defender', 'signatureVersion', `${DEFENDER}SignatureVersion`, text),
  evidence('defender', 'engineVersion', `${DEFENDER}EngineVersion`, text),
  evidence('defender', 'defenderVersion', `${DEFENDER}DefenderVersion`, text),
]

function everyBit(said: Said): Record<number, Said> {
  return Object.fromEntries(Array.from({ length: 31 }, (_, bit) => [bit, said]))
}
