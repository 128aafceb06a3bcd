import type { SyncRun, SyncRunState } from '@mooring/contract/directory'
import type { Tone } from '../ui/tone.ts'

export const RUN_TONES = {
  queued: 'busy',
  running: 'busy',
  held: 'attention',
  succeeded: 'ok',
  failed: 'wrong',
  cancelled: 'off',
} satisfies Record<SyncRunState, Tone>

export const isUnderWay = (run: SyncRun | undefined) =>
  run?.state === 'queued' || run?.state === 'running'

/** Held by the brake, and not approved: it did nothing of what it lists. */
export const wasStopped = ({ state, holds, decision }: SyncRun) =>
  state === 'held' || (state === 'cancelled' && holds.length > 0 && decision?.kind !== 'approved')

/** Whether what a run lists has happened, or would happen. */
export const isHypothetical = (run: SyncRun) => run.dryRun || wasStopped(run)

/** What sort of run its words are about. */
export type RunKind = 'run' | 'dryRun' | 'preview'
export function runKind({ dryRun, trigger }: SyncRun): RunKind {
  if (trigger === 'preview') return 'preview'
  return dryRun ? 'dryRun' : 'run'
}
