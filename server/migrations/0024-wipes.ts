import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const wipes: Migration = {
  async up(db: Kysely<unknown>) {
    // One row for each organization: what may be taken from devices in what time, and whether anything may.
    await sql`
      create table wipe_guards (
        organization_id text primary key references organizations (id) on delete cascade,
        per_person_hour integer not null,
        per_day integer not null,
        hold_minutes integer not null,
        frozen_at timestamptz,
        frozen_by text,
        -- Letting go again takes two; this is the first.
        thaw_asked_at timestamptz,
        thaw_asked_by text,
        thaw_asked_name text
      )`.execute(db)
    // What somebody asked to take from devices, as it was shown to whoever approved it. Its devices are the
    // commands of its batch.
    await sql`
      create table wipe_requests (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        kind text not null,
        device_count integer not null,
        -- Over kind and devices: what is approved is what was shown.
        list_hash text not null,
        reason text not null,
        requested_at timestamptz not null,
        requested_by text not null,
        requested_name text not null,
        needs_approval boolean not null,
        -- Which limit it goes beyond.
        beyond text,
        hold_until timestamptz not null,
        approve_until timestamptz,
        approved_at timestamptz,
        approved_by text,
        approved_name text,
        cancelled_at timestamptz,
        cancelled_name text,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index wipe_requests_by_time on wipe_requests (organization_id, requested_at desc, id desc)`.execute(
      db,
    )
    await sql`create index device_commands_of_batch on device_commands (organization_id, batch_id) where batch_id is not null`.execute(
      db,
    )
  },
}
