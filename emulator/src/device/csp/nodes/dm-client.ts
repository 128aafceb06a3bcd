import type { DeviceEnrolment } from '../../provision.ts'
import { fact, type Machine } from '../machine.ts'
import {
  badArgument,
  type NodeDefinition,
  notAllowed,
  type Outcome,
  ok,
  provider,
  type Row,
} from '../node.ts'

const own = 'Provider/{id}'
const poll = [
  ['IntervalForFirstSetOfRetries', 'int', '15'],
  ['NumberOfFirstRetries', 'int', '10'],
  ['IntervalForSecondSetOfRetries', 'int', '0'],
  ['NumberOfSecondRetries', 'int', '0'],
  ['IntervalForRemainingScheduledRetries', 'int', '0'],
  ['NumberOfRemainingScheduledRetries', 'int', '0'],
  ['PollOnLogin', 'bool', 'false'],
  ['AllUsersPollOnFirstLogin', 'bool', 'false'],
] as const
const firstSync = [
  ['ExpectedPolicies', 'ADGR', 'chr'],
  ['ExpectedNetworkProfiles', 'ADGR', 'chr'],
  ['ExpectedMSIAppPackages', 'ADGR', 'chr'],
  ['ExpectedModernAppPackages', 'ADGR', 'chr'],
  ['ExpectedPFXCerts', 'ADGR', 'chr'],
  ['ExpectedSCEPCerts', 'ADGR', 'chr'],
  ['CustomErrorText', 'ADGR', 'chr'],
] as const
const forceToken = '22621 22000.739 19044.1766 19043.1766 19042.1766'

/**
 * DMClient: the enrolment as the server sees and changes it.
 * @see Windows "DMClient CSP"
 */
export const dmClient: readonly NodeDefinition[] = provider(
  './Device/Vendor/MSFT/DMClient',
  { min: '10240' },
  [
    ['Unenroll', 'GX', 'null', { exec: unenrol }],
    ['HWDevID', 'G', 'chr', { min: '16299', read: ({ profile }) => profile.hardwareId }],
    ['UpdateManagementServiceAddress', 'GR', 'chr', { keeps: false, onWrite: moveTo }],
    [own, 'ADG', 'node', { list: ({ enrolment }) => (enrolment ? [providerOf(enrolment)] : []) }],
    [`${own}/UPN`, 'AGR', 'chr', provisioned('UPN')],
    ...['EntDeviceName', 'EntDMID'].map(
      (name): Row => [`${own}/${name}`, 'ADGR', 'chr', provisioned(name)],
    ),
    ...[
      'ExchangeID',
      'PublisherDeviceID',
      'CommercialID',
      'HelpPhoneNumber',
      'HelpWebsite',
      'HelpEmailAddress',
      'SyncApplicationVersion',
      'SignedEntDMID',
      'CertRenewTimeStamp',
    ].map((name): Row => [`${own}/${name}`, 'ADGR', 'chr']),
    [`${own}/MaxSyncApplicationVersion`, 'G', 'chr', () => '5.0'],
    [`${own}/AADResourceID`, 'AGR', 'chr'],
    [`${own}/AADDeviceID`, 'G', 'chr', { min: '14393', read: (m) => m.entraDeviceId }],
    [`${own}/AADSendDeviceToken`, 'ADGR', 'bool', { min: '17134' }],
    // Defined as bool, with numbers for values: whatever Format comes is taken.
    [
      `${own}/ForceAadToken`,
      'ADGR',
      'null',
      { min: forceToken, values: ['0', '1', '2', '4', '8'] },
    ],
    [
      `${own}/EnrollmentType`,
      'G',
      'chr',
      { min: '14393', read: (m) => (m.enrolment?.store === 'System' ? 'Device' : 'Full') },
    ],
    [`${own}/HWDevID`, 'G', 'chr', { min: '14393', read: ({ profile }) => profile.hardwareId }],
    [
      `${own}/ManagementServiceAddress`,
      'GR',
      'chr',
      { read: ({ enrolment }) => enrolment?.account.address, keeps: false, onWrite: moveTo },
    ],
    [`${own}/ManagementServerAddressList`, 'GR', 'chr', { min: '14393', onWrite: checkList }],
    [`${own}/ManagementServerToUpgradeTo`, 'ADGR', 'chr', { min: '15063' }],
    [`${own}/RequireMessageSigning`, 'ADGR', 'bool', provisioned('RequireMessageSigning')],
    [
      `${own}/EnableOmaDmKeepAliveMessage`,
      'GR',
      'bool',
      { min: '10586', ...provisioned('EnableOmaDmKeepAliveMessage') },
    ],
    [`${own}/NumberOfDaysAfterLostContactToUnenroll`, 'ADGR', 'int', { min: '16299' }],
    [`${own}/Unenroll`, 'GX', 'null', { exec: unenrol }],
    [`${own}/Push/PFN`, 'ADGR', 'chr'],
    [`${own}/Push/ChannelURI`, 'G', 'chr', channel],
    [`${own}/Push/Status`, 'G', 'int', (machine) => (channel(machine) === undefined ? '4' : '0')],
    ...poll.map(
      ([name, format, initial]): Row => [
        `${own}/Poll/${name}`,
        'ADGR',
        format,
        { ...provisioned(`Poll/${name}`, initial), onWrite: restartSchedule },
      ],
    ),
    ...firstSync.map(
      ([name, access, format]): Row => [`${own}/FirstSyncStatus/${name}`, access, format],
    ),
    ...firstSyncFlags(`${own}/FirstSyncStatus`),
    ...['Title', 'BodyText', 'HyperlinkHref', 'HyperlinkText'].map(
      (name): Row => [
        `${own}/CustomEnrollmentCompletePage/${name}`,
        'ADGR',
        'chr',
        { min: '15063' },
      ],
    ),
    [`${own}/ConfigLock/Lock`, 'ADGR', 'int', { min: '22000', values: ['0', '1'] }],
    [`${own}/ConfigLock/UnlockDuration`, 'ADGR', 'int', { min: '22000' }],
    [`${own}/ConfigLock/SecureCore`, 'G', 'bool', { min: '22000', read: () => 'false' }],
    [`${own}/Recovery/AllowRecovery`, 'GR', 'int', { min: '22621 22000.1165', initial: '0' }],
    [
      `${own}/Recovery/InitiateRecovery`,
      'X',
      'int',
      { min: '22621 22000.1165', exec: () => ({ status: 202 }) },
    ],
    [`${own}/Recovery/RecoveryStatus`, 'G', 'int', { min: '22621 22000.1165', read: () => '0' }],
    [`${own}/ConfigRefresh/Enabled`, 'ADGR', 'bool', { min: '22621.3235 22000.2836' }],
    [
      `${own}/ConfigRefresh/Cadence`,
      'ADGR',
      'int',
      { min: '22621.3235 22000.2836', initial: '90', range: [30, 1440] },
    ],
  ],
)

