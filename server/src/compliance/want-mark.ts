import type { ComplianceSettings, EntraMark, Verdict } from '@mooring/contract/compliance'

/** What of a device decides what Entra is to know, besides its verdict. */
export type Marked = {
  readonly state: 'enrolled' | 'unenrolled' | 'wiped'
  readonly entraDeviceId: string | null
  /** What Entra was told last. */
  readonly told: EntraMark | null
}

/**
 * What Entra is to know of a device; `null`: nothing from us.
 *
 * Grace counts as compliant: that is what it is for. Whoever was told of a device is also told when it is
 * ours no more.
 */
export function wantMark(
  { mode, untoldCounts }: Pick<ComplianceSettings, 'mode' | 'untoldCounts'>,
  { state, entraDeviceId, told }: Marked,
  verdict: Verdict,
): EntraMark | null {
  if (entraDeviceId === null || mode === 'reportOnly') return null
  if (mode === 'off' || state !== 'enrolled') return told === null ? null : 'unmanaged'
  switch (verdict) {
    case 'compliant':
    case 'inGrace':
      return 'compliant'
    case 'nonCompliant':
      return 'notCompliant'
    case 'unknown':
      return untoldCounts ? 'compliant' : 'notCompliant'
    case 'notEvaluated':
      return null
  }
}
