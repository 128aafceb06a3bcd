import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const selfService: Migration = {
  async up(db: Kysely<unknown>) {
    // What people may do with their own devices; an organization without a row has the defaults.
    await sql`
      create table self_service_settings (
        organization_id text primary key references organizations (id) on delete cascade,
        may_sync boolean not null,
        may_restart boolean not null,
        may_lock boolean not null,
        may_report_lost boolean not null,
        -- Whether a device that is reported lost is locked at once.
        locks_lost boolean not null
      )`.execute(db)
    // A device that somebody reported lost, until it is found; with the row, so that lists need no join.
    await sql`
      alter table devices
        add column lost_at timestamptz,
        add column lost_reason text,
        add column lost_by text`.execute(db)
    // Whose own request it was; empty for what administrators asked for.
    await sql`alter table device_commands add column own_request_of text`.execute(db)
  },
}
