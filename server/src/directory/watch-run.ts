import type { SyncRun } from '@mooring/contract/directory'
import type { Clock } from '../platform/clock.ts'
import { streamEvents } from '../platform/http/event-stream.ts'

export type WatchParts = {
  readonly clock: Clock
  /** The run as it is now; `undefined` once it is gone. */
  readonly find: () => Promise<SyncRun | undefined>
}

/** A run each time it moves, as server-sent events, until it is over. */
export function watchRun(parts: WatchParts): AsyncIterable<string> {
  return streamEvents({ ...parts, name: 'run', isOver })
}

function isOver({ state }: SyncRun): boolean {
  switch (state) {
    case 'queued':
    case 'running':
      return false
    case 'held':
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return true
  }
}
