import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const signInHardening: Migration = {
  async up(db: Kysely<unknown>) {
    // Browsers an account was signed in with: strangers who guess elsewhere do not keep them out.
    await sql`
      create table known_browsers (
        organization_id text not null,
        administrator_id text not null,
        -- SHA-256 of the browser's cookie.
        token_hash text not null,
        seen_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, administrator_id, token_hash),
        foreign key (organization_id, administrator_id)
          references administrators (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index known_browsers_by_token on known_browsers (token_hash)`.execute(db)
    // adm_… or usr_…; null: made at the command line, or before makers were kept.
    await sql`alter table api_tokens add column created_by_id text`.execute(db)
    await sql`create index api_tokens_by_maker on api_tokens (organization_id, created_by_id) where created_by_id is not null`.execute(
      db,
    )
    // Strangers share a budget, each caller has one; by the minute and by the day.
    await sql`delete from audit_floods`.execute(db)
    await sql`
      alter table audit_floods
        add column budget text not null,
        add column span text not null check (span in ('minute', 'day')),
        drop constraint audit_floods_pkey,
        add primary key (organization_id, budget, span, minute_at)`.execute(db)
  },
}
