import type { IncomingMessage } from 'node:http'

/** A request that has been read whole. */
export type Request = {
  readonly method: string
  /** The path as sent, still percent-encoded. */
  readonly path: string
  /** The query as sent, without the question mark. */
  readonly query: string
  readonly params: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Scheme and host as the client wrote them; links in answers use it. */
  readonly origin: string
}

const maxBodyBytes = 4 * 1024 * 1024

/** Reads a request with its body. @throws RangeError when the body is larger than 4 MiB. */
export async function readRequest(incoming: IncomingMessage, scheme: string): Promise<Request> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk)
    sizeBytes += bytes.length
    if (sizeBytes > maxBodyBytes) throw new RangeError(`request body over ${maxBodyBytes} bytes`)
    chunks.push(bytes)
  }
  return toRequest({
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: flatten(incoming.headers),
    body: Buffer.concat(chunks).toString('utf8'),
    scheme,
  })
}

/** Builds a request from its parts; also used for the items of a $batch. */
export function toRequest(parts: {
  method: string
  url: string
  headers: Record<string, string>
  body: string
  scheme: string
}): Request {
  const cut = parts.url.indexOf('?')
  const query = cut < 0 ? '' : parts.url.slice(cut + 1)
  return {
    method: parts.method.toUpperCase(),
    path: cut < 0 ? parts.url : parts.url.slice(0, cut),
    query,
    params: new URLSearchParams(query),
    headers: parts.headers,
    body: parts.body,
    origin: `${parts.scheme}://${parts.headers['host'] ?? 'localhost'}`,
  }
}

/** An OData query option: names are case-insensitive, and the dollar sign may be left out. */
export function queryOption(request: Request, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const [key, value] of request.params) {
    const lower = key.toLowerCase()
    if (lower === `$${wanted}` || lower === wanted) return value
  }
  return undefined
}

/** Percent-decodes what a client sent; what is no valid encoding stays as it is. */
export function decodeText(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
