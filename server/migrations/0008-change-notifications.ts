import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const changeNotifications: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      alter table change_subscriptions
        -- Tenant, application and URL that it was made with: with others it is made anew.
        add column made_for text,
        -- Failures in a row.
        add column tries integer not null default 0,
        -- Until then one process looks after it, and no other.
        add column lease_until timestamptz`.execute(db)
    // Everybody's history begins with the row of a first load, of which there are a handful.
    await sql`
      create index directory_changes_of_streams on directory_changes (organization_id, number)
        where object = 'stream'`.execute(db)
  },
}
