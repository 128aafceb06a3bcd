import type { Metrics } from '../metrics.ts'
import type { HttpServer } from './http-server.ts'

/** `/healthz`: the process answers. `/readyz`: it can also do its work. */
export function addHealthRoutes(app: HttpServer, isReady: () => Promise<boolean>): void {
  app.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send('ok'),
  )
  app.get('/readyz', async (_request, reply) => {
    const ready = await isReady()
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(ready ? 'ready' : 'the database cannot be reached or is not migrated')
  })
}

/** `/metrics` for Prometheus. */
export function addMetricsRoute(app: HttpServer, metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text()),
  )
}
