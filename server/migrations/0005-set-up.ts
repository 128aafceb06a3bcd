import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const setUp: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table set_up_guides (
        organization_id text primary key references organizations (id) on delete cascade,
        track text check (track in ('directory', 'windows')),
        draft_tenant_id text,
        draft_client_id text,
        -- Step id → { by, at }, for steps that Entra does not show to us.
        marked jsonb not null default '{}',
        changed_by text not null,
        changed_at timestamptz not null
      )`.execute(db)
  },
}
