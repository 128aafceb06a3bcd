import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { ThrottleState } from './throttle.ts'

/** What is remembered under `key`; its row stays locked until the transaction ends. */
export async function lockThrottle(
  tx: Db,
  organization: OrganizationId,
  { key, now }: { key: string; now: Date },
): Promise<ThrottleState | undefined> {
  // There must be a row to lock: of two first attempts, one waits for the other here.
  await tx
    .insertInto('sign_in_throttles')
    .values({
      organization_id: organization,
      key,
      failures: 0,
      window_started_at: now,
      blocked_until: null,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'key']).doNothing())
    .execute()
  const row = await tx
    .selectFrom('sign_in_throttles')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst()
  return (
    row && {
      failures: row.failures,
      windowStartedAt: row.window_started_at,
      blockedUntil: row.blocked_until ?? undefined,
    }
  )
}

export async function saveThrottle(
  tx: Db,
  organization: OrganizationId,
  { key, state }: { key: string; state: ThrottleState },
): Promise<void> {
  await tx
    .updateTable('sign_in_throttles')
    .set({
      failures: state.failures,
      window_started_at: state.windowStartedAt,
      blocked_until: state.blockedUntil ?? null,
    })
    .where('organization_id', '=', organization)
    .where('key', '=', key)
    .execute()
}

export async function removeThrottle(
  tx: Db,
  organization: OrganizationId,
  key: string,
): Promise<void> {
  await tx
    .deleteFrom('sign_in_throttles')
    .where('organization_id', '=', organization)
    .where('key', '=', key)
    .execute()
}

/**
 * Adds failures that were counted elsewhere, of many keys at once.
 *
 * @returns how many there are under each key by now, in the same order.
 */
export async function addFailures(
  db: Db,
  organization: OrganizationId,
  { counted, now }: { counted: readonly { key: string; failures: number }[]; now: Date },
): Promise<number[]> {
  const rows = await db
    .insertInto('sign_in_throttles')
    .values(
      counted.map(({ key, failures }) => ({
        organization_id: organization,
        key,
        failures,
        window_started_at: now,
        blocked_until: null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'key']).doUpdateSet((set) => ({
        failures: set('sign_in_throttles.failures', '+', set.ref('excluded.failures')),
      })),
    )
    .returning(['key', 'failures'])
    .execute()
  const totals = new Map(rows.map(({ key, failures }) => [key, failures]))
  return counted.map(({ key }) => totals.get(key) ?? 0)
}

/** Takes one counted attempt back. */
export async function forgiveAttempt(
  tx: Db,
  organization: OrganizationId,
  key: string,
): Promise<void> {
  await tx
    .updateTable('sign_in_throttles')
    .set((set) => ({ failures: set('failures', '-', 1), blocked_until: null }))
    .where('organization_id', '=', organization)
    .where('key', '=', key)
    .where('failures', '>', 0)
    .execute()
}
