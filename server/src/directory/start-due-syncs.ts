import { listSynchronising } from '../connection/index.ts'
import type { Db } from '../platform/database.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { isDue, modeOf, nextRunAt, notBefore } from './schedule.ts'
import { findScheduleFacts } from './schedule-store.ts'
import { findSettings } from './settings-store.ts'
import { type StartParts, startSync } from './start-sync.ts'

/** Who asked for a run that started by itself. */
const BY_SCHEDULE = 'schedule'

/**
 * Starts the run of every organization whose schedule says so. Any number of processes may do this at
 * once: the database allows one run under way for each organization.
 *
 * @returns how many were started.
 */
export async function startDueSyncs(parts: StartParts & { readonly log: Logger }): Promise<number> {
  let started = 0
  for (const organization of await listSynchronising(parts.db)) {
    try {
      if (await startIfDue(parts, organization)) started += 1
    } catch (error) {
      // One organization's trouble must not keep the others waiting; the next beat tries again.
      parts.log.error({ err: error, organization }, 'a scheduled synchronisation did not start')
    }
  }
  return started
}

async function startIfDue(parts: StartParts, organization: OrganizationId): Promise<boolean> {
  const now = parts.clock.now()
  const facts = await findScheduleFacts(parts.db, organization)
  const { settings } = await findSettings(parts.db, organization)
  if (!facts || !isDue(settings.schedule, facts, now)) return false
  const wanted = { mode: modeOf(facts, now), trigger: 'schedule', by: BY_SCHEDULE } as const
  return (await startSync(parts, organization, wanted)) !== undefined
}

/** When the organization's next run starts by itself; `undefined` when none does. */
export async function findNextRunAt(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<Date | undefined> {
  const facts = await findScheduleFacts(db, organization)
  const { settings } = await findSettings(db, organization)
  const next = facts && nextRunAt(settings.schedule, facts)
  return next && new Date(Math.max(next.getTime(), now.getTime()))
}

/**
 * Whether a run may start by itself beside the schedule: there is something to synchronise, and the
 * last run did not fail for a reason that only a person can mend.
 */
export async function mayStartByItself(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<boolean> {
  const facts = await findScheduleFacts(db, organization)
  return facts !== undefined && (notBefore(facts) ?? now) <= now
}
