import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { randomGuid } from '../../platform/ids.ts'
import type { Cloud } from '../clouds.ts'
import { EntraError, isTransient } from '../entra-error.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../http-client.ts'
import { NetworkError } from '../network-error.ts'
import type { AccessToken } from '../token.ts'
import type { TokenSource } from '../token-source.ts'
import { getBatched, type OneAnswer } from './batch.ts'
import { GraphError, ThrottledTooLong, UntrustedLink } from './graph-error.ts'
import { pauseForOthersMs } from './pace.ts'
import { backOffMs, LONGEST_THROTTLE_MS, MAX_TRIES, readRetryAfter } from './retry.ts'

/** Told of everything that a person waiting may want to know. */
export type GraphWatcher = {
  /** Before each request, tries included. */
  request?(): void
  /** Graph asked us to wait, or a fault may pass: when we go on. */
  waiting?(until: Date, why: 'throttled' | 'fault'): void | Promise<void>
}

export type GraphOptions = {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly watcher?: GraphWatcher
  /** `High` for what a person waits for, `Low` for background work. @see Graph "Throttling" */
  readonly priority?: 'Low' | 'Normal' | 'High'
  /** Uses this token and no other, and does not try again: for the connection check. */
  readonly onlyToken?: AccessToken
}

/** Talks to Microsoft Graph v1.0 as one connection. */
export type GraphClient = {
  /**
   * @param target a path below `/v1.0` (`/users?$top=1`), or a link that Graph sent.
   * @throws {GraphError} Graph refused. {EntraError} no token. {NetworkError} not reached, after
   *   the tries that make sense. {UntrustedLink} the link leads elsewhere.
   */
  get(target: string, options?: GraphOptions): Promise<HttpAnswer>
  /**
   * Asks for many paths below `/v1.0` in few requests.
   *
   * @returns what became of each, in their order: that Graph refused one says nothing of the others.
   * @throws as `get`, but for a `GraphError` about one of them.
   */
  getEach(paths: readonly string[], options?: GraphOptions): Promise<readonly OneAnswer[]>
  /**
   * Changes something. What is sent twice does no harm with PATCH and DELETE; a POST is sent again only
   * when it was certainly not carried out. A DELETE that was may answer 404 the second time.
   *
   * @param body sent as JSON; `undefined` for none.
   * @throws as `get`.
   */
  send(
    method: 'POST' | 'PATCH' | 'DELETE',
    target: string,
    body: object | undefined,
    options?: GraphOptions,
  ): Promise<HttpAnswer>
  readonly origin: string
}

export type GraphParts = {
  readonly http: HttpClient
  readonly clock: Clock
  readonly cloud: Cloud
  readonly tokens: TokenSource
  /** Between 0 and 1, for the jitter. */
  readonly chance: () => number
  readonly meter?: GraphMeter
}

/** What is counted of the traffic with Graph, whoever caused it. */
export type GraphMeter = {
  /** @param units what the request cost, in Graph's resource units. */
  answered(status: number, units: number): void
  waited(ms: number, why: 'throttled' | 'fault' | 'pace'): void
}

/** The same parts, with what the last answer said about how busy Graph is for us. */
type Sender = GraphParts & { share: string | undefined }

export function createGraphClient(given: GraphParts): GraphClient {
  const parts: Sender = { ...given, share: undefined }
  const origin = new URL(parts.cloud.graphUrl).origin
  const get = (target: string, options: GraphOptions = {}) =>
    sendPatiently(parts, { method: 'GET', url: resolveTarget(target, origin) }, options)
  return {
    origin,
    get,
    getEach: (paths, options = {}) => {
      const batch = { method: 'POST', url: resolveTarget('/$batch', origin) } as const
      const send = (body: object) =>
        sendPatiently(parts, { ...batch, body: JSON.stringify(body), isReading: true }, options)
      const pauseFor = (waitMs: number | undefined) =>
        pause(parts, waitMs ?? backOffMs(2, parts.chance()), 'throttled', options)
      return getBatched(
        {
          send,
          get: (path) => get(path, options),
          judge: (answer) => judge(answer, { method: 'GET' }, parts.clock.now()),
          pause: pauseFor,
          headers: { ...options.headers, ...priorityOf(options) },
        },
        paths,
      )
    },
    send: (method, target, body, options = {}) => {
      const sent = body && { body: JSON.stringify(body) }
      return sendPatiently(parts, { method, url: resolveTarget(target, origin), ...sent }, options)
    },
  }
}

/** @throws {UntrustedLink} when a link leaves Graph's origin. */
export function resolveTarget(target: string, origin: string): string {
  if (target.startsWith('/')) return `${origin}/v1.0${target}`
  const found = URL.canParse(target) ? new URL(target) : undefined
  const trusted = found?.origin === origin && !found.username && !found.password
  // The text itself is sent on, not what a parser would make of it: links are opaque.
  if (!trusted) throw new UntrustedLink(found?.origin ?? 'not a URL')
  return target
}

type Sending = Pick<HttpRequest, 'method' | 'url' | 'body'> & {
  /** A POST that changes nothing. */
  readonly isReading?: true
}

async function sendPatiently(
  parts: Sender,
  sending: Sending,
  options: GraphOptions,
): Promise<HttpAnswer> {
  let faults = 0
  let refusedTokens = 0
  let throttles = 0
  await makeRoom(parts, options)
  for (;;) {
    options.signal?.throwIfAborted()
    const outcome = await attempt(parts, sending, options)
    // Somebody is looking on: what was found out is told, and not waited for.
    if (options.onlyToken && outcome.kind !== 'answer') throw outcome.error
    switch (outcome.kind) {
      case 'answer':
        return outcome.answer
      case 'unauthorized':
        refusedTokens += 1
        if (refusedTokens > 1) throw outcome.error
        break
      case 'throttled': {
        throttles += 1
        const waitMs = outcome.waitMs ?? backOffMs(throttles + 1, parts.chance())
        await pause(parts, waitMs, 'throttled', options)
        break
      }
      case 'fault':
        faults += 1
        if (faults >= MAX_TRIES) throw outcome.error
        await pause(parts, outcome.waitMs ?? backOffMs(faults, parts.chance()), 'fault', options)
        break
    }
  }
}

