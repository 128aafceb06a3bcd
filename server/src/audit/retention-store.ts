import { sql } from 'kysely'
import type { Database, Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** Organizations that have a chain. */
export async function listChains(db: Database['db']): Promise<OrganizationId[]> {
  // The job that removes what is too old looks after every organization.
  const { rows } = await sql<{ id: OrganizationId }>`
    select organization_id as id from audit_heads order by id`.execute(acrossOrganizations(db))
  return rows.map(({ id }) => id)
}

export type Removed = {
  readonly from: number
  readonly to: number
  /** Of the last one removed. */
  readonly hash: string
  readonly count: number
}

/**
 * Removes the oldest events that are all from before `cutoff`, at most `limit` of them, and makes the
 * last one the anchor. The transaction holds the head.
 *
 * @returns `undefined` when there is nothing to remove.
 */
export async function removeOldest(
  tx: Db,
  organization: OrganizationId,
  { cutoff, limit }: { cutoff: Date; limit: number },
): Promise<Removed | undefined> {
  // Clocks of several processes may disagree a little: what goes is what is before the first to stay.
  const { rows } = await sql<{ number: number; hash: string }>`
    select number, hash from (
      select number, hash, at from audit_events where organization_id = ${organization}
      order by number limit ${limit}) as oldest
    where number < coalesce((
      select min(number) from (
        select number, at from audit_events where organization_id = ${organization}
        order by number limit ${limit}) as again
      where at >= ${cutoff}), 9223372036854775807)
    order by number`.execute(tx)
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last) return undefined
  await sql`select set_config('mooring.audit_removal', 'too old', true)`.execute(tx)
  await sql`
    delete from audit_events
    where organization_id = ${organization} and number <= ${last.number}`.execute(tx)
  await sql`select set_config('mooring.audit_removal', '', true)`.execute(tx)
  await sql`
    update audit_heads set anchor_number = ${last.number}, anchor_hash = ${last.hash}
    where organization_id = ${organization}`.execute(tx)
  return {
    from: Number(first.number),
    to: Number(last.number),
    hash: last.hash,
    count: rows.length,
  }
}
