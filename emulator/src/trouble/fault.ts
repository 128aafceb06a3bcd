/** What can go wrong with one answer. Durations are real time, since they happen on the wire. */
export type Fault =
  // Instead of the answer; the operation is not carried out.
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string | object }
  /**
   * 429 (or 503). `retryAfter` null leaves the header out; fractions, dates and nonsense are allowed.
   * `retryAfterDateIn` gives an HTTP date so many virtual seconds from now.
   */
  | { kind: 'throttle'; status?: 429 | 503; retryAfter?: string | null; retryAfterDateIn?: number }
  /** An HTML page where JSON is expected, as a proxy or a captive portal gives. */
  | { kind: 'html'; status?: number }
  /** 401 InvalidAuthenticationToken: with count 1, a token that works at the second try. */
  | { kind: 'unauthorized' }
  /** 403 Authorization_RequestDenied, as after the consent was removed. */
  | { kind: 'forbidden' }
  /** 404 Request_ResourceNotFound. */
  | { kind: 'not-found' }
  /** 410 with `Location`: start a full round. */
  | { kind: 'resync' }
  /** 400 syncStateNotFound. */
  | { kind: 'expired-sync-state' }
  // Changes to the answer.
  | { kind: 'headers'; headers: Record<string, string> }
  /** The right content under another name; default: text/plain. */
  | { kind: 'content-type'; value?: string }
  /** Every item of the page is there twice. */
  | { kind: 'duplicate-items' }
  /** The link leads to the same page again: with count 1 a repeated page, without an endless loop. */
  | { kind: 'looping-link' }
  /** The content of the page before, with a link to this page. */
  | { kind: 'stale-page' }
  /** No items, and a link to this page. */
  | { kind: 'empty-page' }
  /** Neither nextLink nor deltaLink: nobody knows how it goes on. */
  | { kind: 'missing-link' }
  /** The links lead to another host. */
  | { kind: 'foreign-link'; origin?: string }
  | { kind: 'drift'; how: 'new-fields' | 'null-arrays' | 'text-numbers' }
  | { kind: 'corrupt-json' }
  | { kind: 'oversize'; sizeBytes: number }
  // On the wire.
  | { kind: 'delay'; ms: number }
  | { kind: 'drip'; chunkBytes: number; everyMs: number }
  /** The connection is closed after a part of the promised body; default: half. */
  | { kind: 'truncate'; keepBytes?: number }
  /** TCP reset, before the answer or in the middle of it. */
  | { kind: 'reset'; when?: 'before' | 'midway' }
  /** Nothing is ever answered. */
  | { kind: 'hang' }
  | { kind: 'gzip-bomb'; sizeBytes: number }

/** Which requests a fault strikes. All conditions given must hold. */
export type FaultRule = {
  readonly name?: string
  readonly side?: 'login' | 'graph'
  readonly method?: string
  /** Path with `*` for anything, such as `/v1.0/users/delta`; the spellings of delta are one. */
  readonly path?: string
  /** Text that the decoded query contains. */
  readonly query?: string
  /** Numbers of the matching requests, counted from 1. */
  readonly nth?: readonly number[]
  /** Strikes only after so many matching requests. */
  readonly after?: number
  /** Strikes at most so often. */
  readonly count?: number
  /** Share of the requests that are struck, by the seed. */
  readonly probability?: number
  readonly seed?: number
  readonly fault: Fault
}
