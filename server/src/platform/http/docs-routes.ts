import type { Texts } from '../texts.ts'
import { API_BASE } from './api-paths.ts'
import { renderDocs } from './docs-page.ts'
import type { HttpServer } from './http-server.ts'
import { describeApi } from './openapi.ts'

/** `/api/v1/openapi.json` for programs and `/api/docs` for people. Public, like the source itself. */
export function addDocsRoutes(
  app: HttpServer,
  { texts, codes }: { texts: Texts; codes: readonly string[] },
): void {
  const api = describeApi()
  const json = JSON.stringify(api)
  const page = renderDocs(api, { texts, codes })
  app.get(`${API_BASE}/openapi.json`, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(json),
  )
  app.get('/api/docs', async (_request, reply) =>
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page),
  )
}
