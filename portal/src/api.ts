import {
  type AnswerOf,
  type CallOf,
  type EndpointName,
  endpoints,
} from '@mooring/contract/endpoints'
import type { Problem } from '@mooring/contract/problem'
import type { StepUpAct } from '@mooring/contract/step-up'

/** What a caller has to pass: only the parts that the endpoint has. */
export type Call<Name extends EndpointName> = {
  [Part in keyof CallOf<Name> as [CallOf<Name>[Part]] extends [never]
    ? never
    : Part]: CallOf<Name>[Part]
}

/** Why a call brought no answer that can be used. */
export type Failure =
  | { kind: 'problem'; problem: Problem }
  | { kind: 'unreachable' }
  | { kind: 'unreadable'; status: number }
  /** It was dangerous, and its owner did not prove to be there: nothing happened. */
  | { kind: 'notProven' }

export class ApiError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.kind === 'problem' ? failure.problem.detail : failure.kind)
    this.name = 'ApiError'
    this.failure = failure
  }
  get status(): number | undefined {
    return this.failure.kind === 'problem' ? this.failure.problem.status : undefined
  }
  /** What programs go by: `signInNeeded`, `stepUpNeeded`. */
  get code(): string | undefined {
    return this.failure.kind === 'problem' ? this.failure.problem.code : undefined
  }
}

/** Who is calling, and in which language: set by the language chooser and by the session. */
const caller = { language: 'en', csrfToken: '' }
export function setCaller(part: Partial<typeof caller>) {
  Object.assign(caller, part)
}

/**
 * Asks its owner to prove anew who acts.
 *
 * @returns the id of a step-up that is proven, or `undefined` when they would rather not.
 */
export type ProveAct = (act: StepUpAct) => Promise<string | undefined>

/** Set where there is a page that can ask; until then dangerous acts are refused. */
let proveAct: ProveAct = async () => undefined
export function setProveAct(prove: ProveAct) {
  proveAct = prove
}

type Parts = {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

/**
 * Calls one endpoint of the contract's table. A dangerous act that the server wants proven is proven
 * and made again, unseen by whoever calls.
 *
 * @throws {ApiError} for every answer that is not the promised one.
 */
export async function call<Name extends EndpointName>(
  name: Name,
  parts: Call<Name>,
  signal?: AbortSignal,
): Promise<AnswerOf<Name>> {
  const endpoint = endpoints[name]
  const { params, query, body } = parts as Parts
  const { method } = endpoint
  const request: Outgoing = { url: urlOf(endpoint.path, params, query), method, body, signal }
  const response = await sendProven(request)
  if (response.status === 204) return undefined as AnswerOf<Name>
  // The server answers by the same table; checking again here would only cost time.
  return (await response.json()) as AnswerOf<Name>
}

/** The URL of an endpoint that the browser itself opens: a download, or a stream of events. */
export function hrefOf<Name extends EndpointName>(
  name: Name,
  params: CallOf<Name>['params'] & Record<string, unknown>,
): string {
  return urlOf(endpoints[name].path, params)
}

/** The URL of a call; absent query values are left out. */
export function urlOf(path: string, params: Parts['params'] = {}, query: Parts['query'] = {}) {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? '')),
  )
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))
  return `/api/v1${filled}${pairs.length > 0 ? `?${search}` : ''}`
}

type Outgoing = {
  url: string
  method: StepUpAct['method'] | 'GET'
  body: unknown
  signal: AbortSignal | undefined
}

async function sendProven(request: Outgoing): Promise<Response> {
  const first = await send(request)
  if (first.ok) return first
  const refusal = new ApiError(await readFailure(first))
  const { url: path, method, body } = request
  if (refusal.code !== 'stepUpNeeded' || method === 'GET') throw refusal

  const stepUp = await proveAct({ method, path, ...(body === undefined ? {} : { body }) })
  if (stepUp === undefined) throw new ApiError({ kind: 'notProven' })
  const second = await send(request, stepUp)
  if (!second.ok) throw new ApiError(await readFailure(second))
  return second
}

async function send({ url, method, body, signal }: Outgoing, stepUp?: string) {
  const headers = new Headers({ accept: 'application/json', 'accept-language': caller.language })
  if (method !== 'GET') headers.set('x-csrf-token', caller.csrfToken)
  if (body !== undefined) headers.set('content-type', 'application/json')
  if (stepUp !== undefined) headers.set('x-step-up', stepUp)
  try {
    return await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError({ kind: 'unreachable' })
  }
}

async function readFailure(response: Response): Promise<Failure> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return { kind: 'unreadable', status: response.status }
  try {
    return { kind: 'problem', problem: (await response.json()) as Problem }
  } catch {
    return { kind: 'unreadable', status: response.status }
  }
}
