import type { SyncRun } from '@mooring/contract/directory'
import type { Clock } from '../platform/clock.ts'

export type WatchParts = {
  readonly clock: Clock
  /** The run as it is now; `undefined` once it is gone. */
  readonly find: () => Promise<SyncRun | undefined>
}

const POLL_MS = 500
/** Proxies close what is silent for half a minute or so. */
const HEARTBEAT_MS = 15_000
/** Whoever still looks on connects again, and is asked again who they are: a lost right ends soon. */
const LONGEST_MS = 55_000

/**
 * A run each time it moves, as server-sent events, until it is over or a minute has almost passed. Whoever
 * stops listening stops the looking, too.
 *
 * @see HTML "Server-sent events" › 9.2.6 Interpreting an event stream
 */
export function watchRun(parts: WatchParts): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const gone = new AbortController()
      const events = follow(parts, gone.signal)
      return {
        next: () => events.next(),
        return() {
          // A generator that waits hears of this only when it has waited.
          gone.abort()
          return events.return(undefined)
        },
      }
    },
  }
}

async function* follow({ clock, find }: WatchParts, gone: AbortSignal): AsyncGenerator<string> {
  let told = ''
  const beganAt = clock.now()
  let toldAt = beganAt
  while (!gone.aborted && clock.now().getTime() - beganAt.getTime() < LONGEST_MS) {
    const run = await find()
    if (!run) return
    const text = `event: run\ndata: ${JSON.stringify(run)}\n\n`
    if (text !== told) {
      told = text
      toldAt = clock.now()
      yield text
    }
    if (isOver(run)) return
    if (clock.now().getTime() - toldAt.getTime() >= HEARTBEAT_MS) {
      toldAt = clock.now()
      yield ': still here\n\n'
    }
    await clock.wait(POLL_MS, gone).catch(stopIfGone)
  }
  function stopIfGone(error: unknown): void {
    if (!gone.aborted) throw error
  }
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
