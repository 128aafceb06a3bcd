import type { PushOutcome } from '@mooring/contract/push'
import type { Tone } from '../ui/tone.ts'

/** How a call went, at a glance. */
export const PUSH_TONE: Readonly<Record<PushOutcome, Tone>> = {
  received: 'ok',
  dropped: 'attention',
  throttled: 'attention',
  channelGone: 'attention',
  noChannel: 'attention',
  forbidden: 'wrong',
  credentialsRefused: 'wrong',
  rejected: 'wrong',
  unavailable: 'attention',
}
