import type { Finding, Verdict } from '@mooring/contract/compliance'
import type { Tone } from '../ui/tone.ts'

export const VERDICT_TONES = {
  compliant: 'ok',
  inGrace: 'attention',
  nonCompliant: 'wrong',
  unknown: 'unknown',
  notEvaluated: 'off',
} as const satisfies Record<Verdict, Tone>

export const FINDING_TONES = {
  met: 'ok',
  inGrace: 'attention',
  violated: 'wrong',
  unknown: 'unknown',
} as const satisfies Record<Finding['state'], Tone>
