import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A listening server that can be stopped with its open connections. */
export type Listener = { readonly url: string; stop(): Promise<void> }

/** Listens on loopback; port 0 means any free port. */
export async function listen(options: {
  port: number
  handler: RequestListener
  tls?: { key: string; cert: string } | undefined
}): Promise<Listener> {
  const server: Server = options.tls
    ? createTlsServer(options.tls, options.handler)
    : createServer(options.handler)
  server.keepAliveTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // a TCP server's address is always this
  return {
    url: `${options.tls ? 'https' : 'http'}://localhost:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
