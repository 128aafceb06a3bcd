import type { EndpointName } from '@mooring/contract/endpoints'
import { migrations } from '../../migrations/index.ts'
import { auditRoutes } from '../audit/index.ts'
import {
  addRevocationListRoute,
  type Certificates,
  certificateRoutes,
} from '../certificates/index.ts'
import { addNotificationRoutes, endingSubscriptions } from '../change-notifications/index.ts'
import { complianceRoutes } from '../compliance/index.ts'
import {
  connectionRoutes,
  findConnection,
  findFindings,
  renderFindings,
  toContract,
} from '../connection/index.ts'
import { deviceGroupRoutes, deviceRoutes, deviceViewRoutes } from '../devices/index.ts'
import {
  directoryRoutes,
  findRunUnderWay,
  findSettings,
  findSynchronisedTenant,
  settingsRoutes,
  syncRoutes,
} from '../directory/index.ts'
import { enrolmentRoutes, enrolmentTokenRoutes } from '../enrolment/index.ts'
import { enrolmentDoctorRoutes } from '../enrolment-doctor/index.ts'
import {
  commandBatchRoutes,
  commandRoutes,
  type LastSeen,
  selfServiceRoutes,
  selfServiceSettingsRoutes,
  sessionSettingsRoutes,
  watchRoutes,
  wipeGuardRoutes,
  wipeRoutes,
} from '../management/index.ts'
import {
  findOrganizationBySlug,
  loadHomeOrganization,
  organizationRoutes,
} from '../organizations/index.ts'
import { overviewRoutes } from '../overview/index.ts'
import type { Db } from '../platform/database.ts'
import { addApiRoutes } from '../platform/http/api-routes.ts'
import type { Handlers } from '../platform/http/call.ts'
import { addDocsRoutes } from '../platform/http/docs-routes.ts'
import { addHealthRoutes, addMetricsRoute } from '../platform/http/health-routes.ts'
import type { HttpServer } from '../platform/http/http-server.ts'
import { addPortal } from '../platform/http/portal-files.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Metrics } from '../platform/metrics.ts'
import { pendingMigrations } from '../platform/migrate.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { roleRoutes } from '../roles/index.ts'
import { setUpRoutes } from '../set-up/index.ts'
import {
  createIdentify,
  createTakeStepUp,
  type ProviderSide,
  signInRoutes,
} from '../sign-in/index.ts'
import {
  addFrontChannelLogout,
  attemptRoutes,
  createReturnRoute,
  endSessionUrl,
  findProvider,
  providerRoutes,
} from '../single-sign-on/index.ts'
import { termsPageRoutes } from '../terms-of-use/index.ts'
import { createAuditor } from './audit-parts.ts'
import { openCertificates } from './certificate-parts.ts'
import { addDeviceUrls } from './enrolment-parts.ts'
import type { EntraParts } from './entra-parts.ts'
import { enqueueSync } from './jobs.ts'
import { addManagementUrls } from './management-parts.ts'
import { KEEP_JOB, wakeBy } from './notification-parts.ts'
import type { Parts } from './parts.ts'
import { followDirectory, judgeRoles } from './sync-parts.ts'
import { problemCodes, texts } from './texts.ts'

export type UrlParts = {
  readonly parts: Parts
  readonly entra: EntraParts
  readonly jobs: Jobs
  readonly metrics: Metrics
  readonly lastSeen: LastSeen
}

/** Every URL the server answers, and the room that does. */
export function addUrls(app: HttpServer, given: UrlParts): void {
  const { parts, metrics } = given
  const { config, database, db, clock, log } = parts
  addHealthRoutes(app, () => isReady(parts))
  if (!config.metricsListen) addMetricsRoute(app, metrics)
  const certificates = openCertificates(parts)
  addRevocationListRoute(app, certificates)
  addDeviceUrls(app, { parts, entra: given.entra, certificates })
  addManagementUrls(app, parts, given.lastSeen)
  addNotificationRoutes(app, toReceiveParts(given))
  addApiRoutes(app, {
    publicUrl: config.publicUrl,
    log,
    handlers: apiHandlers(given, certificates),
    identify: createIdentify(db, clock),
    takeStepUp: createTakeStepUp(db, clock),
    findOrganization: (slug) => findOrganizationBySlug(database.db, slug),
    auditor: createAuditor(parts),
  })
  addDocsRoutes(app, { texts, codes: problemCodes })
  const signOn = toSignOnParts(given)
  addFrontChannelLogout(app, { db, clock, frameSources: [config.cloud.authorityUrl] })
  addPortal(app, config.portalFolder, createReturnRoute(signOn))
}

