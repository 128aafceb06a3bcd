import type {
  ChangedObject,
  ChangeKind,
  StateReason,
  SyncCounts,
} from '@mooring/contract/directory'
import type { MemberKind } from './group-change.ts'
import { NO_COUNTS } from './sync-run.ts'

/** One real difference, as it goes into the feed. */
export type Change = {
  readonly object: ChangedObject
  readonly change: ChangeKind
  readonly entraId: string
  /** Our id of it. */
  readonly id: string | null
  readonly name: string | null
  readonly member?: { readonly entraId: string; readonly kind: MemberKind }
  readonly reason?: StateReason | null
  readonly fields?: ChangedFields
}

/** Before and after of each field that differs, as people read it. */
export type ChangedFields = Readonly<Record<string, readonly [string | null, string | null]>>

/**
 * Compares two rows field by field.
 *
 * @param names API name of each column that is told.
 */
export function diffFields<R>(
  before: R,
  after: R,
  names: Readonly<Partial<Record<keyof R, string>>>,
): ChangedFields {
  const found: Record<string, readonly [string | null, string | null]> = {}
  for (const [column, name] of Object.entries(names) as [keyof R, string][]) {
    const [was, is] = [toText(before[column]), toText(after[column])]
    if (was !== is) found[name] = [was, is]
  }
  return found
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(', ')
  if (value instanceof Date) return value.toISOString()
  return String(value)
}

type ObjectCounts = SyncCounts['users']

const COUNTED: Partial<Record<ChangeKind, keyof ObjectCounts>> = {
  created: 'created',
  updated: 'updated',
  // Somebody who may sign in again was locked before, and is no longer.
  enabled: 'updated',
  disabled: 'disabled',
  removed: 'removed',
  restored: 'restored',
}

const PLACES = { user: 'users', group: 'groups', device: 'devices' } as const

/** Counts changes, so that the counts and the feed can never differ. */
export function countChanges(changes: readonly Change[]): SyncCounts {
  // Parsed anew, so that no two of its parts are one object.
  const counts = JSON.parse(JSON.stringify(NO_COUNTS)) as Writable<SyncCounts>
  for (const { object, change } of changes) {
    if (object === 'membership') {
      if (change === 'added' || change === 'removed') counts.memberships[change] += 1
      continue
    }
    const counted = COUNTED[change]
    if (counted) counts[PLACES[object]][counted] += 1
  }
  return counts
}

type Writable<T> = { -readonly [K in keyof T]: Writable<T[K]> }
