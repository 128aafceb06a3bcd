import { ApiError } from '../platform/api-error.ts'
import { type Db, isUniqueViolation } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { approveRun, cancelRun } from './held-runs-store.ts'
import type { StartParts } from './start-sync.ts'
import type { RunDecision, SyncRunId } from './sync-run.ts'
import { findRun, findRunUnderWay, type StoredRun } from './sync-runs-store.ts'

type Decided = {
  readonly run: string
  readonly by: string
  readonly reason: string | null
  /** Records the decision, in the same transaction. */
  readonly record?: (tx: Db, run: StoredRun) => Promise<void>
}

/**
 * Lets a held run do what it showed. It reads nothing more of Entra.
 *
 * @throws {ApiError} `syncRunMissing`, `syncRunNotHeld`, `syncUnderWay`.
 */
export async function approveHeldRun(
  parts: StartParts,
  organization: OrganizationId,
  asked: Decided,
): Promise<StoredRun> {
  const { db, enqueue } = parts
  const decision = toDecision(parts, 'approved', asked)
  try {
    return await db.transaction().execute(async (tx) => {
      // A run under way is about to look at everything again.
      if (await findRunUnderWay(tx, organization)) throw new ApiError(409, 'syncUnderWay')
      const isHeld = await approveRun(tx, organization, asked.run, decision)
      const run = await findRun(tx, organization, asked.run)
      if (!run) throw new ApiError(404, 'syncRunMissing')
      if (!isHeld) throw new ApiError(409, 'syncRunNotHeld')
      await enqueue(tx, organization, asked.run as SyncRunId) // found by it
      await asked.record?.(tx, run)
      return run
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw new ApiError(409, 'syncUnderWay')
    throw error
  }
}

/**
 * Stops a run, or gives a held one up: what it would have taken away stays.
 *
 * @throws {ApiError} `syncRunMissing`, `syncRunOver`.
 */
export async function cancelSyncRun(
  parts: StartParts,
  organization: OrganizationId,
  asked: Decided,
): Promise<StoredRun> {
  const { db } = parts
  const decision = toDecision(parts, 'cancelled', asked)
  return await db.transaction().execute(async (tx) => {
    const wasThere = await cancelRun(tx, organization, asked.run, decision)
    const run = await findRun(tx, organization, asked.run)
    if (!run) throw new ApiError(404, 'syncRunMissing')
    if (!wasThere) throw new ApiError(409, 'syncRunOver')
    await asked.record?.(tx, run)
    return run
  })
}

function toDecision(
  { clock }: StartParts,
  kind: RunDecision['kind'],
  { by, reason }: Decided,
): RunDecision {
  return { kind, by, at: clock.now().toISOString(), reason }
}
