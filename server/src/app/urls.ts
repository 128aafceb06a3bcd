import type { EndpointName } from '@mooring/contract/endpoints'
import { migrations } from '../../migrations/index.ts'
import { findOrganizationBySlug, organizationRoutes } from '../organizations/index.ts'
import { addApiRoutes } from '../platform/http/api-routes.ts'
import type { Handlers } from '../platform/http/call.ts'
import { addHealthRoutes, addMetricsRoute } from '../platform/http/health-routes.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { addPortal } from '../platform/http/portal-files.ts'
import type { Metrics } from '../platform/metrics.ts'
import { pendingMigrations } from '../platform/migrate.ts'
import {
  administratorRoutes,
  apiTokenRoutes,
  createIdentify,
  sessionRoutes,
} from '../sign-in/index.ts'
import type { Parts } from './parts.ts'

/** Every URL the server answers, and the room that does. */
export function addUrls(app: HttpServer, parts: Parts, metrics: Metrics): void {
  const { config, database, db, clock, log } = parts
  addHealthRoutes(app, () => isReady(parts))
  if (!config.metricsListen) addMetricsRoute(app, metrics)
  addApiRoutes(app, {
    publicUrl: config.publicUrl,
    log,
    handlers: apiHandlers(parts),
    identify: createIdentify(db, clock),
    findOrganization: (slug) => findOrganizationBySlug(database.db, slug),
  })
  addPortal(app, config.portalFolder)
}

/** Each endpoint of the contract and who answers it. */
function apiHandlers(parts: Parts): Partial<Handlers<EndpointName>> {
  const { db, clock, config } = parts
  const signIn = { db, clock, publicUrl: config.publicUrl }
  return {
    ...sessionRoutes(signIn),
    ...administratorRoutes(signIn),
    ...apiTokenRoutes(signIn),
    ...organizationRoutes({ db, clock }),
  }
}

async function isReady({ database, log }: Parts): Promise<boolean> {
  try {
    return (await pendingMigrations(database, migrations)).length === 0
  } catch (error) {
    log.warn({ err: error }, 'not ready')
    return false
  }
}
