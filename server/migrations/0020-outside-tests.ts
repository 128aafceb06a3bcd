import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const outsideTests: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table outside_tests (
        organization_id text primary key references organizations (id) on delete cascade,
        tested_at timestamptz not null,
        tested_by text not null,
        -- Codes and values; words are made when somebody reads them.
        findings jsonb not null
      )`.execute(db)
  },
}