/** What signs people in with their provider. */
function toSignOnParts({ parts, entra: { clients, signOn } }: UrlParts) {
  const { db, secrets, clock, log } = parts
  return { ...signOn, db, secrets, clock, log, texts, clients }
}

function toReceiveParts({ parts: { db, clock, log }, jobs, metrics }: UrlParts) {
  const count = metrics.counter(
    'mooring_graph_notifications_total',
    'Change notifications by what they were taken for',
    'kind',
  )
  const keepNow = async () => {
    await jobs.send(KEEP_JOB, {})
  }
  return { db, clock, log, count, keepNow, wake: wakeBy(jobs) }
}

/** Each endpoint of the contract and who answers it. */
function apiHandlers(given: UrlParts, certificates: Certificates): Handlers<EndpointName> {
  const { parts, entra, jobs } = given
  const { clients } = entra
  const { db, secrets, clock, config } = parts
  const signOn = toSignOnParts(given)
  const { cloud, publicUrl } = config
  const signIn = {
    db,
    clock,
    secrets,
    publicUrl,
    texts,
    endSessionUrl: (side: ProviderSide) => endSessionUrl(signOn, side),
    isProviderOn: async (tx: Db, organization: OrganizationId) =>
      (await findProvider(tx, organization))?.settings.enabled === true,
  }
  const connection = connectionRoutes({
    db,
    secrets,
    texts,
    clock,
    clients,
    publicUrl,
    synchronisedTenant: findSynchronisedTenant,
    isSynchronising: async (tx, organization) =>
      (await findRunUnderWay(tx, organization)) !== undefined,
    isChosenByGroups: async (tx, organization) =>
      (await findSettings(tx, organization)).settings.scope.kind === 'groups',
  })
  return {
    ...signInRoutes(signIn),
    ...attemptRoutes(signOn),
    ...providerRoutes(signOn),
    ...roleRoutes({ db, clock }),
    ...organizationRoutes({ db, clock }),
    ...connection,
    deleteConnection: (input, call) =>
      endingSubscriptions({ db, clients }, call.organization, () =>
        connection.deleteConnection(input, call),
      ),
    ...setUpRoutes({ db, texts, clock, cloud, publicUrl, connection: connectionForGuide(db) }),
    ...directoryRoutes({ db, clock, texts, cloud, ended: followDirectory({ clock }) }),
    ...syncRoutes({ db, clock, texts, enqueue: enqueueSync(jobs) }),
    ...settingsRoutes({
      db,
      clock,
      texts,
      clients,
      enqueue: enqueueSync(jobs),
      judge: judgeRoles,
    }),
    ...overviewRoutes({ db, clock, texts }),
    ...auditRoutes({ db, clock, texts }),
    ...certificateRoutes(certificates),
    ...deviceRoutes({ db, clock, texts }),
    ...deviceViewRoutes({ db, clock }),
    ...deviceGroupRoutes({ db, clock }),
    ...commandBatchRoutes({ db, clock, texts }),
    ...commandRoutes({ db, clock, texts }),
    ...wipeRoutes({ db, clock }),
    ...selfServiceRoutes({ db, clock }),
    ...selfServiceSettingsRoutes({ db }),
    ...watchRoutes({ db, clock }),
    ...wipeGuardRoutes({ db, clock }),
    ...complianceRoutes({ db, clock, texts }),
    ...sessionSettingsRoutes({ db, clock, secrets }),
    ...enrolmentRoutes({ db, clock, texts }),
    ...enrolmentDoctorRoutes({
      db,
      clock,
      texts,
      publicUrl,
      home: async () => (await loadHomeOrganization(db)).id,
    }),
    ...termsPageRoutes({ db, clock }),
    ...enrolmentTokenRoutes({ db, clock, publicUrl }),
  }
}

/** What the guide asks of the connection. */
function connectionForGuide(db: Parts['db']): Parameters<typeof setUpRoutes>[0]['connection'] {
  return {
    async find(organization) {
      const connection = await findConnection(db, organization)
      return connection && toContract(connection)
    },
    lastFindings: (organization) => findFindings(db, organization),
    render: (findings, language) => renderFindings(texts, language, findings),
  }
}

/** Whether the database can be reached and is of this version. */
export async function isReady({ database, log }: Parts): Promise<boolean> {
  try {
    return (await pendingMigrations(database, migrations)).length === 0
  } catch (error) {
    log.warn({ err: error }, 'not ready')
    return false
  }
}
