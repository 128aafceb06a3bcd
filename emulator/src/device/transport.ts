import http from 'node:http'
import https from 'node:https'
import { codes, WindowsError } from './windows-error.ts'

export type Sending = {
  readonly method: 'GET' | 'POST' | 'HEAD'
  readonly url: string
  /** A list is sent as several lines. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string
  /** Client certificate and its key, PEM. */
  readonly identity?: { readonly certificate: string; readonly privateKey: string } | undefined
}

/** An answer as it came over the wire. */
export type Answer = {
  readonly url: string
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
  readonly ms: number
}

export type Transport = {
  send(sending: Sending): Promise<Answer>
  close(): void
}

/**
 * The device's network. Without TLS it talks to loopback only: elsewhere Windows would refuse.
 *
 * @param options.trust root certificates (PEM) besides the public ones
 */
export function startTransport(
  options: { trust?: string | undefined; timeoutMs?: number; keepAlive?: boolean } = {},
): Transport {
  const keepAlive = options.keepAlive ?? true
  const plain = new http.Agent({ keepAlive })
  // With an identity the connection belongs to that certificate alone; Node keeps them apart by it.
  const secure = new https.Agent({ keepAlive, ...(options.trust ? { ca: options.trust } : {}) })
  return {
    send: (sending) =>
      send(sending, { plain, secure, timeoutMs: options.timeoutMs ?? 30_000 }).catch(
        (error: unknown) => {
          throw toWindowsError(error, sending.url)
        },
      ),
    close: () => {
      plain.destroy()
      secure.destroy()
    },
  }
}

type Parts = { plain: http.Agent; secure: https.Agent; timeoutMs: number }

async function send(sending: Sending, parts: Parts): Promise<Answer> {
  const url = new URL(sending.url)
  const isSecure = url.protocol === 'https:'
  if (!isSecure && !isLoopback(url.hostname))
    throw new WindowsError(codes.redirectNotSecure, `${url.origin} is not https`)
  const startedAt = performance.now()
  const options: https.RequestOptions = {
    method: sending.method,
    agent: isSecure ? parts.secure : parts.plain,
    headers: {
      ...sending.headers,
      ...(sending.body === undefined ? {} : { 'content-length': Buffer.byteLength(sending.body) }),
    },
    timeout: parts.timeoutMs,
    ...(sending.identity === undefined
      ? {}
      : { cert: sending.identity.certificate, key: sending.identity.privateKey }),
  }
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({
          url: sending.url,
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
          ms: Math.round(performance.now() - startedAt),
        })
      })
    })
    request.on('timeout', () =>
      request.destroy(new WindowsError(codes.timeout, `no answer from ${url.origin}`)),
    )
    request.on('error', reject)
    request.end(sending.body)
  })
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host)
}

/** What the network's error is called in Windows. */
function toWindowsError(error: unknown, url: string): WindowsError {
  if (error instanceof WindowsError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = `${url}: ${error instanceof Error ? error.message : String(error)}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new WindowsError(codes.nameNotResolved, reason)
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH')
    return new WindowsError(codes.cannotConnect, reason)
  if (code === 'ETIMEDOUT') return new WindowsError(codes.timeout, reason)
  if (/CERT|SIGNATURE|ISSUER|ALTNAME/.test(code))
    return new WindowsError(codes.serverCertificateInvalid, reason)
  if (/^ERR_(SSL|TLS)/.test(code)) return new WindowsError(codes.secureChannelFailed, reason)
  return new WindowsError(codes.connectionAborted, reason)
}
