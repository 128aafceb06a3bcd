import { openEntraParts } from '../src/app/entra-parts.ts'
import type { Parts } from '../src/app/parts.ts'
import type { testApi } from '../src/app/testing.ts'
import { texts } from '../src/app/texts.ts'
import { addUrls } from '../src/app/urls.ts'
import { createLastSeen } from '../src/management/index.ts'
import { createHttpServer } from '../src/platform/http/http-server.ts'
import { createMetrics } from '../src/platform/metrics.ts'

/**
 * One more process of the same installation, as far as one process can be two: the same database, keys and
 * clock, and nothing else in common.
 *
 * @param differs what this one has otherwise, a database that dies for example.
 */
export function startReplica(
  { parts: first, jobs }: Pick<ReturnType<typeof testApi>, 'parts' | 'jobs'>,
  differs: Partial<Parts> = {},
) {
  const parts = { ...first, ...differs }
  const entra = openEntraParts(parts)
  const metrics = createMetrics('test')
  const { publicUrl, trustedProxies } = parts.config
  const { log } = parts
  const app = createHttpServer({ publicUrl, tls: undefined, trustedProxies, log, texts, metrics })
  const lastSeen = createLastSeen(parts)
  addUrls(app, { parts, entra, jobs, metrics, lastSeen })
  return {
    app,
    async [Symbol.asyncDispose]() {
      await app.close()
      await lastSeen[Symbol.asyncDispose]()
      await entra.http.close()
      metrics.close()
    },
  }
}
