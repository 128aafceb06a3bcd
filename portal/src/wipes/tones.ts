import type { WipeState } from '@mooring/contract/wipes'
import type { Tone } from '../ui/tone.ts'

export const WIPE_TONES = {
  awaitingApproval: 'attention',
  held: 'attention',
  released: 'ok',
  cancelled: 'off',
  expired: 'off',
} satisfies Record<WipeState, Tone>
