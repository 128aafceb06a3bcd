import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const stepUpAndFactors: Migration = {
  async up(db: Kysely<unknown>) {
    // A proof renews the token; requests under way with the one before still find their session.
    await sql`
      alter table sessions
        add column previous_token_hash text,
        add column token_renewed_at timestamptz`.execute(db)
    await sql`create index sessions_by_previous_token on sessions (previous_token_hash) where previous_token_hash is not null`.execute(
      db,
    )
    await sql`
      create table step_ups (
        organization_id text not null,
        id text not null,
        session_id text not null,
        -- Of method, address and body of the very call that is proven.
        act_hash text not null,
        -- What it is, as the contract says it.
        act text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        proven_at timestamptz,
        proven_by text check (proven_by in ('password', 'passkey', 'provider')),
        used_at timestamptz,
        primary key (organization_id, id),
        foreign key (organization_id, session_id)
          references sessions (organization_id, id) on delete cascade,
        check (num_nonnulls(proven_at, proven_by) in (0, 2))
      )`.execute(db)
    await sql`create index step_ups_by_session on step_ups (organization_id, session_id)`.execute(
      db,
    )
    await sql`
      create table administrator_totps (
        organization_id text not null,
        administrator_id text not null,
        -- The sealed secret of the authenticator app.
        secret_id text not null,
        offered_at timestamptz not null,
        -- Set with the first right code: it is asked for from then on.
        confirmed_at timestamptz,
        -- The time step of the last code that was taken: a code is good once.
        last_step bigint not null default 0,
        primary key (organization_id, administrator_id),
        foreign key (organization_id, administrator_id)
          references administrators (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      create table passkeys (
        organization_id text not null,
        id text not null,
        administrator_id text not null,
        name text not null,
        -- The authenticator's id of it, in base64url; over all organizations: it says who signs in.
        credential_id text not null unique,
        -- In COSE.
        public_key bytea not null,
        -- What the authenticator counts; 0 where it does not count.
        counter bigint not null,
        transports text[] not null,
        created_at timestamptz not null,
        last_used_at timestamptz,
        primary key (organization_id, id),
        foreign key (organization_id, administrator_id)
          references administrators (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index passkeys_by_administrator on passkeys (organization_id, administrator_id)`.execute(
      db,
    )
    await sql`
      create table passkey_challenges (
        organization_id text not null references organizations (id) on delete cascade,
        -- SHA-256 of it: what a dump shows answers nothing.
        challenge_hash text not null,
        purpose text not null check (purpose in ('registration', 'signIn', 'stepUp')),
        -- The session or the step-up it was made for; empty where nobody is signed in yet.
        bound_to text not null,
        expires_at timestamptz not null,
        primary key (organization_id, challenge_hash)
      )`.execute(db)
  },
}
