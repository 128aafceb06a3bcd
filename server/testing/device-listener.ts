import { addManagementUrls } from '../src/app/management-parts.ts'
import type { Parts } from '../src/app/parts.ts'
import type { testApi } from '../src/app/testing.ts'
import { texts } from '../src/app/texts.ts'
import { findTrustAnchors } from '../src/certificates/index.ts'
import { createHttpServer } from '../src/platform/http/http-server.ts'
import { createMetrics } from '../src/platform/metrics.ts'
import { makeServerCertificate } from './authority-import.ts'

/** Where managed devices come, over TLS on a port of its own, as `MOORING_DEVICES_LISTEN` has it. */
export async function startDeviceListener(
  { parts: given, lastSeen }: Pick<ReturnType<typeof testApi>, 'parts' | 'lastSeen'>,
  differs: Partial<Parts['config']> = {},
) {
  const parts = { ...given, config: { ...given.config, ...differs } }
  const { db, clock, log, config } = parts
  const { pem, keyPem } = await makeServerCertificate('CN=localhost')
  const clientAuthorities = await findTrustAnchors(db, clock.now())
  const metrics = createMetrics('test')
  const app = createHttpServer({
    publicUrl: config.publicUrl,
    tls: { cert: pem, key: keyPem, clientAuthorities },
    trustedProxies: config.trustedProxies,
    log,
    texts,
    metrics,
  })
  addManagementUrls(app, parts, lastSeen)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: Number(new URL(address).port),
    async [Symbol.asyncDispose]() {
      await app.close()
      metrics.close()
    },
  }
}
