import type {
  Hold,
  StreamName,
  StreamProgress,
  SyncCounts,
  SyncRun,
} from '@mooring/contract/directory'

/** Our id of a synchronisation. */
export type SyncRunId = `run_${string}`

export type SyncMode = SyncRun['mode']
export type SyncTrigger = SyncRun['trigger']

/** Where a run is; sums and rates are worked out when somebody asks. */
export type SyncProgress = {
  readonly phase: SyncRun['progress']['phase']
  /** RFC 3339; when the first request of a stream was made. */
  readonly readingSince: string | null
  readonly streams: readonly StreamProgress[]
}

/** A reason for which the removal brake holds a run, as code and values. */
export type RunHold = {
  readonly code: Hold['code']
  readonly values: Readonly<Record<string, string | number>>
}

/** What was decided about a run that was held. */
export type RunDecision = {
  readonly kind: 'approved' | 'cancelled' | 'superseded'
  readonly by: string
  /** RFC 3339. */
  readonly at: string
  readonly reason: string | null
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
  devices: NO_OBJECTS,
  memberships: { added: 0, removed: 0 },
}
export const NOT_STARTED: SyncProgress = { phase: 'waiting', readingSince: null, streams: [] }

export const waitingStream = (stream: StreamName): StreamProgress => ({
  stream,
  state: 'waiting',
  round: null,
  pages: 0,
  objects: 0,
  expected: null,
})

/** Whether a run changed anything that is counted. */
export const isChanged = (counts: SyncCounts): boolean =>
  JSON.stringify({
    users: told(counts.users),
    groups: told(counts.groups),
    devices: told(counts.devices),
    memberships: counts.memberships,
  }) !== JSON.stringify(NO_COUNTS)

/** Objects that could not be taken over changed nothing here. */
const told = (counts: SyncCounts['users']) => ({ ...counts, failed: 0 })

/** Adds two counts, number by number. */
export function addCounts(left: SyncCounts, right: SyncCounts): SyncCounts {
  return {
    users: addObjects(left.users, right.users),
    groups: addObjects(left.groups, right.groups),
    devices: addObjects(left.devices, right.devices),
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
