import {
  accessDenied,
  deltaTokenExpired,
  GraphError,
  resourceUnknown,
  resyncOrdered,
  tokenRefused,
} from '../graph/graph-error.ts'
import { html, type Json, type JsonObject, json, type Reply, readable } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import type { Fault } from './fault.ts'

/** The answer that comes in place of the real one, or undefined when the fault leaves it. */
export function replaceReply(
  fault: Fault,
  request: Request,
  now: Date,
): Reply | GraphError | undefined {
  switch (fault.kind) {
    case 'answer': {
      const { body = '' } = fault
      // What a fault script gives as body is JSON by construction.
      if (typeof body === 'object') return json(fault.status, body as JsonObject, fault.headers)
      return { kind: 'text', status: fault.status, headers: fault.headers ?? {}, text: body }
    }
    case 'throttle':
      return toThrottle(
        fault.status ?? 429,
        fault.retryAfterDateIn === undefined
          ? fault.retryAfter
          : new Date(now.getTime() + fault.retryAfterDateIn * 1000).toUTCString(),
      )
    case 'html':
      return html(
        fault.status ?? 200,
        '<!doctype html><title>Proxy</title><h1>Please sign in to the network</h1>',
      )
    case 'unauthorized':
      return tokenRefused('Lifetime validation failed, the token is expired.')
    case 'forbidden':
      return accessDenied()
    case 'not-found':
      return resourceUnknown(request.path.split('/')[3] ?? '')
    case 'resync':
      return resyncOrdered(`${request.origin}${request.path}?$deltatoken=`)
    case 'expired-sync-state':
      return deltaTokenExpired()
    default:
      return undefined
  }
}

function toThrottle(status: 429 | 503, retryAfter: string | null | undefined): GraphError {
  const headers: Record<string, string> =
    retryAfter === null ? {} : { 'retry-after': retryAfter ?? '1' }
  return status === 429
    ? new GraphError(429, 'TooManyRequests', 'Please retry again later.', {
        headers: { ...headers, 'x-ms-throttle-information': 'CPULimitExceeded' },
        inner: { code: '429', message: 'Please retry after', status: '429' },
      })
    : new GraphError(503, 'serviceNotAvailable', 'The service is temporarily unavailable.', {
        headers,
      })
}

/** Changes the content of an answer. Only pages and other successful JSON answers are changed. */
export function changeReply(
  fault: Fault,
  reply: Reply,
  request: Request,
  before: readonly Json[] | undefined,
): Reply {
  if (fault.kind === 'headers') return { ...reply, headers: { ...reply.headers, ...fault.headers } }
  if (fault.kind === 'content-type') {
    return { ...reply, headers: { ...reply.headers, 'content-type': fault.value ?? 'text/plain' } }
  }
  const open = readable(reply)
  if (open.kind !== 'json' || open.status !== 200 || Array.isArray(open.value)) return reply
  const page = open.value as JsonObject // not an array, by the line above
  const changed = changePage(fault, page, request, before)
  if (typeof changed === 'string')
    return { kind: 'text', status: 200, headers: reply.headers, text: changed }
  return { ...open, value: changed }
}

function changePage(
  fault: Fault,
  page: JsonObject,
  request: Request,
  before: readonly Json[] | undefined,
): JsonObject | string {
  const items = Array.isArray(page['value']) ? (page['value'] as readonly Json[]) : undefined
  switch (fault.kind) {
    case 'duplicate-items':
      return items ? { ...page, value: [...items, ...items] } : page
    case 'looping-link':
      return items ? againFrom(page, request, items) : page
    case 'stale-page':
      return items ? againFrom(page, request, before ?? items) : page
    case 'empty-page':
      return items ? againFrom(page, request, []) : page
    case 'missing-link':
      return withoutLinks(page)
    case 'foreign-link':
      return withForeignLinks(page, fault.origin ?? 'https://graph.evil.example')
    case 'drift':
      return drift(page, fault.how) as JsonObject // an object stays one
    case 'corrupt-json':
      return JSON.stringify(page).replace(/"([^"]*)":/, '"$1"')
    case 'oversize':
      return { ...page, '@mooring.padding': 'x'.repeat(fault.sizeBytes) }
    default:
      return page
  }
}

/** The page with these items and a nextLink to the very request. */
function againFrom(page: JsonObject, request: Request, value: readonly Json[]): JsonObject {
  const query = request.query === '' ? '' : `?${request.query}`
  return {
    ...withoutLinks(page),
    '@odata.nextLink': `${request.origin}${request.path}${query}`,
    value,
  }
}

function withoutLinks(page: JsonObject): JsonObject {
  const { '@odata.deltaLink': _deltaLink, '@odata.nextLink': _nextLink, ...rest } = page
  return rest
}

function withForeignLinks(page: JsonObject, origin: string): JsonObject {
  const changed: Record<string, Json> = { ...page }
  for (const name of ['@odata.nextLink', '@odata.deltaLink']) {
    const link = changed[name]
    if (typeof link === 'string') changed[name] = link.replace(/^https?:\/\/[^/]+/, origin)
  }
  return changed
}

function drift(value: Json, how: 'new-fields' | 'null-arrays' | 'text-numbers'): Json {
  if (typeof value === 'number' && how === 'text-numbers') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: Json) => drift(item, how))
  const changed: Record<string, Json> = {}
  for (const [name, inner] of Object.entries(value)) {
    const isPage = name === 'value'
    changed[name] =
      how === 'null-arrays' && Array.isArray(inner) && !isPage ? null : drift(inner, how)
  }
  if (how === 'new-fields') {
    changed['newProperty'] = { '@odata.type': '#microsoft.graph.newType', nested: [1, 'two', null] }
    changed['new@odata.annotation'] = 'unknown'
  }
  return changed
}
