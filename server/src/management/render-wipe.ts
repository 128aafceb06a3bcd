import type { Wipe, WipeDetail, WipeGuard } from '@mooring/contract/wipes'
import { stateOfWipe, type WipeRow } from './judge-wipe.ts'
import type { GuardRow } from './wipes-store.ts'

/** A request as lists show it. */
export function toWipe(row: WipeRow, now: Date): Wipe {
  return {
    id: row.id,
    kind: row.kind as WipeDetail['kind'], // written by createWipe only
    state: stateOfWipe(row, now),
    deviceCount: row.device_count,
    listHash: row.list_hash,
    reason: row.reason,
    requested: {
      id: row.requested_by,
      name: row.requested_name,
      at: row.requested_at.toISOString(),
    },
    beyond: row.beyond,
    holdUntil: row.hold_until.toISOString(),
    approveUntil: row.approve_until?.toISOString() ?? null,
    approved: toPerson(row.approved_name, row.approved_at),
    cancelled: toPerson(row.cancelled_name, row.cancelled_at),
  }
}

/** The guard of an organization. */
export function toGuard(row: GuardRow): WipeGuard {
  return {
    limits: {
      perPersonHour: row.per_person_hour,
      perDay: row.per_day,
      holdMinutes: row.hold_minutes,
    },
    frozen: toPerson(row.frozen_by, row.frozen_at),
    thawAsked: toPerson(row.thaw_asked_name, row.thaw_asked_at),
  }
}

const toPerson = (name: string | null, at: Date | null) =>
  name === null || at === null ? null : { name, at: at.toISOString() }
