import { fact, isUnderWay, type Machine, startJob } from '../machine.ts'
import { badArgument, type NodeDefinition, type Outcome, ok, provider } from '../node.ts'
import { hasTpm } from './device-status.ts'

const collectMinutes = 4
const channel = 'EtwLog/Channels/{channel}'
const update = './Device/Vendor/MSFT/Update'

/** @see Windows "DiagnosticLog CSP", "HealthAttestation CSP", "Update CSP", "WindowsLicensing CSP" */
export const diagnostics: readonly NodeDefinition[] = [
  ...provider('./Device/Vendor/MSFT/DiagnosticLog', { min: '10586' }, [
    ['DiagnosticArchive/ArchiveDefinition', 'GRX', 'chr', { min: '18362', exec: collect }],
    ['DiagnosticArchive/ArchiveResults', 'G', 'chr', { min: '18362', read: archiveResults }],
    [channel, 'ADG', 'node'],
    [`${channel}/Export`, 'GX', 'null', { exec: () => ok }],
    [`${channel}/State`, 'GR', 'bool', { initial: 'true' }],
    ['DeviceStateData/MdmConfiguration', 'GX', 'chr', { min: '14393', exec: snap }],
    ['FileDownload/DMChannel', 'G', 'node'],
  ]),
  ...provider('./Device/Vendor/MSFT/HealthAttestation', { min: '10586' }, [
    ['VerifyHealth', 'X', 'null', { exec: () => ({ status: 202 }) }],
    ['Status', 'G', 'int', () => '3'],
    ['Nonce', 'GR', 'chr', { initial: '\\0' }],
    ['HASEndpoint', 'GR', 'chr', { initial: 'has.spserv.microsoft.com' }],
    ['CorrelationID', 'G', 'chr', ({ profile }) => profile.hardwareId.slice(0, 32)],
    ['Certificate', 'G', 'chr', () => undefined],
    ['TpmReadyStatus', 'G', 'int', { min: '14393', read: (m) => (hasTpm(m) ? '1' : '0') }],
    ['TriggerAttestation', 'X', 'chr', { min: '22000', exec: () => ({ status: 202 }) }],
    ['AttestStatus', 'G', 'int', { min: '22000', read: () => '1' }],
    ['GetAttestReport', 'G', 'chr', { min: '22000', read: () => undefined }],
  ]),
  ...provider(update, {}, [
    ['ApprovedUpdates/{update}', 'ADG', 'node'],
    ['InstalledUpdates/{update}', 'G', 'node', { list: (m) => fact(m, 'installedUpdates') }],
    ['InstallableUpdates/{update}', 'G', 'node', { list: (m) => fact(m, 'installableUpdates') }],
    ['FailedUpdates/{update}', 'G', 'node', { list: (m) => fact(m, 'failedUpdates') }],
    ['FailedUpdates/{update}/HResult', 'G', 'int', () => String(0x80240022 | 0)],
    ['FailedUpdates/{update}/State', 'G', 'int', () => '5'],
    ['PendingRebootUpdates', 'G', 'node'],
    ['LastSuccessfulScanTime', 'G', 'chr', (m) => m.state.lastSessionAt],
    ['DeferUpgrade', 'GR', 'chr'],
    ['Rollback/QualityUpdate', 'X', 'null', { exec: () => ({ status: 202 }) }],
    ['Rollback/FeatureUpdate', 'X', 'null', { exec: () => ({ status: 202 }) }],
  ]),
  ...provider('./Device/Vendor/MSFT/WindowsLicensing', { min: '10586' }, [
    ['Edition', 'G', 'int', ({ profile }) => String(profile.edition)],
    ['Status', 'G', 'int', (m) => String(fact(m, 'licenceStatus'))],
    ['LicenseKeyType', 'G', 'chr', () => 'Retail'],
    ['UpgradeEditionWithProductKey', 'X', 'chr', { exec: changeKey }],
    ['ChangeProductKey', 'X', 'chr', { min: '15063', exec: changeKey }],
    ['CheckApplicability', 'X', 'chr', { exec: changeKey }],
    ['Subscriptions', 'G', 'node', { min: '14393' }],
    ['SMode/Status', 'G', 'int', { min: '17763', read: () => '0' }],
  ]),
  ...provider('./Device/Vendor/MSFT/DeviceManageability', { min: '14393' }, [
    [
      'Capabilities/CSPVersions',
      'G',
      'xml',
      () => '<Csps><Csp Node="DevDetail" Version="1.2"/></Csps>',
    ],
    ['Provider/{id}', 'ADG', 'node', { min: '17134' }],
    ['Provider/{id}/ConfigInfo', 'ADGR', 'chr'],
    ['Provider/{id}/EnrollmentInfo', 'ADGR', 'chr'],
  ]),
]

/** Collects what the definition asks for, and puts it at its SasUrl: that is only written down. */
function collect(machine: Machine, definition: string): Outcome {
  const id = /<ID>\s*([^<\s]+)\s*<\/ID>/.exec(definition)?.[1]
  if (!/<Collection[\s>]/.test(definition) || id === undefined) return badArgument
  if (!/<SasUrl>/.test(definition)) return badArgument
  machine.state.outcomes['archive'] = id
  startJob(machine, 'collectLogs', collectMinutes, id)
  return { status: 202 }
}

function archiveResults(machine: Machine): string | undefined {
  const id = machine.state.outcomes['archive']
  if (id === undefined || isUnderWay(machine, 'collectLogs')) return undefined
  return `<Collection HRESULT="0"><ID>${id}</ID></Collection>`
}

function snap(_machine: Machine, data: string): Outcome {
  return data === 'SNAP' ? ok : badArgument
}

function changeKey(_machine: Machine, key: string): Outcome {
  return /^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$/i.test(key)
    ? ok
    : { status: 500, originalError: '0xC004F050' } // the key is not one
}
