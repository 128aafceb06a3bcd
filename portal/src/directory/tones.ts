import type { User } from '@mooring/contract/directory'
import type { Tone } from '../ui/tone.ts'

export const USER_TONES = {
  active: 'ok',
  disabled: 'off',
  removed: 'attention',
} satisfies Record<User['state'], Tone>
