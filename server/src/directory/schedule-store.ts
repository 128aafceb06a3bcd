import { findConnection } from '../connection/index.ts'
import { EntraError, isTransient } from '../entra/entra-error.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { ScheduleFacts } from './schedule.ts'
import { findSettings } from './settings-store.ts'
import type { RunProblem } from './sync-run.ts'

/** @returns `undefined` when there is nothing to synchronise: no connection, or all is switched off. */
export async function findScheduleFacts(
  db: Db,
  organization: OrganizationId,
): Promise<ScheduleFacts | undefined> {
  const connection = await findConnection(db, organization)
  if (!connection?.syncUsers && !connection?.syncGroups) return undefined
  const { updatedAt } = await findSettings(db, organization)
  const wanted = [
    ...(connection.syncUsers ? (['users'] as const) : []),
    ...(connection.syncGroups ? (['groups'] as const) : []),
  ]
  const streams = await db
    .selectFrom('directory_streams')
    .select(['last_success_at', 'last_full_at', 'problem'])
    .where('organization_id', '=', organization)
    .where('stream', 'in', wanted)
    .execute()
  // What cannot be read is never read in full, and would have the others read so with every run.
  const read = streams.filter((stream) => stream.last_success_at !== null && !stream.problem)
  const fullReads = read.map(({ last_full_at }) => last_full_at?.getTime() ?? 0)
  return {
    connectedAt: connection.createdAt,
    settingsChangedAt: updatedAt,
    lastRun: await findLastRun(db, organization),
    hasBeenRead: read.length > 0,
    lastFullReadAt: read.length > 0 ? new Date(Math.min(...fullReads)) : undefined,
  }
}

async function findLastRun(
  db: Db,
  organization: OrganizationId,
): Promise<ScheduleFacts['lastRun']> {
  const run = await db
    .selectFrom('sync_runs')
    .select(['state', 'requested_at', 'problem'])
    .where('organization_id', '=', organization)
    // One that only shows what would change keeps no other from starting, unless it is under way.
    .where((is) => is.or([is('dry_run', '=', false), is('state', 'in', ['queued', 'running'])]))
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return (
    run && {
      requestedAt: run.requested_at,
      isUnderWay: run.state === 'queued' || run.state === 'running',
      // Written by the run itself.
      needsMending: run.state === 'failed' && needsMending(run.problem as RunProblem | null),
    }
  )
}

/** Whether a person has to do something in Entra or here before a run can succeed. */
function needsMending(problem: RunProblem | null): boolean {
  if (!problem) return false
  if (problem.code === 'Authorization_RequestDenied') return true
  const { code, values } = problem
  return (
    code.startsWith('AADSTS') &&
    !isTransient(new EntraError(code, String(values['oauthError']), {}))
  )
}
