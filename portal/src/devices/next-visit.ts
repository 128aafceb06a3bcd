import { POLL_SCHEDULE, type PollSchedule } from '@mooring/contract/poll-schedule'

const MINUTE_MS = 60_000

export type Visit = {
  /** Until when the device comes if it is on; earlier when somebody signs in. */
  readonly at: Date
  /** That has passed: the device is off, asleep or offline. */
  readonly isLate: boolean
}

type Given = { readonly enrolledAt: string; readonly lastSeenAt: string | null }

/** When a device is to be expected next. @param schedule its organization's */
export function nextVisit(
  { enrolledAt, lastSeenAt }: Given,
  nowMs: number,
  schedule: PollSchedule = POLL_SCHEDULE,
): Visit {
  const enrolledMs = Date.parse(enrolledAt)
  const lastMs = Math.max(enrolledMs, lastSeenAt === null ? 0 : Date.parse(lastSeenAt))
  const intervalMs = intervalAt(schedule, lastMs - enrolledMs) * MINUTE_MS
  const atMs = lastMs + intervalMs
  // "Last seen" is written for many devices at once, a little later.
  return { at: new Date(atMs), isLate: nowMs > atMs + Math.max(intervalMs / 2, 2 * MINUTE_MS) }
}

function intervalAt({ first, second, afterwardsMinutes }: PollSchedule, ageMs: number): number {
  let endMs = 0
  for (const { times, minutes } of [first, second]) {
    endMs += times * minutes * MINUTE_MS
    if (ageMs < endMs) return minutes
  }
  return afterwardsMinutes
}
