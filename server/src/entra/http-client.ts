import { isIP } from 'node:net'
import { pipeline } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, request } from 'undici'
import { guardedLookup } from '../platform/http/guarded-lookup.ts'
import { NetworkError, toNetworkError } from './network-error.ts'

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}
export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The parsed JSON body; `undefined` when the body is empty. */
  readonly json: unknown
}

/** Sends one request and reads its JSON answer. Owns its connections. */
export type HttpClient = {
  /** @throws {NetworkError} when there is no answer, or none that is JSON. */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

/** A page of Graph has at most 999 objects; far below this. A body beyond it is an attack or a fault. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** What one kind of use allows less of. */
export type HttpLimits = {
  readonly maxAnswerBytes?: number
  /** Whether an address may be connected to. It is asked of the very address, so that a name which changes gets nowhere. */
  readonly mayConnect?: (address: string) => boolean
}

/**
 * @param timeoutMs for connecting, for the first byte and between two bytes alike. The whole answer
 *   may take ten times as long.
 */
export function createHttpClient(timeoutMs = 30_000, limits: HttpLimits = {}): HttpClient {
  const { maxAnswerBytes = MAX_ANSWER_BYTES, mayConnect } = limits
  const agent = new Agent({
    connect: { timeout: timeoutMs, ...(mayConnect ? { lookup: guardedLookup(mayConnect) } : {}) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // Below the idle limit of Microsoft's front doors, so that we rarely meet a closed connection.
    keepAliveTimeout: 20_000,
  })
  return {
    async send(wanted) {
      const host = new URL(wanted.url).hostname.replace(/^\[|\]$/g, '')
      // An address in place of a name is never looked up.
      if (mayConnect && isIP(host) > 0 && !mayConnect(host)) {
        throw new NetworkError('addressRefused', host, host)
      }
      return await send(agent, wanted, { wholeTimeoutMs: timeoutMs * 10, maxAnswerBytes })
    },
    close: () => agent.destroy(),
  }
}

async function send(
  agent: Agent,
  wanted: HttpRequest,
  { wholeTimeoutMs, maxAnswerBytes }: { wholeTimeoutMs: number; maxAnswerBytes: number },
): Promise<HttpAnswer> {
  const { host } = new URL(wanted.url)
  const deadline = AbortSignal.timeout(wholeTimeoutMs)
  const signal = wanted.signal ? AbortSignal.any([wanted.signal, deadline]) : deadline
  try {
    const answer = await request(wanted.url, {
      dispatcher: agent,
      method: wanted.method,
      headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...wanted.headers },
      body: wanted.body ?? null,
      signal,
    })
    const headers = flatten(answer.headers)
    const body = decompress(answer.body, headers['content-encoding'])
    const bytes = await readBody(body, host, maxAnswerBytes)
    return {
      status: answer.statusCode,
      headers,
      json: readJson(bytes, answer.statusCode, headers, host),
    }
  } catch (error) {
    if (wanted.signal?.aborted) throw wanted.signal.reason
    throw toNetworkError(error, host)
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined)
      flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

function decompress(
  body: NodeJS.ReadableStream,
  encoding: string | undefined,
): AsyncIterable<Uint8Array> {
  const unpack = {
    gzip: createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[encoding ?? '']
  if (!unpack) return body as unknown as AsyncIterable<Uint8Array> // a Node stream without an encoding yields Buffers
  // Whichever end breaks, both are closed; what broke is thrown to the reader.
  return pipeline(body, unpack(), () => undefined)
}

async function readBody(
  body: AsyncIterable<Uint8Array>,
  host: string,
  maxBytes: number,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of body) {
    sizeBytes += chunk.length
    if (sizeBytes > maxBytes) {
      throw new NetworkError('answerTooLarge', host, `more than ${maxBytes} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readJson(
  text: string,
  status: number,
  headers: Record<string, string>,
  host: string,
): unknown {
  if (text === '') return undefined
  const contentType = headers['content-type'] ?? 'no content type'
  // A proxy's block page or a captive portal: HTML where JSON belongs, often with status 200.
  if (status >= 300 && status < 400 && !contentType.includes('json')) {
    const target = URL.parse(headers['location'] ?? '')?.origin
    throw new NetworkError('redirected', host, target ?? contentType, { status })
  }
  try {
    return UNKEEPABLE.test(text) ? JSON.parse(text, replaceUnkeepable) : JSON.parse(text)
  } catch (cause) {
    // JSON that breaks off is a lost connection and worth another try; anything else is not JSON.
    const fault = contentType.includes('json') ? 'connectionLost' : 'notJson'
    throw new NetworkError(fault, host, contentType, { status, cause })
  }
}

/** Where a NUL or half a surrogate pair may be: JSON can hold them only escaped. */
const UNKEEPABLE = /\\u(?:0000|d[89a-f])/i

/** PostgreSQL keeps neither; one such name must not stop everybody else's from being taken over. */
function replaceUnkeepable(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value
}
