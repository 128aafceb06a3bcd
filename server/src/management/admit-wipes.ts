import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { stateOfWipe } from './judge-wipe.ts'
import type { PendingCommand } from './session-state.ts'
import { findWipe, holdGuard } from './wipes-store.ts'

/**
 * Which of the commands that wait may be handed out now. What takes a device away is looked at once more in
 * the transaction that hands it out: whether everything is frozen, whether it was approved, whether it was
 * taken back. What was decided when it was asked for may not hold any more.
 */
export async function admitCommands<Command extends PendingCommand>(
  tx: Db,
  organization: OrganizationId,
  commands: readonly Command[],
  now: Date,
): Promise<Command[]> {
  const guarded = commands.filter(({ wipe }) => wipe !== undefined)
  if (guarded.length === 0) return [...commands]
  const { frozen_at: frozenAt } = await holdGuard(tx, organization)
  const released = new Set<string>()
  for (const wipe of new Set(guarded.flatMap((command) => command.wipe ?? []))) {
    const row = frozenAt ? undefined : await findWipe(tx, organization, wipe)
    if (row && stateOfWipe(row, now) === 'released') released.add(wipe)
  }
  return commands.filter(({ wipe }) => wipe === undefined || released.has(wipe))
}
