import http from 'node:http'
import https from 'node:https'
import { createSecureContext } from 'node:tls'
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
  /** Ends the connections of one certificate, as a device does behind its session. */
  hangUp?(certificate: string): void
  close(): void
}

type Options = {
  readonly trust?: string | undefined
  readonly timeoutMs?: number
  readonly keepAlive?: boolean
  /** Whether a new connection takes up TLS where the one before left off, as Windows does. */
  readonly resumes?: boolean
}

/**
 * The device's network. Without TLS it talks to loopback only: elsewhere Windows would refuse.
 *
 * @param options.trust root certificates (PEM) besides the public ones
 */
export function startTransport(options: Options = {}): Transport {
  const keepAlive = options.keepAlive ?? true
  const plain = new http.Agent({ keepAlive })
  const common = { keepAlive, ...(options.trust ? { ca: options.trust } : {}) }
  const secure = new https.Agent(common)
  const identified = startIdentities({
    ...common,
    maxCachedSessions: options.resumes === false ? 0 : 1,
  })
  return {
    send: (sending) =>
      send(sending, {
        plain,
        secure: sending.identity ? identified.find(sending.identity) : secure,
        timeoutMs: options.timeoutMs ?? 30_000,
      }).catch((error: unknown) => {
        throw toWindowsError(error, sending.url)
      }),
    hangUp: identified.hangUp,
    close: () => {
      plain.destroy()
      secure.destroy()
      identified.close()
    },
  }
}

/** Keys that are kept read: reading one takes as long as a whole session, and some 40 KiB. */
const mostIdentities = 2_000

/**
 * Connections of devices with certificates: each belongs to its certificate alone. Node would tell them
 * apart too, by the text of certificate and key, which it puts together anew for each request.
 */
function startIdentities(common: https.AgentOptions) {
  const agents = new Map<string, IdentityAgent>()
  return {
    find({ certificate, privateKey }: NonNullable<Sending['identity']>): https.Agent {
      const known = agents.get(certificate)
      if (known) return known
      if (agents.size >= mostIdentities) letGo(agents)
      const agent = new IdentityAgent({
        ...common,
        secureContext: createSecureContext({
          cert: certificate,
          key: privateKey,
          ...(common.ca ? { ca: common.ca } : {}),
        }),
      })
      agents.set(certificate, agent)
      return agent
    },
    hangUp(certificate: string): void {
      for (const socket of Object.values(agents.get(certificate)?.freeSockets ?? {}).flat())
        socket?.destroy()
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
      agents.clear()
    },
  }
}

class IdentityAgent extends https.Agent {
  override getName({ host, port }: Parameters<https.Agent['getName']>[0] = {}): string {
    return `${host}:${port}`
  }

  get isIdle(): boolean {
    return Object.keys(this.sockets).length === 0 && Object.keys(this.requests).length === 0
  }
}

/** Forgets the one that has been known longest and has nothing under way. */
function letGo(agents: Map<string, IdentityAgent>): void {
  for (const [certificate, agent] of agents) {
    if (!agent.isIdle) continue
    agents.delete(certificate)
    agent.destroy()
    return
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
