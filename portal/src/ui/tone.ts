import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconEyeOff,
  IconInfoCircle,
  IconProgress,
} from '@tabler/icons-react'

/** What a colour may mean. Colour is never alone: each tone has its icon, and a word stands beside. */
export type Tone = 'ok' | 'attention' | 'wrong' | 'unknown' | 'off' | 'busy' | 'info'

export const TONE_ICONS = {
  ok: IconCircleCheck,
  attention: IconAlertTriangle,
  wrong: IconCircleX,
  unknown: IconEyeOff,
  off: IconCircleDashed,
  busy: IconProgress,
  info: IconInfoCircle,
} satisfies Record<Tone, typeof IconCircleCheck>