/** The user's part: the status page knows it. */
export const dmClientOfUser: readonly NodeDefinition[] = provider(
  './User/Vendor/MSFT/DMClient',
  {},
  [
    [own, 'ADG', 'node'],
    [`${own}/FirstSyncStatus`, 'ADG', 'node'],
    ...firstSyncFlags(`${own}/FirstSyncStatus`),
  ],
)

function firstSyncFlags(root: string): Row[] {
  return [
    [`${root}/TimeOutUntilSyncFailure`, 'GR', 'int', { initial: '60', range: [1, 1440] }],
    [`${root}/ServerHasFinishedProvisioning`, 'GR', 'bool', { initial: 'false', onWrite: once }],
    [`${root}/IsSyncDone`, 'GR', 'bool', { initial: 'false', onWrite: once }],
    [`${root}/WasDeviceSuccessfullyProvisioned`, 'GR', 'int', { initial: '2' }],
    [`${root}/BlockInStatusPage`, 'GR', 'int', { min: '17134', initial: '0', range: [0, 7] }],
    [`${root}/AllowCollectLogsButton`, 'GR', 'bool', { min: '17134', initial: 'false' }],
    [`${root}/SkipDeviceStatusPage`, 'GR', 'bool', { min: '17134', initial: 'true' }],
    [`${root}/SkipUserStatusPage`, 'GR', 'bool', { min: '17134', initial: 'true' }],
  ]
}

/** Goes from false to true only. */
function once(_machine: Machine, value: string | undefined): Outcome | undefined {
  return value === 'true' ? undefined : notAllowed
}

/** What the enrolment's document said, as long as nothing else was written. */
function provisioned(name: string, initial?: string) {
  return {
    read: ({ enrolment }: Machine) => {
      const value = enrolment?.dmClient[name]
      return value === undefined ? initial : String(value)
    },
  }
}

function providerOf({ account }: DeviceEnrolment): string {
  return account.providerId
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^/\s]+/i.test(text) && URL.canParse(text)
}

/** The next session goes to the new address. */
function moveTo(machine: Machine, value: string | undefined): Outcome {
  const { enrolment } = machine
  if (!enrolment || value === undefined || !isUrl(value)) return badArgument
  machine.enrolment = { ...enrolment, account: { ...enrolment.account, address: value } }
  return ok
}

/** Addresses in brackets: `<URL1><URL2>`. Empty: none. */
export function readAddressList(value: string): string[] | undefined {
  const addresses = [...value.matchAll(/<([^<>]*)>/g)].map(([, url = '']) => url)
  const isWhole = addresses.map((url) => `<${url}>`).join('') === value.trim()
  return isWhole && addresses.every(isUrl) ? addresses : undefined
}

function checkList(_machine: Machine, value: string | undefined): Outcome | undefined {
  return readAddressList(value ?? '') ? undefined : badArgument
}

function restartSchedule({ state }: Machine): undefined {
  state.polls = 0
}

function channel(machine: Machine): string | undefined {
  const { state, enrolment, profile, push } = machine
  const pfn = Object.values(state.written).find(({ path }) => path.endsWith('/Push/PFN'))
  if (!enrolment || !pfn || !fact(machine, 'pushWorks')) return undefined
  if (push) return push.openChannel(profile.hardwareId, pfn.value)
  return `https://db5p.notify.windows.com/?token=${profile.hardwareId.slice(0, 32)}`
}

/** The data is the provider's id. The device says goodbye with an alert, and then forgets. */
function unenrol(machine: Machine, data: string, [id]: readonly string[]): Outcome {
  const { enrolment, state } = machine
  const wanted = data || id
  if (!enrolment || wanted !== enrolment.account.providerId) return { status: 404 }
  const wish = fact(machine, 'serverUnenrol')
  if (wish === 'refused') return notAllowed
  if (wish === 'works') state.unenrol = 'server'
  return ok
}
