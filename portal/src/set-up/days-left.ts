import type { Credential } from '@mooring/contract/connection'
import type { Tone } from '../ui/tone.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export type DaysLeft = { days: number; percent: number; tone: Tone }

/** How long a credential is still good, as a share of its life. Undefined where no end is known. */
export function daysLeft(credential: Credential, nowMs: number): DaysLeft | undefined {
  if (!credential.expiresAt) return undefined
  const endMs = Date.parse(credential.expiresAt)
  const wholeMs = Math.max(DAY_MS, endMs - Date.parse(credential.setAt))
  const leftMs = Math.max(0, endMs - nowMs)
  const days = Math.floor(leftMs / DAY_MS)
  const tone = days > 30 ? 'ok' : days > 7 ? 'attention' : 'wrong'
  return { days, percent: Math.min(100, (leftMs / wholeMs) * 100), tone }
}
