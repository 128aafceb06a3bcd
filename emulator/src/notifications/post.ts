import { toRequest } from '../http/request.ts'
import type { RequestLog } from '../request-log.ts'

/** What the receiver answered, or why there is no answer. */
export type PostAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly contentType: string
      readonly text: string
    }
  | { readonly kind: 'timeout' | 'unreachable' }

/** Where and how long a post may go. */
export type PostOptions = {
  readonly log: RequestLog
  /** Real time. */
  readonly withinMs: number
  readonly signal: AbortSignal
}

/** Posts as Microsoft's notification service does, and logs it under the side `notifications`. */
export async function post(
  url: string,
  contentType: string,
  body: string,
  { log, withinMs, signal }: PostOptions,
): Promise<PostAnswer> {
  const { host, pathname, search, protocol } = new URL(url)
  const headers = { 'content-type': contentType, host }
  const scheme = protocol.replace(':', '')
  const finish = log.begin(
    toRequest({ method: 'POST', url: `${pathname}${search}`, headers, body, scheme }),
    'notifications',
  )
  const answer = await send(
    url,
    contentType,
    body,
    AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
  )
  finish(
    answer.kind === 'answered' ? { kind: 'empty', status: answer.status, headers: {} } : undefined,
    [],
  )
  return answer
}

async function send(
  url: string,
  contentType: string,
  body: string,
  signal: AbortSignal,
): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': contentType },
      body,
      signal,
    })
    return {
      kind: 'answered',
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await response.text(),
    }
  } catch (error) {
    // No answer is an outcome here: what it was decides whether the post is tried again.
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
    return { kind: isTimeout ? 'timeout' : 'unreachable' }
  }
}
