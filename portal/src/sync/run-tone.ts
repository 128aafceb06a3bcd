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
