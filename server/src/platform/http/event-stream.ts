import type { Clock } from '../clock.ts'

export type EventParts<Value> = {
  readonly clock: Clock
  /** Of each event. */
  readonly name: string
  /** What is looked at, as it is now; `undefined` once it is gone. */
  readonly find: () => Promise<Value | undefined>
  /** Whether nothing will change any more. Left out: it always may. */
  readonly isOver?: (value: Value) => boolean
}

const POLL_MS = 500
/** Proxies close what is silent for half a minute or so. */
const HEARTBEAT_MS = 15_000
/** Whoever still looks on connects again, and is asked again who they are: a lost right ends soon. */
const LONGEST_MS = 55_000
/** Browsers would wait for seconds before they come again. */
const AGAIN_MS = 250

/**
 * Something each time it changes, as server-sent events, until it is over or a minute has almost passed.
 * Whoever stops listening stops the looking, too.
 *
 * @see HTML "Server-sent events" › 9.2.6 Interpreting an event stream
 */
export function streamEvents<Value>(parts: EventParts<Value>): AsyncIterable<string> {
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

async function* follow<Value>(
  { clock, name, find, isOver }: EventParts<Value>,
  gone: AbortSignal,
): AsyncGenerator<string> {
  let told = ''
  const beganAt = clock.now()
  let toldAt = beganAt
  yield `retry: ${AGAIN_MS}\n\n`
  while (!gone.aborted && clock.now().getTime() - beganAt.getTime() < LONGEST_MS) {
    const value = await find()
    if (value === undefined) return
    const text = `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`
    if (text !== told) {
      told = text
      toldAt = clock.now()
      yield text
    }
    if (isOver?.(value)) return
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
