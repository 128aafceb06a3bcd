import type { Tpm } from './devices.ts'

/** What a device says of itself, by node, as far as it is looked at here. */
export type ToldFacts = Readonly<
  Record<string, { readonly value?: string | null | undefined; readonly code: number }>
>

/** What lists show of a device, and what they are filtered by. `null`: the device does not tell. */
export type DeviceTraits = {
  readonly name: string | null
  /** `10.0.26100.4349`. */
  readonly build: string | null
  /** Windows' number of the edition. */
  readonly edition: string | null
  readonly manufacturer: string | null
  readonly model: string | null
  readonly serialNumber: string | null
  /** The system drive. */
  readonly encrypted: boolean | null
  readonly secureBoot: boolean | null
  readonly tpm: Tpm | null
  readonly firewall: boolean | null
  readonly antivirus: boolean | null
  /** Whether the antivirus' signatures are up to date. */
  readonly signatures: boolean | null
  /** Of Defender: `1.441.88.0`. */
  readonly signatureVersion: string | null
  readonly freeStorageMb: number | null
  readonly totalStorageMb: number | null
}

const DETAIL = './DevDetail/Ext/Microsoft/'
const VENDOR = './Device/Vendor/MSFT/'
const STATUS = `${VENDOR}DeviceStatus/`
const HEALTH = `${VENDOR}Defender/Health/`

/** The nodes that traits are read from. */
export const TRAIT_NODES = {
  name: `${DETAIL}DeviceName`,
  build: './DevDetail/SwV',
  edition: `${STATUS}OS/Edition`,
  manufacturer: './DevInfo/Man',
  model: './DevInfo/Mod',
  serialNumber: `${DETAIL}SMBIOSSerialNumber`,
  encryption: `${STATUS}Compliance/EncryptionCompliance`,
  secureBoot: `${STATUS}SecureBootState`,
  tpm: `${STATUS}TPM/SpecificationVersion`,
  firewall: `${STATUS}Firewall/Status`,
  antivirus: `${STATUS}Antivirus/Status`,
  antivirusSignatures: `${STATUS}Antivirus/SignatureStatus`,
  defender: `${HEALTH}DefenderEnabled`,
  realTime: `${HEALTH}RtpEnabled`,
  signaturesOutdated: `${HEALTH}SignatureOutOfDate`,
  signatureVersion: `${HEALTH}SignatureVersion`,
  freeStorage: `${DETAIL}FreeStorage`,
  totalStorage: `${DETAIL}TotalStorage`,
} as const

const LONGEST = 300

/**
 * Reads what a device told into what lists know. A value that Microsoft does not document counts as not
 * told.
 *
 * @see windows-mdm.md 6.1, 6.2
 */
export function readTraits(facts: ToldFacts): DeviceTraits {
  const text = (node: keyof typeof TRAIT_NODES): string | null => {
    const uri = TRAIT_NODES[node]
    const fact = Object.hasOwn(facts, uri) ? facts[uri] : undefined
    if (!fact || fact.code < 200 || fact.code >= 300) return null
    return clean(fact.value ?? '') || null
  }
  const answer = (node: keyof typeof TRAIT_NODES, meaning: Readonly<Record<string, boolean>>) =>
    meaning[asNumber(text(node) ?? '')] ?? null
  return {
    name: text('name'),
    build: text('build'),
    edition: text('edition'),
    manufacturer: text('manufacturer'),
    model: text('model'),
    serialNumber: text('serialNumber'),
    encrypted: answer('encryption', TRUTH),
    // 0: the firmware cannot; 2: it is switched off.
    secureBoot: answer('secureBoot', { 0: false, 1: true, 2: false }),
    tpm: readTpm(text('tpm')),
    firewall: answer('firewall', GUARD),
    // What Windows' security center says also holds for other makers' antivirus.
    antivirus:
      answer('antivirus', GUARD) ?? both(answer('defender', TRUTH), answer('realTime', TRUTH)),
    signatures:
      answer('antivirusSignatures', TRUTH) ?? answer('signaturesOutdated', { 0: true, 1: false }),
    signatureVersion: text('signatureVersion'),
    freeStorageMb: readMegabytes(text('freeStorage')),
    totalStorageMb: readMegabytes(text('totalStorage')),
  }
}

/** Windows writes a bool as `true`, and some nodes as `1`. */
function asNumber(text: string): string {
  const lower = text.toLowerCase()
  if (lower === 'true') return '1'
  return lower === 'false' ? '0' : lower
}

const TRUTH = { 0: false, 1: true }
/** 0 on, 1 off, 2 partly or not monitoring, 3 snoozed; 4: there is none to speak of. */
const GUARD = { 0: true, 1: false, 2: false, 3: false }

const both = (one: boolean | null, other: boolean | null) =>
  one === false || other === false ? false : one === null ? null : (other ?? one)

function readTpm(text: string | null): Tpm | null {
  if (text === null) return null
  if (text.startsWith('2.0')) return '2.0'
  if (text.startsWith('1.')) return '1.2'
  return /^not supported/i.test(text) ? 'none' : null
}

/** More than a column holds is no size of a drive. */
const MOST_MEGABYTES = 2_000_000_000

function readMegabytes(text: string | null): number | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null
  const megabytes = Number(text)
  return megabytes <= MOST_MEGABYTES ? megabytes : null
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those that no name has.
const CONTROL = /[\u0000-\u001f\u007f]/g

/** A device says whatever it likes: what lists keep of it is short, and text that a database takes. */
const clean = (value: string) => value.slice(0, LONGEST).replace(CONTROL, ' ').trim().toWellFormed()
