import type { SyncCounts } from '@mooring/contract/directory'
import type { Db } from '../platform/database.ts'
import { ChangePile, Undone } from './change-pile.ts'
import { addToDay, carryDay, recordDay } from './days-store.ts'
import { supersedeHeld } from './held-runs-store.ts'
import type { DirectoryEnd, SyncOutcome, SyncParts } from './reading.ts'
import {
  lastChangeNumber,
  removeProposals,
  saveProposals,
  takesMoreThanShown,
} from './record-changes-store.ts'
import { finishRun } from './run-leases-store.ts'
import type { Work } from './run-work.ts'
import { findSettings } from './settings-store.ts'
import { type Settled, type SettleSetting, settle } from './settle.ts'
import { lockState, lockTenant } from './settle-store.ts'
import { addCounts, isChanged, type RunHold, type RunProblem } from './sync-run.ts'

type EndParts = Pick<SyncParts, 'db' | 'clock' | 'ended' | 'judge'>

/** Ends a run that came to nothing more. What was committed before stays. */
export async function endRun(
  parts: EndParts,
  work: Work,
  ending:
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'failed'; readonly problem: RunProblem },
): Promise<SyncOutcome> {
  const problem = ending.kind === 'failed' ? ending.problem : undefined
  await work.inTurn(() =>
    parts.db.transaction().execute((tx) => finish(parts, tx, work, ending.kind, { problem })),
  )
  return ending
}

/**
 * Ends a run whose reading is over: the organization follows what was read, in one transaction with
 * the end of the run. When the removal brake objects, all of that is undone, and kept for somebody
 * to look at.
 */
export async function settleRun(
  parts: EndParts,
  work: Work,
  given: Omit<SettleSetting, 'now'>,
  problem: RunProblem | undefined,
): Promise<SyncOutcome> {
  return await work.inTurn(async () => {
    try {
      await parts.db.transaction().execute(async (tx) => {
        await lockTenant(tx, given.tenantId)
        await lockState(tx, work.organization)
        // Rules that were changed while the run was reading count already: what they left to be looked
        // at is looked at now, and by nobody else.
        const { settings: rules } = await findSettings(tx, work.organization)
        const before = await lastChangeNumber(tx, work.organization)
        const settled = await settle(tx, {
          ...given,
          rules,
          now: parts.clock.now(),
          judge: parts.judge,
        })
        if (!(await mayGoOn(tx, work, settled.holds, before))) {
          throw new Undone(settled, await ChangePile.collect(tx, work.organization, before))
        }
        const counts = addCounts(work.counts, settled.counts)
        await supersedeHeld(tx, work.organization, work.run.id, parts.clock.now())
        const { isMoved } = settled
        await finish(parts, tx, work, problem ? 'failed' : 'succeeded', {
          counts,
          problem,
          isMoved,
          end: 'settled',
        })
      })
    } catch (error) {
      if (!(error instanceof Undone)) throw error
      const { found, changes } = error as Undone<Settled>
      await hold(parts, work, { holds: found.holds, changes, problem })
      return { kind: 'held' }
    }
    return problem ? { kind: 'failed', problem } : { kind: 'succeeded' }
  })
}

/** An approval covers what was shown, one by one, and no more. */
async function mayGoOn(
  tx: Db,
  work: Work,
  holds: readonly RunHold[],
  before: number,
): Promise<boolean> {
  if (holds.length === 0) return true
  if (work.run.decision?.kind !== 'approved') return false
  if (!holds.every((hold) => isShown(hold, work.run.holds))) return false
  return !(await takesMoreThanShown(tx, work.organization, work.run.id, before))
}

/** Whether a reason that is about one group was told of that group when somebody approved. */
const isShown = ({ code, values }: RunHold, shown: readonly RunHold[]): boolean =>
  values['entraId'] === undefined ||
  shown.some((one) => one.code === code && one.values['entraId'] === values['entraId'])

type Held = {
  readonly holds: readonly RunHold[]
  readonly changes: ChangePile
  readonly problem: RunProblem | undefined
}

async function hold(parts: EndParts, work: Work, { holds, changes, problem }: Held): Promise<void> {
  await parts.db.transaction().execute(async (tx) => {
    await keepProposals(tx, work, changes)
    await supersedeHeld(tx, work.organization, work.run.id, parts.clock.now())
    await finish(parts, tx, work, 'held', { holds, problem })
  })
}

/** Ends a dry run with what it found out, though a stream may have been left out. */
export async function endDryRun(
  parts: EndParts,
  work: Work,
  found: Settled,
  { changes, problem }: { changes: ChangePile; problem: RunProblem | undefined },
): Promise<SyncOutcome> {
  await work.inTurn(() =>
    parts.db.transaction().execute(async (tx) => {
      await keepProposals(tx, work, changes)
      const { counts, holds } = found
      await finish(parts, tx, work, problem ? 'failed' : 'succeeded', { counts, holds, problem })
    }),
  )
  return problem ? { kind: 'failed', problem } : { kind: 'succeeded' }
}

async function keepProposals(tx: Db, work: Work, changes: ChangePile): Promise<void> {
  await removeProposals(tx, work.organization, work.run.id)
  for (const rows of changes.chunks()) {
    await saveProposals(tx, work.organization, work.run.id, rows)
  }
}

type Last = {
  readonly counts?: SyncCounts
  readonly holds?: readonly RunHold[]
  readonly problem?: RunProblem | undefined
  /** Whether people or groups came, went or were hidden, as far as that is known. */
  readonly isMoved?: boolean
  readonly end?: DirectoryEnd
}

async function finish(
  parts: EndParts,
  tx: Db,
  work: Work,
  state: 'succeeded' | 'failed' | 'cancelled' | 'held',
  { counts = work.counts, holds = [], problem, isMoved = true, end = 'unsettled' }: Last,
): Promise<void> {
  const now = parts.clock.now()
  // An approved run keeps what it was held for.
  const kept = work.run.decision?.kind === 'approved' && state !== 'held' ? work.run.holds : holds
  const last = { ...work.last(counts, problem), holds: kept }
  await finishRun(tx, work.organization, work.held, state, last, now)
  if (work.run.dryRun) return
  await keepDay(tx, work, { isChanged: isChanged(counts), isMoved, now })
  // Last: what it records holds the audit log's chain until the commit.
  await parts.ended?.(tx, work.organization, end)
}

async function keepDay(
  tx: Db,
  { organization, run }: Work,
  { isChanged, isMoved, now }: { isChanged: boolean; isMoved: boolean; now: Date },
): Promise<void> {
  if (!isChanged) return await carryDay(tx, organization, now)
  // What was told before a run was held has been counted then.
  const mayAdd = !isMoved && run.decision?.kind !== 'approved'
  if (mayAdd && (await addToDay(tx, organization, run.id, now))) return
  await recordDay(tx, organization, now)
}
