import { createHash } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Reply } from './http/reply.ts'
import type { Request } from './http/request.ts'

/** Who was called: the emulated login or Graph, or a receiver of notifications. */
type Side = 'login' | 'graph' | 'notifications'

/** One request as the outside world saw it; tokens and secrets only as hashes. */
export type LogEntry = {
  readonly number: number
  readonly at: string
  /** `notifications`: a call that the emulator makes. */
  readonly side: Side
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number | 'none'
  /** Retry-After of the answer, as sent. */
  readonly retryAfter: string | undefined
  readonly durationMs: number
  /** Names of the faults that were applied. */
  readonly faults: readonly string[]
  /** Number of the last request that had arrived when this one was answered. */
  readonly arrivedMeanwhile: number
  /** An item of a $batch, not a request of its own. */
  readonly inBatch: boolean
}

export type LogFilter = {
  side?: Side
  method?: string
  /** Beginning of the path. */
  path?: string
  status?: number
}

/** Every request since the start (or the last clear), for assertions on what a client did. */
export class RequestLog {
  /** Older entries are dropped beyond this number. */
  limit = 50_000
  #entries: LogEntry[] = []
  #count = 0
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes a request at its arrival; the returned function completes the entry. */
  begin(
    request: Request,
    side: Side,
    inBatch = false,
  ): (reply: Reply | undefined, faults: readonly string[]) => void {
    const number = ++this.#count
    const at = this.#clock.now().toISOString()
    const startedAtMs = performance.now()
    return (reply, faults) => {
      this.#entries.push({
        number,
        at,
        side,
        method: request.method,
        host: request.headers['host'] ?? '',
        path: request.path,
        query: request.query,
        headers: hideSecrets(request.headers),
        body: hideFormSecrets(request.body),
        status: reply?.status ?? 'none',
        retryAfter: reply?.headers['retry-after'],
        durationMs: performance.now() - startedAtMs,
        faults,
        arrivedMeanwhile: this.#count,
        inBatch,
      })
      if (this.#entries.length > this.limit) this.#entries.splice(0, this.limit / 2)
    }
  }

  /** The entries in order of arrival. */
  entries(filter: LogFilter = {}): readonly LogEntry[] {
    return this.#entries
      .filter((entry) => isWanted(entry, filter))
      .sort((a, b) => a.number - b.number)
  }

  count(filter: LogFilter = {}): number {
    return this.entries(filter).length
  }

  clear(): void {
    this.#entries = []
  }

  /**
   * Graph calls made before the Retry-After of an earlier 429 or 503 was over; should be empty.
   *
   * A throttled item of a $batch holds back only the same item. Requests that had arrived before
   * the refusal was answered do not count.
   */
  earlyCalls(): readonly LogEntry[] {
    const early = new Set<LogEntry>()
    const waits: { forItem: string | undefined; after: number; untilMs: number }[] = []
    for (const entry of this.entries({ side: 'graph' })) {
      const atMs = Date.parse(entry.at)
      const item = entry.inBatch ? `${entry.method} ${entry.path}` : undefined
      const isHeldBack = waits.some(
        ({ forItem, after, untilMs }) => forItem === item && entry.number > after && atMs < untilMs,
      )
      if (isHeldBack) early.add(entry)
      if (entry.status === 429 || entry.status === 503) {
        waits.push({
          forItem: item,
          after: entry.arrivedMeanwhile,
          untilMs: readRetryAt(entry, atMs),
        })
      }
    }
    return [...early]
  }

  /** Greatest number of token requests within any stretch of `windowMs`. */
  mostTokenRequestsWithin(windowMs: number): number {
    const times = this.entries({ side: 'login', method: 'POST' }).map((entry) =>
      Date.parse(entry.at),
    )
    return times.reduce(
      (most, start) =>
        Math.max(most, times.filter((time) => time >= start && time < start + windowMs).length),
      0,
    )
  }
}

function isWanted(entry: LogEntry, filter: LogFilter): boolean {
  return (
    (filter.side === undefined || entry.side === filter.side) &&
    (filter.method === undefined || entry.method === filter.method) &&
    (filter.path === undefined || entry.path.startsWith(filter.path)) &&
    (filter.status === undefined || entry.status === filter.status)
  )
}

function readRetryAt(entry: LogEntry, atMs: number): number {
  const text = entry.retryAfter
  if (text === undefined) return atMs
  const seconds = Number(text)
  return Number.isNaN(seconds) ? Date.parse(text) : atMs + seconds * 1000
}

function hideSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  const shown = { ...headers }
  const { authorization } = shown
  if (authorization !== undefined) {
    const [scheme = '', value = ''] = authorization.split(' ')
    shown['authorization'] = `${scheme} ${hash(value)}`
  }
  if (shown['cookie'] !== undefined) shown['cookie'] = hash(shown['cookie'])
  return shown
}

function hideFormSecrets(body: string): string {
  return body
    .slice(0, 4096)
    .replace(
      /((?:^|&)(?:client_secret|client_assertion|password|refresh_token|code)=)([^&]*)/g,
      (_, name, value) => `${name}${hash(String(value))}`,
    )
}

function hash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}
