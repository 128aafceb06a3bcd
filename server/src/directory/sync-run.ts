import type { SyncCounts } from '@mooring/contract/directory'

/** Our id of a synchronisation. */
export type SyncRunId = `run_${string}`

export type SyncMode = 'delta' | 'full'
export type SyncTrigger = 'portal' | 'api' | 'cli' | 'schedule' | 'setUp'

export type SyncProgress = {
  readonly phase: 'waiting' | 'users' | 'groups' | 'finished'
  readonly pages: number
  readonly objects: number
  readonly expected: number | null
}

/** Why a run failed or waits, as codes and values; put into words when somebody reads it. */
export type RunProblem = {
  readonly code: string
  readonly values: Readonly<Record<string, string | number>>
  readonly microsoftTraceId?: string
  /** RFC 3339. */
  readonly at: string
}

const NO_OBJECTS = { created: 0, updated: 0, disabled: 0, removed: 0, restored: 0, failed: 0 }

export const NO_COUNTS: SyncCounts = {
  users: NO_OBJECTS,
  groups: NO_OBJECTS,
  memberships: { added: 0, removed: 0 },
}
export const NOT_STARTED: SyncProgress = { phase: 'waiting', pages: 0, objects: 0, expected: null }

/** Whether a run changed anything that is counted. */
export const isChanged = (counts: SyncCounts): boolean =>
  JSON.stringify({ ...counts, users: told(counts.users), groups: told(counts.groups) }) !==
  JSON.stringify(NO_COUNTS)

/** Objects that could not be taken over changed nothing here. */
const told = (counts: SyncCounts['users']) => ({ ...counts, failed: 0 })

/** Adds two counts, number by number. */
export function addCounts(left: SyncCounts, right: SyncCounts): SyncCounts {
  return {
    users: addObjects(left.users, right.users),
    groups: addObjects(left.groups, right.groups),
    memberships: {
      added: left.memberships.added + right.memberships.added,
      removed: left.memberships.removed + right.memberships.removed,
    },
  }
}

function addObjects(left: SyncCounts['users'], right: SyncCounts['users']): SyncCounts['users'] {
  return {
    created: left.created + right.created,
    updated: left.updated + right.updated,
    disabled: left.disabled + right.disabled,
    removed: left.removed + right.removed,
    restored: left.restored + right.restored,
    failed: left.failed + right.failed,
  }
}
