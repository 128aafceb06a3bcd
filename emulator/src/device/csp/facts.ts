/** An MSI product. */
export type InstalledMsi = {
  /** In braces. */
  readonly productCode: string
  readonly name: string
  readonly version: string
  readonly publisher: string
  readonly installDate: string
}

/** A packaged app. */
export type InstalledPackage = {
  readonly familyName: string
  readonly fullName: string
  readonly name: string
  readonly version: string
  readonly publisher: string
  readonly isStore: boolean
}

/** What Defender found. */
export type Threat = {
  readonly id: string
  readonly name: string
  /** 1, 2, 4, 5. */
  readonly severity: number
  readonly category: number
  /** 0 active … 6 quarantined, 7 removed. */
  readonly status: number
  readonly foundAt: string
}

type Guard = 'on' | 'off' | 'outdated' | 'snoozed' | 'notMonitored' | 'none'

/** How a PC goes wrong. */
export const sessionFaults = {
  neverAnswers: "takes the server's commands and is never heard of again",
  answersGarbage: 'sends something that is no message',
  losesAnswer: "the server's answer is lost once: the PC sends the same message again",
  losesStatus: 'commands are carried out, but what became of them does not reach the server',
  clockOff: "the PC's clock is three days ahead, from now on",
  clonedHardware: 'serial number, hardware id and network cards are those of a master image',
  slow: 'waits before each message: the fact slowMs, half a second',
  restartsMidSession: 'restarts after commands: a new session, and no status of the old one',
  repeatsMessage: 'sends each message twice although the first answer arrived',
} as const
export type SessionFault = keyof typeof sessionFaults

/** What is true of a PC. All of it can be set by name. */
export type DeviceFacts = {
  readonly faults: readonly SessionFault[]
  /** Who is signed in: the enrolled user, only others, nobody. */
  readonly signedIn: 'user' | 'others' | 'none'
  /** Whose Entra token comes along; undefined: the enrolled user's. */
  readonly tokenUser: string | undefined
  readonly bitLocker: 'on' | 'off' | 'suspended'
  /** Minutes until a drive is encrypted. */
  readonly encryptionMinutes: number
  readonly secureBoot: boolean | 'unsupported'
  readonly tpm: '2.0' | '1.2' | 'none'
  readonly antivirus: Guard
  readonly antispyware: Guard
  readonly firewall: 'on' | 'off' | 'partly' | 'snoozed' | 'none'
  readonly uac: boolean
  readonly realTimeProtection: boolean
  readonly tamperProtection: boolean
  readonly quickScanOverdue: boolean
  readonly fullScanOverdue: boolean
  readonly threats: readonly Threat[]
  /** Virtualization-based security, and what it protects. */
  readonly virtualizationBasedSecurity: boolean
  readonly credentialGuard: boolean
  readonly codeIntegrity: boolean
  readonly dmaProtection: boolean
  /** Whether Remote lock has a PIN to ask for. */
  readonly lockPin: boolean
  readonly isVirtualMachine: boolean
  readonly sMode: boolean
  readonly totalStorageMb: number
  readonly freeStorageMb: number
  readonly ramMb: number
  readonly ipAddress: string
  readonly batteryPercent: number | undefined
  readonly domainName: string
  /** 0 invalid, 1 genuine …: WindowsLicensing/Status. */
  readonly licenceStatus: number
  readonly msiProducts: readonly InstalledMsi[]
  readonly packages: readonly InstalledPackage[]
  /** Whether an MSI that is ordered gets installed. */
  readonly installs: 'succeed' | 'fail'
  readonly installableUpdates: readonly string[]
  readonly installedUpdates: readonly string[]
  readonly failedUpdates: readonly string[]
  /** Whether Windows gets a push channel. */
  readonly pushWorks: boolean
  /** Files and local accounts of people. */
  readonly userData: boolean
  /** Provisioning packages. */
  readonly provisionedData: boolean
  /** Status of `./User` commands while the enrolled user is not signed in. */
  readonly withoutUser: 405 | 500
  /** What becomes of Exec Unenroll: on Entra-joined PCs it is not settled. */
  readonly serverUnenrol: 'works' | 'silent' | 'refused'
  readonly renewNow: 'works' | 'refused'
  /** Whether the TLS connection shows the certificate. */
  readonly sendsCertificate: boolean
  readonly signatureHeader: 'MDM-Signature' | 'MS-Signature' | 'both'
  /** How long the fault `slow` waits. */
  readonly slowMs: number
  /** How far the PC's clock is off, milliseconds. */
  readonly clockOffMs: number
  /** What the header of a message promises to take. */
  readonly maxMsgSize: number | undefined
  readonly maxObjSize: number | undefined
  /** The longest message the PC writes: longer values go in pieces. Bytes. */
  readonly longestMessage: number
}

/** A healthy PC. */
export const usualFacts: DeviceFacts = {
  faults: [],
  signedIn: 'user',
  tokenUser: undefined,
  bitLocker: 'off',
  encryptionMinutes: 30,
  secureBoot: true,
  tpm: '2.0',
  antivirus: 'on',
  antispyware: 'on',
  firewall: 'on',
  uac: true,
  realTimeProtection: true,
  tamperProtection: true,
  quickScanOverdue: false,
  fullScanOverdue: false,
  threats: [],
  virtualizationBasedSecurity: true,
  credentialGuard: false,
  codeIntegrity: true,
  dmaProtection: true,
  lockPin: false,
  isVirtualMachine: false,
  sMode: false,
  totalStorageMb: 476_000,
  freeStorageMb: 310_000,
  ramMb: 16_384,
  ipAddress: '192.0.2.17',
  batteryPercent: 80,
  domainName: '',
  licenceStatus: 1,
  msiProducts: [
    {
      productCode: '{0F1C9B2E-6E0B-4B55-9D3A-3E1A7A6C1001}',
      name: 'Hafenstern Lotse',
      version: '4.2.1',
      publisher: 'Hafenstern Werft AG',
      installDate: '20260311',
    },
    {
      productCode: '{7A3D5C10-14F0-4E6A-8B0C-52B9E2D41002}',
      name: 'Werkzeugkasten',
      version: '11.0.3',
      publisher: 'Kontor Nord GmbH',
      installDate: '20260502',
    },
  ],
  packages: [
    {
      familyName: 'Microsoft.WindowsCalculator_8wekyb3d8bbwe',
      fullName: 'Microsoft.WindowsCalculator_11.2405.2.0_x64__8wekyb3d8bbwe',
      name: 'Microsoft.WindowsCalculator',
      version: '11.2405.2.0',
      publisher: 'CN=Microsoft Corporation',
      isStore: true,
    },
    {
      familyName: 'Hafenstern.Tidenkalender_q1w2e3r4t5y6u',
      fullName: 'Hafenstern.Tidenkalender_2.0.0.0_x64__q1w2e3r4t5y6u',
      name: 'Hafenstern.Tidenkalender',
      version: '2.0.0.0',
      publisher: 'CN=Hafenstern Werft AG',
      isStore: false,
    },
  ],
  installs: 'succeed',
  installableUpdates: [],
  installedUpdates: ['6d4f1b2a-5e7c-4a08-9f31-0c2d7be81001'],
  failedUpdates: [],
  pushWorks: true,
  userData: true,
  provisionedData: true,
  withoutUser: 500,
  serverUnenrol: 'works',
  renewNow: 'works',
  sendsCertificate: true,
  signatureHeader: 'MDM-Signature',
  slowMs: 500,
  clockOffMs: 0,
  maxMsgSize: undefined,
  maxObjSize: undefined,
  longestMessage: 512_000,
}
