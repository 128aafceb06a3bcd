import { POLL_SCHEDULE } from '@mooring/contract/poll-schedule'

const MINUTE_MS = 60_000

export type Visit = {
  /** Until when the device comes if it is on; earlier when somebody signs in. */
  readonly at: Date
  /** That has passed: the device is off, asleep or offline. */
  readonly isLate: boolean
}

type Given = { readonly enrolledAt: string; readonly lastSeenAt: string | null }

/** When a device is to be expected next. */
export function nextVisit({ enrolledAt, lastSeenAt }: Given, nowMs: number): Visit {
  const enrolledMs = Date.parse(enrolledAt)
  const lastMs = Math.max(enrolledMs, lastSeenAt === null ? 0 : Date.parse(lastSeenAt))
  const intervalMs = intervalAt(lastMs - enrolledMs) * MINUTE_MS
  const atMs = lastMs + intervalMs
  // "Last seen" is written for many devices at once, a little later.
  return { at: new Date(atMs), isLate: nowMs > atMs + Math.max(intervalMs / 2, 2 * MINUTE_MS) }
}

function intervalAt(ageMs: number): number {
  let endMs = 0
  for (const { times, minutes } of [POLL_SCHEDULE.first, POLL_SCHEDULE.second]) {
    endMs += times * minutes * MINUTE_MS
    if (ageMs < endMs) return minutes
  }
  return POLL_SCHEDULE.afterwardsMinutes
}
