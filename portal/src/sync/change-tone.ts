import type { ChangeKind } from '@mooring/contract/directory'
import type { Tone } from '../ui/tone.ts'

export const CHANGE_TONES = {
  created: 'ok',
  added: 'ok',
  restored: 'ok',
  enabled: 'ok',
  updated: 'info',
  disabled: 'attention',
  removed: 'wrong',
  purged: 'wrong',
} satisfies Record<ChangeKind, Tone>
