import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const attemptIndexes: Migration = {
  async up(db: Kysely<unknown>) {
    // Each step of an attempt writes in all of its indexes. These two nobody reads: ids are looked for
    // within their organization, and Windows' own id within the person's attempts, or in any spelling.
    await sql`alter table enrolment_attempts drop constraint enrolment_attempts_id_key`.execute(db)
    await sql`drop index enrolment_attempts_by_request`.execute(db)
  },
}
