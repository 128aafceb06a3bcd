import { type ComplianceCheck, ComplianceRule, type Severity } from '@mooring/contract/compliance'

export type CheckKind = ComplianceCheck['kind']

export const CHECK_KINDS = [
  'encrypted',
  'secureBoot',
  'tpm',
  'firewall',
  'antivirus',
  'signatures',
  'threats',
  'build',
  'updates',
  'password',
  'seen',
  'application',
] as const satisfies readonly CheckKind[]

/** What the form holds: fields of every kind, as they were typed. */
export type Draft = {
  readonly kind: CheckKind
  readonly days: number | string
  readonly builds: string
  readonly length: number | string
  readonly name: string
  readonly mustBe: 'present' | 'absent'
  readonly graceDays: number | string
  readonly severity: Severity
}

export const WHOLE_DRAFT: Draft = {
  kind: 'encrypted',
  days: 14,
  builds: '',
  length: 6,
  name: '',
  mustBe: 'present',
  graceDays: 7,
  severity: 'medium',
}

/** The rule that a form asks for, under an id that none of the others has; undefined while it is not whole. */
export function readDraft(draft: Draft, taken: readonly string[]): ComplianceRule | undefined {
  const read = ComplianceRule.safeParse({
    id: freeId(draft.kind, taken),
    check: checkOf(draft),
    graceDays: toNumber(draft.graceDays),
    severity: draft.severity,
  })
  return read.success ? read.data : undefined
}

function checkOf({ kind, days, builds, length, name, mustBe }: Draft): object {
  switch (kind) {
    case 'signatures':
    case 'updates':
    case 'seen':
      return { kind, days: toNumber(days) ?? 0 }
    case 'build':
      return { kind, atLeast: builds.split(/[\s,;]+/).filter((build) => build !== '') }
    case 'password':
      return { kind, length: toNumber(length) ?? 0 }
    case 'application':
      return { kind, name, mustBe }
    default:
      return { kind }
  }
}

function freeId(kind: CheckKind, taken: readonly string[]): string {
  let id: string = kind
  for (let number = 2; taken.includes(id); number += 1) id = `${kind}-${number}`
  return id
}

/** An empty field is not a zero, which would mean something. */
const toNumber = (value: number | string) => (value === '' ? Number.NaN : Number(value))
