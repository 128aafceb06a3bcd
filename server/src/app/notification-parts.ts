import {
  isReachable,
  type KeepParts,
  notificationUrls,
  type Wake,
} from '../change-notifications/index.ts'
import type { ConnectionClients } from '../connection/index.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Parts } from './parts.ts'

/** Names of the jobs that routes add, too. */
export const KEEP_JOB = 'change-notifications.keep'
export const NOTIFIED_JOB = 'change-notifications.sync'

/** What the job that starts a run after notifications is told; `since` as RFC 3339. */
export type NotifiedJob = { readonly organization: OrganizationId; readonly since: string }

/** What looks after the subscriptions of every organization. */
export function toKeepParts(
  { db, clock, log, config }: Parts,
  clients: ConnectionClients,
): KeepParts {
  const urls = notificationUrls(config.publicUrl)
  return { db, clients, clock, log, urls, isReachable: isReachable(config.publicUrl, config.cloud) }
}

/** Sends the job that starts a run: one waits for each organization, however many notifications come. */
export function wakeBy(jobs: Jobs): Wake {
  return async ({ organization, since }, startAfterMs) => {
    const job: NotifiedJob = { organization, since: since.toISOString() }
    await jobs.send(NOTIFIED_JOB, job, { key: organization, startAfterMs })
  }
}
