import { keepConnection } from '../connection/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { SyncMode, SyncRunId, SyncTrigger } from './sync-run.ts'
import { findRun, insertRun, type StoredRun } from './sync-runs-store.ts'

export type StartParts = {
  readonly db: Database['db']
  readonly clock: Clock
  /** Sends the job that works on the run; within the same transaction, so that neither is alone. */
  readonly enqueue: (tx: Db, organization: OrganizationId, run: SyncRunId) => Promise<void>
}

type WantedRun = {
  readonly mode: SyncMode
  readonly trigger: SyncTrigger
  readonly by: string
  readonly dryRun?: boolean
  /** Records that somebody started it, in the same transaction. */
  readonly record?: (tx: Db, run: StoredRun) => Promise<void>
}

/**
 * Starts a synchronisation in the background.
 *
 * @returns `undefined` when one is under way in this organization.
 */
export async function startSync(
  parts: StartParts,
  organization: OrganizationId,
  wanted: WantedRun,
): Promise<StoredRun | undefined> {
  return await parts.db
    .transaction()
    .execute((tx) => startSyncWithin(tx, parts, organization, wanted))
}

/** The same within a transaction that makes the run necessary, so that neither is without the other. */
export async function startSyncWithin(
  tx: Db,
  parts: Pick<StartParts, 'clock' | 'enqueue'>,
  organization: OrganizationId,
  wanted: WantedRun,
): Promise<StoredRun | undefined> {
  const run = {
    id: newId('run'),
    mode: wanted.mode,
    dryRun: wanted.dryRun ?? false,
    trigger: wanted.trigger,
    requestedBy: wanted.by,
    requestedAt: parts.clock.now(),
  }
  // Whoever changes the connection while nothing is under way can rely on it until they are done.
  await keepConnection(tx, organization)
  if (!(await insertRun(tx, organization, run))) return undefined
  await parts.enqueue(tx, organization, run.id)
  const started = await findRun(tx, organization, run.id)
  if (started) await wanted.record?.(tx, started)
  return started
}
