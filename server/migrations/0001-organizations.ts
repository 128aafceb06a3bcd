import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { newId } from '../src/platform/ids.ts'

export const organizations: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table organizations (
        id text primary key,
        slug text not null unique,
        name text not null,
        -- The first organization of the installation; its owners manage the others.
        is_home boolean not null default false,
        created_at timestamptz not null default now()
      )`.execute(db)
    await sql`create unique index organizations_one_home on organizations (is_home) where is_home`.execute(
      db,
    )
    await sql`
      insert into organizations (id, slug, name, is_home)
      values (${newId('org')}, 'default', 'My organization', true)`.execute(db)
  },
}
