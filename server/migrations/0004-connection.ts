import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const connection: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table connections (
        organization_id text primary key references organizations (id) on delete cascade,
        tenant_id uuid not null,
        client_id uuid not null,
        credential_kind text not null check (credential_kind in ('secret', 'certificate')),
        -- The sealed secret or private key, in table secrets.
        secret_id text not null,
        credential_hint text not null,
        credential_expires_at timestamptz,
        credential_set_at timestamptz not null,
        sync_users boolean not null,
        sync_groups boolean not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        updated_by text not null
      )`.execute(db)
    await sql`create index connections_by_tenant on connections (tenant_id)`.execute(db)
    await sql`
      create table connection_checks (
        organization_id text primary key references organizations (id) on delete cascade,
        checked_at timestamptz not null,
        tenant_name text,
        -- Findings as codes and values; the words are added when somebody reads them.
        findings jsonb not null
      )`.execute(db)
  },
}
