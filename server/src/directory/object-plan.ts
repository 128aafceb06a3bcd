import type { DirectorySettings } from '@mooring/contract/directory'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Change } from './directory-change.ts'

export type PlanSetting = {
  readonly organization: OrganizationId
  /** The number of the full round that is under way or was last. */
  readonly generation: number
  readonly round: 'full' | 'delta'
  readonly now: Date
  readonly newId: () => string
  readonly rules: DirectorySettings
  /** Whether another organization is connected to the same tenant: then settling decides who has whom. */
  readonly hasSiblings: boolean
  /** When the stream was last read to its end; `undefined` while everything comes for the first time. */
  readonly lastSuccessAt: Date | undefined
}

/** An object that cannot be taken over, and why. */
export type Problem = {
  readonly kind: 'user' | 'group' | 'membership' | 'device'
  readonly entraId: string | undefined
  readonly code: 'unreadableProperty' | 'nameMissing' | 'unreadableMembers'
  readonly values: Readonly<Record<string, string | number>>
}

/** What users, groups and devices have in common, as far as planning goes. */
type ObjectRecord = { readonly generation: number; readonly changed_at: Date }

/** What a page makes of the objects it speaks of. */
export type ObjectPlan<R> = {
  readonly writes: readonly R[]
  /** Seen and unchanged: only their generation moves. */
  readonly seen: readonly string[]
  readonly changes: readonly Change[]
  readonly problems: readonly Problem[]
}

/** Whether two rows tell the same; when each was seen does not matter. */
export function isSame<R extends ObjectRecord>(before: R, after: R): boolean {
  const names = Object.keys(after) as (keyof R)[] // the keys of an R
  return names.every((name) => {
    if (name === 'generation' || name === 'changed_at') return true
    return isSameValue(before[name], after[name])
  })
}

function isSameValue(was: unknown, is: unknown): boolean {
  if (was === is) return true
  return JSON.stringify(inOrder(was)) === JSON.stringify(inOrder(is))
}

/** The database gives an object's keys back in an order of its own. */
function inOrder(value: unknown): unknown {
  const isPlain = typeof value === 'object' && value !== null && !(value instanceof Date)
  return isPlain && !Array.isArray(value) ? Object.entries(value).toSorted() : value
}

/** The difference between before and after, so that a replay is none. */
export function sumUp<R extends ObjectRecord>(
  existing: ReadonlyMap<string, R>,
  after: ReadonlyMap<string, R | undefined>,
  tell: (before: R | undefined, after: R) => Change | undefined,
): Pick<ObjectPlan<R>, 'writes' | 'seen' | 'changes'> {
  const writes: R[] = []
  const seen: string[] = []
  const changes: Change[] = []
  for (const [id, object] of after) {
    if (!object) continue
    const before = existing.get(id)
    if (before && isSame(before, object)) {
      if (before.generation !== object.generation) seen.push(id)
      continue
    }
    writes.push(object)
    const change = tell(before, object)
    if (change) changes.push(change)
  }
  return { writes, seen, changes }
}

/** A synchronised value after a change: what came replaces, `null` clears, what did not come stays. */
export function taken<T, Empty>(
  came: T | null | undefined,
  kept: T | undefined,
  empty: Empty,
): T | Empty {
  return came === undefined ? (kept ?? empty) : (came ?? empty)
}
