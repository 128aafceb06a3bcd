import { createHash } from 'node:crypto'
import { WIPE_LIMITS, type WipeLimits, type WipeState } from '@mooring/contract/wipes'
import type { Selectable } from 'kysely'
import type { Schema } from '../platform/schema.ts'

export type WipeRow = Selectable<Schema['wipe_requests']>

export const HOUR_MS = 60 * 60_000
export const DAY_MS = 24 * HOUR_MS
const MINUTE_MS = 60_000

/** `newcomer`: who asks has the right since less than a day. */
export type Beyond = 'personHour' | 'day' | 'newcomer'

/** What has been asked for already without a second person: devices. */
export type Spent = {
  readonly byPersonInHour: number
  readonly inDay: number
  readonly enrolled: number
  readonly isNewcomer: boolean
}

export type WipeJudgement = {
  /** Which limit it goes beyond, so that a second person has to approve. */
  readonly beyond: Beyond | null
  readonly holdUntil: Date
  readonly approveUntil: Date | null
}

/**
 * What stands between a request and its devices. One device within the limits goes at once; several wait,
 * so that somebody can take them back; beyond the limits somebody else has to look.
 *
 * @see sign-in-and-security.md 3.8
 */
export function judgeWipe(
  count: number,
  {
    spent,
    limits,
    now,
  }: { readonly spent: Spent; readonly limits: WipeLimits; readonly now: Date },
): WipeJudgement {
  const beyond = exceeds(count, spent, limits)
  const waits = count > 1 ? limits.holdMinutes * MINUTE_MS : 0
  return {
    beyond,
    holdUntil: new Date(now.getTime() + waits),
    approveUntil: beyond === null ? null : new Date(now.getTime() + DAY_MS),
  }
}

/** Which limit so many more would go beyond. */
export function exceeds(
  count: number,
  { byPersonInHour, inDay, enrolled, isNewcomer }: Spent,
  limits: WipeLimits,
): Beyond | null {
  if (isNewcomer) return 'newcomer'
  if (byPersonInHour + count > limits.perPersonHour) return 'personHour'
  return inDay + count > dayLimit(limits, enrolled) ? 'day' : null
}

/** Of a large organization one device in a hundred; where less was set on purpose, that counts. */
function dayLimit({ perDay }: WipeLimits, enrolled: number): number {
  if (perDay < WIPE_LIMITS.perDay) return perDay
  return Math.max(perDay, Math.floor(enrolled / 100))
}

/** How a request stands. It follows from what happened and the time; nobody has to be at work for it. */
export function stateOfWipe(row: WipeRow, now: Date): WipeState {
  if (row.cancelled_at) return 'cancelled'
  if (row.needs_approval && !row.approved_at) {
    return row.approve_until && row.approve_until <= now ? 'expired' : 'awaitingApproval'
  }
  return row.hold_until > now ? 'held' : 'released'
}

/** Names the very list: whoever approves has seen these devices, and no others. */
export function hashWipe(kind: string, devices: readonly string[]): string {
  const list = JSON.stringify([kind, [...devices].sort()])
  return createHash('sha256').update(list).digest('base64url')
}
