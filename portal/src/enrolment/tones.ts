import type { CertificateAuthority } from '@mooring/contract/certificates'
import type { EnrolmentToken } from '@mooring/contract/enrolment'
import type { OutsideTest } from '@mooring/contract/enrolment-doctor'
import type { Tone } from '../ui/tone.ts'
import type { Standing, StepState } from './step-line.ts'

export const STANDING_TONES = {
  underWay: 'busy',
  stalled: 'attention',
  enrolled: 'ok',
  refused: 'wrong',
} satisfies Record<Standing, Tone>

export const STEP_TONES = {
  done: 'ok',
  refused: 'wrong',
  now: 'busy',
  later: 'off',
  unseen: 'unknown',
} satisfies Record<StepState, Tone>

export const TOKEN_TONES = {
  valid: 'ok',
  used: 'off',
  expired: 'off',
  revoked: 'wrong',
} satisfies Record<EnrolmentToken['state'], Tone>

export const AUTHORITY_TONES = {
  next: 'info',
  active: 'ok',
  retired: 'off',
} satisfies Record<CertificateAuthority['state'], Tone>

export const OUTSIDE_TONES = {
  ok: 'ok',
  warning: 'attention',
  failed: 'wrong',
} satisfies Record<OutsideTest['state'], Tone>
