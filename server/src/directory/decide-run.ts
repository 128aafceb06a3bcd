import { ApiError } from '../platform/api-error.ts'
import { type Db, isUniqueViolation } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { approveRun, cancelRun, findHeldRun } from './held-runs-store.ts'
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
 * @throws {ApiError} `syncRunMissing`, `syncRunNotHeld`, `syncRunSuperseded`, `syncUnderWay`.
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
      if (!isHeld) throw await refusalOf(tx, organization, run, 'syncRunNotHeld')
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
 * @throws {ApiError} `syncRunMissing`, `syncRunOver`, `syncRunSuperseded`.
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
    if (!wasThere) throw await refusalOf(tx, organization, run, 'syncRunOver')
    await asked.record?.(tx, run)
    return run
  })
}

/** Why nothing can be decided about a run any more; of one that was replaced with the newer one. */
async function refusalOf(
  tx: Db,
  organization: OrganizationId,
  { decision }: StoredRun,
  code: 'syncRunNotHeld' | 'syncRunOver',
): Promise<ApiError> {
  if (decision?.kind !== 'superseded') return new ApiError(409, code)
  // The one that replaced it may have been replaced in turn; only the last is held.
  const held = await findHeldRun(tx, organization)
  return new ApiError(409, 'syncRunSuperseded', { instead: held?.id ?? decision.by })
}

function toDecision(
  { clock }: StartParts,
  kind: RunDecision['kind'],
  { by, reason }: Decided,
): RunDecision {
  return { kind, by, at: clock.now().toISOString(), reason }
}
