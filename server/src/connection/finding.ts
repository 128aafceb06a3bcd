import type { CheckState } from '@mooring/contract/connection'

/**
 * What one check of the connection found, as codes and values. The words are added when somebody
 * reads it: texts `check.<id>.title` and `finding.<code>.detail` / `.remedy`, or, for Microsoft's and
 * the network's codes, `trouble.<code>.detail` / `.remedy`.
 */
export type Finding = {
  readonly id: string
  readonly state: CheckState
  /** `granted`, `missing`, `AADSTS7000215`, `dnsFailed` … */
  readonly code: string
  readonly values?: Readonly<Record<string, string | number>>
  readonly microsoftTraceId?: string
}

/** What the last check found. */
export type Findings = {
  readonly checkedAt: Date
  readonly tenantName: string | undefined
  readonly findings: readonly Finding[]
}

/** `failed` when something failed, `warning` when something warns, otherwise `ok`. */
export function overallState(findings: readonly Finding[]): 'ok' | 'warning' | 'failed' {
  if (findings.some((finding) => finding.state === 'failed')) return 'failed'
  return findings.some((finding) => finding.state === 'warning') ? 'warning' : 'ok'
}
