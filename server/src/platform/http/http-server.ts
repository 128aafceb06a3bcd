import cookie from '@fastify/cookie'
import { type FastifyReply, type FastifyRequest, fastify, LogController } from 'fastify'
import { ApiError } from '../api-error.ts'
import { newId } from '../ids.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { readLanguage, type Texts } from '../texts.ts'
import { toApiError, toProblem } from './problem.ts'
import { securityHeaders } from './security-headers.ts'

export type HttpServerParts = {
  readonly publicUrl: URL
  /** Absent: plain HTTP. */
  readonly tls: TlsParts | undefined
  /** Addresses whose forwarded headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly log: Logger
  readonly texts: Texts
  readonly metrics: Metrics
  readonly timeouts?: Timeouts
}

/** How long a sender may take, in milliseconds: for the headers, and for the whole request. */
export type Timeouts = {
  readonly headersMs: number
  readonly requestMs: number
  /** How often that is looked at. */
  readonly checkedEveryMs: number
}

/** PEM texts. */
export type TlsParts = {
  readonly cert: string
  readonly key: string
  /**
   * Where devices come: whoever connects is asked for a certificate of one of these authorities, and nobody
   * has to have one. What it is worth is for the route to say. Absent: nobody is asked.
   */
  readonly clientAuthorities?: readonly string[]
}

/** A listener with everything routes have in common, and no routes yet. */
export type HttpServer = ReturnType<typeof createHttpServer>

const BODY_LIMIT_BYTES = 1024 * 1024
/** Node's own defaults, 60 and 300 seconds looked at every 30, let slow senders hold connections for free. */
const TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 30_000, checkedEveryMs: 5_000 }
/** How long a request may still take once the server is told to stop. */
const CLOSE_TIMEOUT_MS = 5_000

/**
 * Makes the HTTP listener: limits, headers, request log, and one shape for every refusal.
 *
 * The log gets the route's pattern, never the URL: paths hold ids, queries hold what people search.
 */
export function createHttpServer(parts: HttpServerParts) {
  const { publicUrl, log, texts, metrics, tls, timeouts = TIMEOUTS } = parts
  const checking = { connectionsCheckingInterval: timeouts.checkedEveryMs }
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('req'),
    trustProxy: parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: timeouts.requestMs,
    return503OnClosing: true,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply as FastifyReply)
    },
    ...(tls ? { https: { ...toTlsOptions(tls), ...checking } } : { http: checking }),
  })
  app.server.headersTimeout = timeouts.headersMs

  // JSON is the only language of the API; `text/plain` is what a foreign form could send.
  app.removeAllContentTypeParsers()
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parseJson(request, body.toString(), done)
  })
  void app.register(cookie)

  const headers = securityHeaders(publicUrl)
  const warnOfProxy = warningOnce(log)
  app.addHook('onRequest', async (request, reply) => {
    // Of a proxy that is believed, there is at least one address more than the proxy's own.
    const isForwarded = request.headers['x-forwarded-for'] !== undefined
    if (isForwarded && (request.ips?.length ?? 1) < 2) warnOfProxy(request.socket.remoteAddress)
    reply.headers({ ...headers, 'x-request-id': request.id })
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const durationMs = Math.round(reply.elapsedTime)
    metrics.observeRequest(request.method, route, reply.statusCode, durationMs)
    const level = reply.statusCode >= 500 ? 'warn' : QUIET.has(route) ? 'debug' : 'info'
    log[level](
      { traceId: request.id, method: request.method, route, status: reply.statusCode, durationMs },
      'request',
    )
  })
  app.addHook('preClose', async () => {
    // Whoever sends without an end must not keep the process from ending.
    setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS).unref()
  })
  app.setErrorHandler(answerError)
  return app

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const known = toApiError(error)
    if (!known) log.error({ err: error, traceId: request.id }, 'a request failed')
    const refusal = known ?? new ApiError(500, 'internalError')
    const language = readLanguage(request.headers['accept-language'])
    const problem = toProblem(refusal, { texts, language, traceId: request.id, publicUrl })
    if (refusal.retryAfterSeconds !== undefined) {
      reply.header('retry-after', String(refusal.retryAfterSeconds))
    }
    return (
      reply
        .code(problem.status)
        // Once more: a URL that cannot be read gets here past the hook.
        .headers({ ...headers, 'x-request-id': request.id })
        .headers({ 'cache-control': 'no-store', 'content-language': language })
        .type('application/problem+json; charset=utf-8')
        .send(JSON.stringify(problem))
    )
  }
}

/** For the listener's beginning, and for `setSecureContext` when the authorities have changed. */
export function toTlsOptions({ cert, key, clientAuthorities }: TlsParts) {
  const common = { cert, key, minVersion: 'TLSv1.2' as const }
  if (!clientAuthorities) return common
  return { ...common, ca: [...clientAuthorities], requestCert: true, rejectUnauthorized: false }
}

/** Asked every few seconds by machines. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics'])

/** Everybody behind a proxy that is not believed shares its address, and its waits. Told once. */
function warningOnce(log: Logger): (peer: string | undefined) => void {
  let isTold = false
  return (peer) => {
    if (isTold) return
    isTold = true
    log.warn(
      { peer },
      'X-Forwarded-For comes from a peer that is not in MOORING_TRUSTED_PROXIES and is not believed',
    )
  }
}
