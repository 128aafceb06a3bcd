import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const signIn: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table administrators (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        -- In lower case. Unique over the installation: it is what somebody signs in with.
        email text not null unique,
        role text not null,
        -- Absent until the one-time link has been used.
        password_hash text,
        created_at timestamptz not null,
        last_sign_in_at timestamptz,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`
      create table password_links (
        organization_id text not null,
        token_hash text not null unique,
        administrator_id text not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        primary key (organization_id, token_hash),
        foreign key (organization_id, administrator_id)
          references administrators (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      create table sessions (
        organization_id text not null,
        token_hash text not null unique,
        administrator_id text not null,
        csrf_token text not null,
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, token_hash),
        foreign key (organization_id, administrator_id)
          references administrators (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      create table api_tokens (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        name text not null,
        role text not null,
        token_hash text not null unique,
        hint text not null,
        created_by text not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`
      create table sign_in_throttles (
        organization_id text not null references organizations (id) on delete cascade,
        -- What is counted: an account or an address, hashed.
        key text not null,
        failures integer not null,
        window_started_at timestamptz not null,
        blocked_until timestamptz,
        primary key (organization_id, key)
      )`.execute(db)
  },
}
