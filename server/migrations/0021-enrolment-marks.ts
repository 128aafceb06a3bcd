import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const enrolmentMarks: Migration = {
  async up(db: Kysely<unknown>) {
    // What the addresses carry that a discovery hands out: it tells which steps are one device's, also
    // where a token names nobody.
    await sql`alter table enrolment_attempts add column trail text`.execute(db)
    await sql`create index enrolment_attempts_by_trail on enrolment_attempts (organization_id, trail) where trail is not null`.execute(
      db,
    )
    // What an administrator calls the devices that enrol with a token, until there are groups of devices.
    await sql`alter table enrolment_tokens add column group_name text`.execute(db)
    await sql`alter table devices add column group_name text`.execute(db)
  },
}
