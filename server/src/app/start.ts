import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createHttpServer, type HttpServer } from '../platform/http/http-server.ts'
import { createLog, type Logger } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import type { Config, Listen } from './config.ts'
import { openEntraParts } from './entra-parts.ts'
import { openParts, type Parts } from './parts.ts'
import { texts } from './texts.ts'
import { addUrls } from './urls.ts'

export type { Config } from './config.ts'

/** `web` runs no background jobs, `worker` nothing else. */
export type ServerRole = 'all' | 'web' | 'worker'

export type RunningServer = {
  /** Where it is reached; the public URL, for tests with the port that was free. */
  readonly url: URL
  readonly parts: Parts
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts the server: its parts in order, the listener last. Disposing of it stops them in reverse.
 *
 * With port 0 a free port is taken, and a public URL with port 0 gets it too.
 */
export async function startServer(
  given: Config,
  options: { readonly clock?: Clock; readonly log?: Logger; readonly role?: ServerRole } = {},
): Promise<RunningServer> {
  const config = await withPorts(given)
  const log = options.log ?? createLog(config.logLevel)
  await using stack = new AsyncDisposableStack()

  const parts = await openParts(config, options.clock ?? systemClock, log)
  stack.defer(() => parts.database.close())

  const entra = openEntraParts(parts)
  stack.defer(() => entra.http.close())

  const metrics = createMetrics(VERSION)
  stack.defer(() => metrics.close())
  const app = createHttpServer({
    publicUrl: config.publicUrl,
    tls: config.tls && readTls(config.tls),
    trustedProxies: config.trustedProxies,
    log,
    texts,
    metrics,
  })
  stack.defer(() => app.close())
  addUrls(app, parts, entra, metrics)
  await listen(app, config.listen)
  log.info({ url: config.publicUrl.origin, ...config.listen }, 'the server listens')

  const moved = stack.move()
  return {
    url: config.publicUrl,
    parts,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

const VERSION = '0.1.0'

async function listen(app: HttpServer, { host, port }: Listen): Promise<void> {
  await app.listen({ host, port, listenTextResolver: () => 'listening' })
}

function readTls({ certFile, keyFile }: NonNullable<Config['tls']>) {
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

/** The public URL must be known before anything is built, and so must its port. */
async function withPorts(config: Config): Promise<Config> {
  if (config.listen.port !== 0) return config
  const port = await findFreePort(config.listen.host)
  const publicUrl = new URL(config.publicUrl)
  if (publicUrl.port === '0') publicUrl.port = String(port)
  return { ...config, publicUrl, listen: { ...config.listen, port } }
}

async function findFreePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, host, resolve)
  })
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
