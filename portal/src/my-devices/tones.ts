import type { OwnRequest, OwnStanding } from '@mooring/contract/my-devices'
import type { Tone } from '../ui/tone.ts'

export const STANDING_TONES = {
  well: 'ok',
  new: 'busy',
  quiet: 'attention',
  lost: 'wrong',
  gone: 'off',
} satisfies Record<OwnStanding, Tone>

const REQUEST_TONES = {
  held: 'busy',
  queued: 'busy',
  sent: 'busy',
  succeeded: 'ok',
  failed: 'wrong',
  cancelled: 'off',
  expired: 'attention',
} satisfies Record<OwnRequest['state'], Tone>

type RequestView = { readonly state: OwnRequest['state'] | 'uncertain'; readonly tone: Tone }

/** How something that was asked stands, for somebody who does not want to know more. */
export function viewOf({ state, uncertain }: Pick<OwnRequest, 'state' | 'uncertain'>): RequestView {
  if (state === 'sent' && uncertain) return { state: 'uncertain', tone: 'attention' }
  return { state, tone: REQUEST_TONES[state] }
}

/** Whether something will change soon. */
export const isMoving = ({ state, uncertain }: Pick<OwnRequest, 'state' | 'uncertain'>) =>
  state === 'queued' || (state === 'sent' && !uncertain)
