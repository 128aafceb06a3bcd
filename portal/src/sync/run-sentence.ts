import type { SyncRun } from '@mooring/contract/directory'
import { isUnderWay, runKind, wasStopped } from './run-tone.ts'

/** Which sentence says how a run stands. */
export function sentenceOf(run: SyncRun) {
  const { state } = run
  const kind = runKind(run)
  if (kind !== 'run' && isUnderWay(run)) return 'dryUnderWay'
  if (kind !== 'run' && state === 'succeeded') return kind === 'preview' ? 'preview' : 'dry'
  if (state === 'cancelled' && wasStopped(run)) return 'givenUp'
  return state
}
