import { z } from 'zod'
import type { HttpServer } from '../platform/http/http-server.ts'
import type { Certificates } from './certificates.ts'
import { fetchRevocationList } from './fetch-revocation-list.ts'
import { REVOCATION_LIST_PATH } from './revocation-list-url.ts'

const File = z.object({ file: z.string().regex(/^cau_[0-9a-z]{20}\.crl$/) })
/** Whoever asks again within it gets the same from a proxy: for so long a revocation may go unseen there. */
const MAX_AGE_SECONDS = 300

/** Lists of revoked certificates, for whoever checks a device's certificate without asking us. */
export function addRevocationListRoute(app: HttpServer, { parts, keys }: Certificates): void {
  app.get(REVOCATION_LIST_PATH, async (request, reply) => {
    const params = File.safeParse(request.params)
    const id = params.success ? params.data.file.slice(0, -'.crl'.length) : undefined
    const list = id ? await fetchRevocationList({ ...parts, keys }, id) : undefined
    if (!list) return reply.code(404).header('cache-control', 'no-store').send()
    return reply
      .type('application/pkix-crl')
      .headers({
        'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
        'last-modified': list.madeAt.toUTCString(),
        'x-content-type-options': 'nosniff',
      })
      .send(Buffer.from(list.der))
  })
}
