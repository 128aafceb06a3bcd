import type { WipeState } from '@mooring/contract/wipes'
import type { Tone } from '../ui/tone.ts'
import type { DeviceProgress } from './wipe-standing.ts'

export const WIPE_TONES = {
  awaitingApproval: 'attention',
  held: 'attention',
  released: 'ok',
  cancelled: 'off',
  expired: 'off',
} satisfies Record<WipeState, Tone>

/** That a device agreed is what was wanted, however much it lost. */
export const PROGRESS_TONES = {
  held: 'attention',
  queued: 'busy',
  sent: 'busy',
  succeeded: 'ok',
  failed: 'wrong',
  cancelled: 'off',
  expired: 'attention',
} satisfies Record<DeviceProgress, Tone>
