import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const termsPage: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table terms_pages (
        organization_id text primary key references organizations (id) on delete cascade,
        enabled boolean not null,
        fallback text not null check (fallback in ('en', 'de')),
        texts jsonb not null,
        version integer not null,
        updated_at timestamptz not null,
        updated_by text not null
      )`.execute(db)
    await sql`
      create table terms_answers (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        user_entra_id uuid not null,
        user_name text,
        version integer not null,
        language text not null check (language in ('en', 'de')),
        answer text not null check (answer in ('accepted', 'declined')),
        at timestamptz not null,
        request_id text,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index terms_answers_by_time on terms_answers (organization_id, at desc, id desc)`.execute(
      db,
    )
  },
}
