import { type Kysely, sql } from 'kysely'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { Schema } from '../platform/schema.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** How long the history of people, groups and runs is kept. */
const HISTORY_DAYS = 400
/** Entra's recycle bin keeps people for 30 days; twice that, and an empty row waits for nobody. */
const BLANK_DAYS = 60
/** How long it is kept what a run would have changed. */
const PROPOSAL_DAYS = 30

/** Forgets history, runs and what runs would have changed, when they are old; of every organization. */
export async function forgetOld(db: Kysely<Schema>, now: Date): Promise<void> {
  const all = acrossOrganizations(db)
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS)
  await sql`delete from directory_changes where at < ${before(HISTORY_DAYS)}`.execute(all)
  // Members of groups are counted differently then, which the row of directory_states tells.
  await sql`with gone as (
      delete from directory_users
      where state = 'outside' and entra_state in ('binned', 'missing') and changed_at < ${before(BLANK_DAYS)}
      returning organization_id
    )
    update directory_states set last_number = last_number
    where organization_id in (select organization_id from gone)`.execute(all)
  await sql`delete from sync_runs
    where finished_at < ${before(HISTORY_DAYS)}
      or (trigger = 'preview' and finished_at < ${before(PROPOSAL_DAYS)})`.execute(all)
  await sql`delete from sync_proposals as p using sync_runs as r
    where r.organization_id = p.organization_id and r.id = p.run_id and r.finished_at < ${before(PROPOSAL_DAYS)}`.execute(
    all,
  )
}
