import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const roleBrake: Migration = {
  async up(db: Kysely<unknown>) {
    // Null: not known, until roles are worked out the next time. Kept for what a group gives and may
    // not lose all its people of unasked.
    await sql`alter table role_assignments add column reached text[]`.execute(db)
  },
}
