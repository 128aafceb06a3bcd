import { readFileSync } from 'node:fs'
import type { Server as TlsServer } from 'node:tls'
import { findTrustAnchors } from '../certificates/index.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { type HttpServer, type TlsParts, toTlsOptions } from '../platform/http/http-server.ts'
import { openCertificates } from './certificate-parts.ts'
import type { Config, Listen } from './config.ts'
import type { Parts } from './parts.ts'

/** How long a new authority may be unknown to the listener: devices enrol first, and come minutes later. */
const REFRESH_MS = 30_000

export async function listen(app: HttpServer, { host, port }: Listen): Promise<void> {
  await app.listen({ host, port, listenTextResolver: () => 'listening' })
}

export function readTls({ certFile, keyFile }: NonNullable<Config['tls']>): TlsParts {
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

/**
 * TLS for a listener where devices come. It names our authorities when it asks for a certificate; with none
 * to name, browsers would be asked for any they have, so that there is one from the beginning.
 */
export async function readDeviceTls(
  tls: NonNullable<Config['tls']>,
  parts: Parts,
): Promise<TlsParts> {
  const { id } = await loadHomeOrganization(parts.db)
  await openCertificates(parts).prepare(id)
  return { ...readTls(tls), clientAuthorities: await findTrustAnchors(parts.db, parts.clock.now()) }
}

/** Keeps what a listener names in step with the authorities there are. @returns what ends it. */
export function followAuthorities(app: HttpServer, tls: TlsParts, parts: Parts): () => void {
  let known = tls.clientAuthorities?.join() ?? ''
  const refresh = async () => {
    const clientAuthorities = await findTrustAnchors(parts.db, parts.clock.now())
    if (clientAuthorities.join() === known) return
    known = clientAuthorities.join()
    // Fastify tells no difference between its listeners; this one was made with TLS.
    const server = app.server as unknown as TlsServer
    server.setSecureContext(toTlsOptions({ ...tls, clientAuthorities }))
  }
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => {
      parts.log.warn({ err: error }, 'the authorities that TLS names could not be read')
    })
  }, REFRESH_MS)
  timer.unref()
  return () => clearInterval(timer)
}
