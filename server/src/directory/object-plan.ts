import type { SyncCounts } from '@mooring/contract/directory'
import type { OrganizationId } from '../platform/organization-id.ts'

export type PlanSetting = {
  readonly organization: OrganizationId
  /** The number of the full round that is under way or was last. */
  readonly generation: number
  readonly now: Date
  readonly newId: () => string
}

/** An object that cannot be taken over, and why. */
export type Problem = {
  readonly kind: 'user' | 'group' | 'membership'
  readonly entraId: string | undefined
  readonly code: 'unreadableProperty' | 'nameMissing' | 'unreadableMembers'
  readonly values: Readonly<Record<string, string | number>>
}

/** What users and groups have in common, as far as planning goes. */
type ObjectRecord = {
  readonly state: 'active' | 'disabled' | 'removed'
  readonly generation: number
  readonly changed_at: Date
}

/** What a page makes of the objects it speaks of. */
export type ObjectPlan<R> = {
  readonly writes: readonly R[]
  /** Seen and unchanged: only their generation moves. */
  readonly seen: readonly string[]
  /** Gone for good: the row and its memberships go. */
  readonly purges: readonly string[]
  readonly counts: SyncCounts['users']
}

/** Whether two rows tell the same; when each was seen does not matter. */
export function isSame<R extends ObjectRecord>(before: R, after: R): boolean {
  const names = Object.keys(after) as (keyof R)[] // the keys of an R
  return names.every((name) => {
    if (name === 'generation' || name === 'changed_at') return true
    return JSON.stringify(before[name]) === JSON.stringify(after[name])
  })
}

/** An object that is no longer in Entra's list but may come back: hidden, and kept. */
export function hide<R extends ObjectRecord & { readonly removed_at: Date | null }>(
  before: R,
  now: Date,
): R {
  return before.state === 'removed'
    ? before
    : { ...before, state: 'removed', removed_at: now, changed_at: now }
}

/** Counts the difference between before and after, so that a replay counts nothing. */
export function sumUp<R extends ObjectRecord>(
  existing: ReadonlyMap<string, R>,
  after: ReadonlyMap<string, R | undefined>,
): ObjectPlan<R> {
  const counts = { created: 0, updated: 0, disabled: 0, removed: 0, restored: 0, failed: 0 }
  const writes: R[] = []
  const seen: string[] = []
  const purges: string[] = []
  for (const [id, object] of after) {
    const before = existing.get(id)
    if (!object) {
      if (before) purges.push(id)
      if (before && before.state !== 'removed') counts.removed += 1
      continue
    }
    if (before && isSame(before, object)) {
      if (before.generation !== object.generation) seen.push(id)
      continue
    }
    writes.push(object)
    counts[whatHappened(before, object)] += 1
  }
  return { writes, seen, purges, counts }
}

function whatHappened(before: ObjectRecord | undefined, after: ObjectRecord) {
  if (!before) return 'created'
  if (after.state === 'removed') return 'removed'
  if (before.state === 'removed') return 'restored'
  return before.state === 'active' && after.state === 'disabled' ? 'disabled' : 'updated'
}

/** A synchronised value after a change: what came replaces, `null` clears, what did not come stays. */
export function taken<T, Empty>(
  came: T | null | undefined,
  kept: T | undefined,
  empty: Empty,
): T | Empty {
  return came === undefined ? (kept ?? empty) : (came ?? empty)
}
