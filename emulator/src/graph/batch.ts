import type { Chance } from '../chance.ts'
import { graphJson, type Json, type JsonObject, type Reply } from '../http/reply.ts'
import { type Request, toRequest } from '../http/request.ts'
import { badRequest } from './graph-error.ts'

/** One item of a $batch as sent. */
type BatchItem = {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: Json | undefined
  readonly dependsOn: readonly string[]
}

const maxItems = 20

/**
 * `POST /v1.0/$batch`: at most 20 items, answered one by one and throttled one by one.
 *
 * @param answerItem answers an item as if it had come alone
 * @throws GraphError 400 when the batch itself is malformed
 * @see Graph "Combine multiple HTTP requests using JSON batching"
 */
export async function answerBatch(
  request: Request,
  options: { shuffle: boolean; chance: Chance },
  answerItem: (item: Request) => Promise<Reply>,
): Promise<Reply> {
  const items = readItems(request.body)
  const replies = new Map<string, Reply>()
  for (const item of items) {
    const isBlocked = item.dependsOn.some(
      (id) => (replies.get(id.toLowerCase())?.status ?? 424) >= 400,
    )
    const reply = isBlocked ? failedDependency() : await answerItem(toItemRequest(item, request))
    replies.set(item.id.toLowerCase(), reply)
  }
  const responses = items.map((item) => toResponse(item, replies.get(item.id.toLowerCase())))
  if (options.shuffle) shuffle(responses, options.chance)
  const pieces = responses.flatMap((response, place) => [place === 0 ? start : comma, response])
  return {
    kind: 'written',
    status: 200,
    headers: { 'content-type': graphJson },
    bytes: Buffer.concat([...pieces, end]),
  }
}

const start = Buffer.from('{"responses":[')
const comma = Buffer.from(',')
const end = Buffer.from(']}')

function readItems(body: string): BatchItem[] {
  const requests = parse(body)['requests']
  if (!Array.isArray(requests) || requests.length === 0) {
    throw badRequest('Invalid batch payload format: requests is missing or empty.')
  }
  if (requests.length > maxItems) {
    throw badRequest(
      `Number of batch request steps (${requests.length}) exceeds the maximum value (${maxItems}).`,
    )
  }
  const items = requests.map(readItem)
  if (new Set(items.map(({ id }) => id.toLowerCase())).size < items.length) {
    throw badRequest('Duplicated ids found in the batch payload.')
  }
  return items
}

function readItem(item: Json): BatchItem {
  const { id, method, url, headers, body, dependsOn } = toObject(item)
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string') {
    throw badRequest('Invalid batch payload format: every request needs id, method and url.')
  }
  if (/^https?:/i.test(url))
    throw badRequest(`Invalid batch payload format: the url '${url}' must be relative.`)
  const lower = Object.entries(toObject(headers ?? {})).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ])
  const read: Record<string, string> = Object.fromEntries(lower)
  if (body !== undefined && read['content-type'] === undefined) {
    throw badRequest(`Write request id : ${id} does not contain Content-Type header or body.`)
  }
  const needed = Array.isArray(dependsOn) ? dependsOn.map(String) : []
  return { id, method, url, headers: read, body, dependsOn: needed }
}

function toItemRequest(item: BatchItem, outer: Request): Request {
  const [, version = 'v1.0'] = outer.path.split('/')
  const inherited: Record<string, string> = { host: outer.headers['host'] ?? '' }
  if (outer.headers['authorization'] !== undefined)
    inherited['authorization'] = outer.headers['authorization']
  return toRequest({
    method: item.method,
    url: `/${version}${item.url.startsWith('/') ? '' : '/'}${item.url}`,
    headers: { ...inherited, ...item.headers },
    body: item.body === undefined ? '' : JSON.stringify(item.body),
    scheme: outer.origin.split(':')[0] ?? 'http',
  })
}

/** One item of the answer, as JSON. */
function toResponse(item: BatchItem, reply: Reply | undefined): Buffer {
  if (!reply) return toJson({ id: item.id, status: 500 })
  const headers = Object.fromEntries(
    Object.entries(reply.headers).map(([name, value]) => [toTitle(name), value]),
  )
  const response = { id: item.id, status: reply.status, headers }
  switch (reply.kind) {
    case 'json':
      return toJson({ ...response, body: reply.value })
    case 'written':
      return Buffer.concat([
        Buffer.from(`${JSON.stringify(response).slice(0, -1)},"body":`),
        reply.bytes,
        Buffer.from('}'),
      ])
    case 'text':
      // What is no JSON travels as base64.
      return toJson({ ...response, body: Buffer.from(reply.text).toString('base64') })
    case 'empty':
      return toJson(response)
  }
}

const toJson = (value: JsonObject) => Buffer.from(JSON.stringify(value))

function failedDependency(): Reply {
  return {
    kind: 'json',
    status: 424,
    headers: { 'content-type': 'application/json' },
    value: {
      error: {
        code: 'FailedDependency',
        message: 'A request that this one depends on has failed.',
      },
    },
  }
}

function shuffle(list: Buffer[], chance: Chance): void {
  for (let place = list.length - 1; place > 0; place--) {
    const other = chance.below(place + 1)
    const [first, second] = [list[place], list[other]]
    if (first && second) [list[place], list[other]] = [second, first]
  }
}

function toTitle(name: string): string {
  return name.startsWith('x-ms') || name === 'request-id' || name === 'client-request-id'
    ? name
    : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}

function parse(body: string): JsonObject {
  try {
    return toObject(JSON.parse(body))
  } catch {
    throw badRequest('Invalid batch payload format.')
  }
}

function toObject(value: Json): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('Invalid batch payload format.')
  }
  return value as JsonObject // an object that is no array
}
