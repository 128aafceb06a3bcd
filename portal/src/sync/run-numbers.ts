import type { SyncRun } from '@mooring/contract/directory'

/** What a run changed, people and groups together. */
export function changesOf({ counts }: SyncRun) {
  const { users, groups } = counts
  return {
    created: users.created + groups.created + users.restored + groups.restored,
    changed: users.updated + groups.updated + users.disabled + groups.disabled,
    removed: users.removed + groups.removed,
    failed: users.failed + groups.failed,
  }
}

/** How long a run took or has been at work; undefined before its start. */
export function runDurationMs(run: SyncRun, nowMs: number): number | undefined {
  if (!run.startedAt) return undefined
  const endMs = run.finishedAt ? Date.parse(run.finishedAt) : nowMs
  return Math.max(0, endMs - Date.parse(run.startedAt))
}

export type Estimate = {
  /** Objects read in a second; undefined while there is too little to go by. */
  perSecond: number | undefined
  percent: number | undefined
  remainingMs: number | undefined
}

/** A rate over less time than this would jump about. */
const SETTLED_MS = 3_000

/** How fast a run reads, and how long it may still take. Knows only what the server reports. */
export function estimate(run: SyncRun, nowMs: number): Estimate {
  const { objects, expected } = run.progress
  const spentMs = runDurationMs(run, nowMs) ?? 0
  const perSecond = spentMs >= SETTLED_MS && objects > 0 ? objects / (spentMs / 1000) : undefined
  // More objects than expected: the tenant has grown, and the expectation says nothing any more.
  const isUseful = expected !== null && expected > 0 && objects <= expected
  const percent = isUseful ? (objects / expected) * 100 : undefined
  const remainingMs =
    isUseful && perSecond !== undefined ? ((expected - objects) / perSecond) * 1000 : undefined
  return { perSecond, percent, remainingMs }
}