/** Background work slows down before Graph has to say so. */
async function makeRoom(parts: Sender, options: GraphOptions): Promise<void> {
  const waitMs = options.priority === 'Low' ? pauseForOthersMs(parts.share) : 0
  if (waitMs === 0) return
  parts.share = undefined
  parts.meter?.waited(waitMs, 'pace')
  await parts.clock.wait(waitMs, options.signal)
}

/** Entra's token endpoint is asked once a minute while it is out of order. */
const TOKEN_WAIT_MS = 60_000

async function attempt(parts: Sender, sending: Sending, options: GraphOptions): Promise<Outcome> {
  let token = options.onlyToken
  try {
    token ??= await parts.tokens.token()
  } catch (error) {
    const mayPass =
      (error instanceof EntraError && isTransient(error)) ||
      (error instanceof NetworkError && isWorthAnotherTry(error))
    if (mayPass) return { kind: 'fault', error, waitMs: TOKEN_WAIT_MS }
    throw error
  }
  const outcome = await sendOnce(parts, sending, token, options)
  if (outcome.kind === 'unauthorized') parts.tokens.drop(token)
  return outcome
}

type Outcome =
  | { kind: 'answer'; answer: HttpAnswer }
  | { kind: 'unauthorized'; error: GraphError }
  | { kind: 'throttled'; error: GraphError; waitMs: number | undefined }
  | { kind: 'fault'; error: Error; waitMs: number | undefined }

const RETRYABLE_FAULTS = new Set(['connectionLost', 'timedOut'])

async function sendOnce(
  parts: Sender,
  sending: Sending,
  token: AccessToken,
  options: GraphOptions,
): Promise<Outcome> {
  options.watcher?.request?.()
  try {
    const { isReading: _isReading, ...request } = sending
    const answer = await parts.http.send({
      ...request,
      headers: {
        ...options.headers,
        ...(sending.body === undefined ? {} : { 'content-type': 'application/json' }),
        authorization: `Bearer ${token.value}`,
        'client-request-id': randomGuid(),
        ...priorityOf(options),
      },
      ...(options.signal ? { signal: options.signal } : {}),
    })
    const { headers, status } = answer
    parts.share = headers['x-ms-throttle-limit-percentage']
    parts.meter?.answered(status, Number(headers['x-ms-resource-unit'] ?? 0) || 0)
    return judge(answer, sending, parts.clock.now())
  } catch (error) {
    if (error instanceof NetworkError && mayBeSentAgain(error, sending)) {
      return { kind: 'fault', error, waitMs: undefined }
    }
    throw error
  }
}

const priorityOf = ({ priority }: GraphOptions) => ({
  'x-ms-throttle-priority': priority ?? 'Normal',
})

/** A POST whose answer is lost may have been carried out; one that met nobody was not. */
function mayBeSentAgain(error: NetworkError, sending: Sending): boolean {
  return isChanging(sending) ? error.code === 'connectionRefused' : isWorthAnotherTry(error)
}

const isChanging = ({ method, isReading }: Pick<Sending, 'method' | 'isReading'>) =>
  method === 'POST' && !isReading

/** A lost connection may be a stale keep-alive; an HTML 502 or 503 comes from a front door. */
function isWorthAnotherTry(error: NetworkError): boolean {
  return (
    RETRYABLE_FAULTS.has(error.code) || (error.code === 'notJson' && (error.status ?? 0) >= 500)
  )
}

function judge(
  answer: HttpAnswer,
  sending: Pick<Sending, 'method' | 'isReading'>,
  now: Date,
): Outcome {
  if (answer.status >= 200 && answer.status < 300) return { kind: 'answer', answer }
  const error = toGraphError(answer)
  const waitMs = readRetryAfter(answer.headers['retry-after'], now)
  if (answer.status === 401) return { kind: 'unauthorized', error }
  if (answer.status === 429) return { kind: 'throttled', error, waitMs }
  // Whoever says when to come back has turned the request away; any other fault may be half done.
  const mayBeDone = isChanging(sending) && !(answer.status === 503 && waitMs !== undefined)
  if ([500, 502, 503, 504].includes(answer.status) && !mayBeDone) {
    return { kind: 'fault', error, waitMs }
  }
  throw error
}

const ErrorBody = z.object({
  error: z.object({
    code: z.string().optional(),
    innerError: z.object({ 'request-id': z.string().optional() }).optional(),
  }),
})

function toGraphError(answer: HttpAnswer): GraphError {
  const body = ErrorBody.safeParse(answer.json)
  const requestId = answer.headers['request-id'] ?? body.data?.error.innerError?.['request-id']
  return new GraphError(answer.status, body.data?.error.code ?? `status${answer.status}`, requestId)
}

async function pause(
  parts: GraphParts,
  waitMs: number,
  why: 'throttled' | 'fault',
  options: GraphOptions,
): Promise<void> {
  if (waitMs > LONGEST_THROTTLE_MS) throw new ThrottledTooLong(waitMs)
  parts.meter?.waited(waitMs, why)
  await options.watcher?.waiting?.(new Date(parts.clock.now().getTime() + waitMs), why)
  await parts.clock.wait(waitMs, options.signal)
}
