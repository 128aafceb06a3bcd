import type { StreamProgress, SyncCounts, SyncRun } from '@mooring/contract/directory'

const OBJECTS = ['users', 'groups', 'devices'] as const

/** What a run changed: people, groups and devices together. */
export function changesOf({ counts }: SyncRun) {
  const sum = (...kinds: (keyof SyncCounts['users'])[]) =>
    OBJECTS.flatMap((object) => kinds.map((kind) => counts[object][kind])).reduce((a, b) => a + b)
  return {
    created: sum('created', 'restored'),
    changed: sum('updated', 'disabled'),
    removed: sum('removed'),
    failed: sum('failed'),
  }
}

/** How long a run took or has been at work; undefined before its start, and while it waits for somebody. */
export function runDurationMs(run: SyncRun, nowMs: number): number | undefined {
  if (!run.startedAt || (run.state === 'held' && !run.finishedAt)) return undefined
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) : nowMs
  return Math.max(0, endMs - Date.parse(run.startedAt))
}

/** How far a stream is; undefined where that cannot be known. */
export function percentOf({ state, objects, expected }: StreamProgress): number | undefined {
  if (state === 'waiting') return 0
  if (state === 'done') return 100
  // More objects than expected: the tenant has grown, and the expectation says nothing any more.
  if (expected === null || expected === 0 || objects > expected) return undefined
  // The last page may still bring some: done is said by the server.
  return Math.min(99, (objects / expected) * 100)
}

/** How far a run is over all its streams, for one short announcement; undefined if one is unknown. */
export function percentOfAll({ progress }: SyncRun): number | undefined {
  const { objects, expected } = progress
  if (expected === null || expected === 0 || objects > expected) return undefined
  return (objects / expected) * 100
}

/** How long a run may still take; undefined where the server does not know. */
export function remainingMs({ progress }: SyncRun, nowMs: number): number | undefined {
  if (!progress.estimatedEndAt) return undefined
  return Math.max(0, Date.parse(progress.estimatedEndAt) - nowMs)
}
