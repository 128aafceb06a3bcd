import type { Role } from '@mooring/contract/permissions'
import { loadHomeOrganization } from '../organizations/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { createHttpServer } from '../platform/http/http-server.ts'
import { createJobs } from '../platform/jobs.ts'
import { temporaryKeys } from '../platform/key-source.ts'
import { createLog } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { createSecrets } from '../platform/secrets.ts'
import { makeApiToken } from '../sign-in/index.ts'
import { readConfig } from './config.ts'
import { openEntraParts } from './entra-parts.ts'
import type { Parts } from './parts.ts'
import { texts } from './texts.ts'
import { addUrls } from './urls.ts'

/** For room tests: every URL of the server on a test's database, without a listener or workers. */
export function testApi(
  database: Database,
  clock: Clock,
  { publicUrl = 'http://localhost:8080', env = {} }: { publicUrl?: string; env?: object } = {},
) {
  const lines: string[] = []
  const keys = temporaryKeys()
  const parts: Parts = {
    config: { ...readConfig({ MOORING_PUBLIC_URL: publicUrl, ...env }) },
    clock,
    log: createLog('trace', { write: (line) => lines.push(line) }),
    database,
    db: database.db,
    keys,
    secrets: createSecrets(keys),
    migrated: [],
  }
  const { config, log } = parts
  const entra = openEntraParts(parts)
  const metrics = createMetrics('test')
  const jobs = createJobs({ database, log, metrics, clock, migrate: true })
  const app = createHttpServer({
    publicUrl: config.publicUrl,
    tls: undefined,
    trustedProxies: config.trustedProxies,
    log,
    texts,
    metrics,
  })
  addUrls(app, { parts, entra, jobs, metrics })
  return {
    app,
    parts,
    jobs,
    /** What was logged so far. */
    logged: () => lines.join(''),
    async [Symbol.asyncDispose]() {
      await app.close()
      await entra.http.close()
      metrics.close()
    },
  }
}

/** The headers of a new API token; of the home organization unless another is named. */
export async function asToken(
  { db, clock }: Parts,
  role: Role,
  organization?: OrganizationId,
): Promise<{ authorization: string }> {
  const given = { name: `a test's ${role}`, role, expiresInDays: undefined, createdBy: 'a test' }
  const id = organization ?? (await loadHomeOrganization(db)).id
  const { token } = await makeApiToken(db, id, { given, now: clock.now() })
  return { authorization: `Bearer ${token}` }
}
