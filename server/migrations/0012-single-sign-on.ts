import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const singleSignOn: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table sign_in_providers (
        organization_id text primary key references organizations (id) on delete cascade,
        -- Everything but the secret.
        settings jsonb not null,
        -- Of a registration of its own; null: the connection's, or none.
        secret_id text,
        secret_hint text,
        secret_set_at timestamptz,
        saved_at timestamptz not null,
        saved_by text not null,
        check (num_nonnulls(secret_id, secret_hint, secret_set_at) in (0, 3))
      )`.execute(db)
    await sql`
      create table sign_in_attempts (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        purpose text not null check (purpose in ('signIn', 'test', 'stepUp')),
        -- Of what only the browser has: state, nonce and PKCE verifier follow from it.
        secret_hash text not null,
        -- With whom it began: another provider by then, and its answer counts for nothing.
        provider_hash text not null,
        return_to text,
        -- Who began a test or a step-up, and which step-up.
        started_by text,
        step_up_id text,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        -- Set before the code is redeemed: nothing is redeemed twice.
        used_at timestamptz,
        -- {state, trouble?, test?} once it has ended.
        outcome jsonb,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index sign_in_attempts_by_end on sign_in_attempts (expires_at)`.execute(db)
    // Who somebody is at a provider that is not Entra. Its subject counts, not a name or a mail address.
    await sql`
      create table provider_identities (
        organization_id text not null references organizations (id) on delete cascade,
        issuer text not null,
        subject text not null,
        -- No foreign key: the directory lets go of people.
        user_id text not null,
        created_at timestamptz not null,
        primary key (organization_id, issuer, subject)
      )`.execute(db)
    await sql`create index provider_identities_by_user on provider_identities (organization_id, user_id)`.execute(
      db,
    )
    // Public keys are nobody's in particular: one copy serves all organizations and processes.
    await sql`
      create table signing_key_sets (
        jwks_url text primary key,
        keys jsonb not null,
        fetched_at timestamptz,
        tried_at timestamptz not null
      )`.execute(db)
    // Where a person comes from: what the synchronisation did not bring, it does not take away.
    await sql`
      alter table directory_users add column source text not null default 'entra'
        check (source in ('entra', 'provider'))`.execute(db)
  },
}
