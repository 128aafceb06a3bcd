import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const secrets: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table secrets (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        purpose text not null,
        -- Which master key wraps the secret's own key.
        key_id text not null,
        wrapped_key bytea not null,
        ciphertext bytea not null,
        created_at timestamptz not null default now(),
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index secrets_by_key on secrets (key_id)`.execute(db)
    await sql`
      create table master_key_check (
        organization_id text not null references organizations (id) on delete cascade,
        key_id text not null,
        sealed bytea not null,
        primary key (organization_id, key_id)
      )`.execute(db)
  },
}
