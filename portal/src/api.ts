import {
  type AnswerOf,
  type CallOf,
  type EndpointName,
  endpoints,
} from '@mooring/contract/endpoints'
import type { Problem } from '@mooring/contract/problem'

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
}

/** Who is calling, and in which language: set by the language chooser and by the session. */
const caller = { language: 'en', csrfToken: '' }
export function setCaller(part: Partial<typeof caller>) {
  Object.assign(caller, part)
}

type Parts = {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

/**
 * Calls one endpoint of the contract's table.
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
  const response = await send(urlOf(endpoint.path, params, query), endpoint.method, body, signal)
  if (!response.ok) throw new ApiError(await readFailure(response))
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

async function send(url: string, method: string, body: unknown, signal?: AbortSignal) {
  const headers = new Headers({ accept: 'application/json', 'accept-language': caller.language })
  if (method !== 'GET') headers.set('x-csrf-token', caller.csrfToken)
  if (body !== undefined) headers.set('content-type', 'application/json')
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
