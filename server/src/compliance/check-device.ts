import type { ComplianceCheck } from '@mooring/contract/compliance'
import { TRAIT_NODES } from '@mooring/contract/device-traits'
import { type Evidence, told } from './evidence.ts'
import { judgeBuild } from './judge-build.ts'

/** What one check finds. `turnsAt`: when passing time alone will change the answer, in milliseconds. */
export type Checked = {
  readonly answer: 'met' | 'broken' | 'unknown'
  /** The nodes it looked at. */
  readonly nodes: readonly string[]
  readonly turnsAt?: number
}

const VENDOR = './Device/Vendor/MSFT/'
const LOCK = `${VENDOR}Policy/Result/DeviceLock/`
const PASSWORD_NODE = `${LOCK}DevicePasswordEnabled`
const LENGTH_NODE = `${LOCK}MinDevicePasswordLength`
const ENCRYPTION_STATUS = `${VENDOR}BitLocker/Status/DeviceEncryptionStatus`
const THREATS_NODE = `${VENDOR}Defender/Health/ComputerState`

const DAY_MS = 24 * 3600_000
/**
 * Right after it has started, Windows says of its guards that they are snoozed: that counts when a later
 * reading finds the same.
 */
const SNOOZED = '3'
const CONFIRMED_MS = 30 * 60_000

/** Looks at a device for what a rule asks. Nothing told is no answer, and never a bad one. */
export function checkDevice(asked: ComplianceCheck, evidence: Evidence, now: number): Checked {
  const { traits } = evidence
  switch (asked.kind) {
    case 'encrypted':
      return asTold(traits.encrypted, [TRAIT_NODES.encryption, ENCRYPTION_STATUS])
    case 'secureBoot':
      return asTold(traits.secureBoot, [TRAIT_NODES.secureBoot])
    case 'tpm':
      return asTold(traits.tpm && traits.tpm === '2.0', [TRAIT_NODES.tpm])
    case 'firewall':
      return asGuard(traits.firewall, TRAIT_NODES.firewall, evidence)
    case 'antivirus':
      return asGuard(traits.antivirus, TRAIT_NODES.antivirus, evidence)
    case 'signatures': {
      const nodes = [TRAIT_NODES.antivirusSignatures, TRAIT_NODES.signatureVersion]
      const current = asTold(traits.signatures, nodes)
      if (current.answer === 'broken') return current
      const aged = asAge(evidence, TRAIT_NODES.signatureVersion, { days: asked.days, now })
      return aged.answer === 'unknown' ? current : { ...aged, nodes }
    }
    case 'threats': {
      const state = told(evidence, THREATS_NODE)
      return asTold(/^\d+$/.test(state ?? '') ? Number(state) === 0 : null, [THREATS_NODE])
    }
    case 'build':
      return asTold(judgeBuild(traits.build, asked), [TRAIT_NODES.build])
    case 'updates':
      return asAge(evidence, TRAIT_NODES.build, { days: asked.days, now })
    case 'password':
      return checkPassword(asked.length, evidence)
    case 'seen': {
      const turnsAt = evidence.seenAt + asked.days * DAY_MS
      return turnsAt > now ? { answer: 'met', nodes: [], turnsAt } : { answer: 'broken', nodes: [] }
    }
    case 'application': {
      const { applications } = evidence
      if (!applications) return { answer: 'unknown', nodes: [] }
      const wanted = asked.name.toLowerCase()
      const isThere = applications.some((name) => name.toLowerCase().includes(wanted))
      return asTold(isThere === (asked.mustBe === 'present'), [])
    }
  }
}

function asTold(good: boolean | null, nodes: readonly string[]): Checked {
  return { answer: good === null ? 'unknown' : good ? 'met' : 'broken', nodes }
}

function asGuard(good: boolean | null, node: string, evidence: Evidence): Checked {
  const { since } = evidence.facts[node] ?? {}
  const isConfirmed = since !== undefined && (evidence.readAt ?? since) - since >= CONFIRMED_MS
  if (told(evidence, node) === SNOOZED && !isConfirmed) return { answer: 'unknown', nodes: [node] }
  return asTold(good, [node])
}

/** Whether a value has changed within so many days. */
function asAge(
  evidence: Evidence,
  node: string,
  { days, now }: { readonly days: number; readonly now: number },
): Checked {
  const since = told(evidence, node) === undefined ? undefined : evidence.facts[node]?.since
  if (since === undefined) return { answer: 'unknown', nodes: [node] }
  const turnsAt = since + days * DAY_MS
  return turnsAt > now
    ? { answer: 'met', nodes: [node], turnsAt }
    : { answer: 'broken', nodes: [node] }
}

/** @see windows-mdm.md 6.3: 0 is on, and 1, which is the default, is off */
function checkPassword(length: number, evidence: Evidence): Checked {
  const nodes = [PASSWORD_NODE, LENGTH_NODE]
  const isOn = told(evidence, PASSWORD_NODE)
  if (isOn === '1') return { answer: 'broken', nodes }
  const least = told(evidence, LENGTH_NODE)
  if (isOn !== '0' || !/^\d{1,3}$/.test(least ?? '')) return { answer: 'unknown', nodes }
  return asTold(Number(least) >= length, nodes)
}
