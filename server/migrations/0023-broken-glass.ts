import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const brokenGlass: Migration = {
  async up(db: Kysely<unknown>) {
    // A handful among all sign-ins of a year, looked for by every overview.
    await sql`
      create index audit_events_broken_glass on audit_events (organization_id, number)
      where details ->> 'breakGlass' = 'true'`.execute(db)
  },
}
