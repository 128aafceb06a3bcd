import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const sessions: Migration = {
  async up(db: Kysely<unknown>) {
    // One row for each organization that has said anything about it: when its devices come, who may call them,
    // and whether one may come without a certificate.
    await sql`
      create table session_settings (
        organization_id text primary key references organizations (id) on delete cascade,
        -- Null: as the product has it, and no device is told anything.
        poll jsonb,
        poll_at timestamptz,
        poll_by text,
        -- Of the application that Microsoft's push service knows us by.
        push_sid text,
        push_family_name text,
        push_secret_id text,
        push_at timestamptz,
        push_by text,
        -- Stays when push is switched off: devices are then told to forget it.
        push_ever boolean not null default false,
        -- How the service last took the credentials.
        push_outcome text,
        push_outcome_at timestamptz,
        -- Null: no device opens a session with a digest alone.
        digest_at timestamptz,
        digest_by text
      )`.execute(db)
    // One row for each device that was ever called.
    await sql`
      create table device_calls (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        -- Since when somebody waits for it.
        asked_at timestamptz not null,
        -- Which of the askings is done with; null: none yet.
        settled_at timestamptz,
        -- Before this it is not called again.
        next_at timestamptz not null,
        tries integer not null default 0,
        called_at timestamptz,
        -- What the push service said to the last call.
        outcome text,
        status integer,
        -- A channel that the service no longer knows: another one has to be told first.
        dead_channel text,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index device_calls_open on device_calls (organization_id, next_at) where settled_at is null or settled_at < asked_at`.execute(
      db,
    )
    // The same kinds as in push-urgent.ts.
    await sql`
      create index device_commands_urgent on device_commands (organization_id, created_at)
      where state = 'queued' and kind in ('sync', 'reboot', 'lock', 'wipe', 'wipeProtected', 'wipeKeepProvisioning',
        'wipeKeepUserData', 'wipeCloud', 'autopilotReset', 'unenrol')`.execute(db)
    // One row for each device that ever asked to come in by digest.
    await sql`
      create table device_digests (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        -- Good for one proof; null: the one it was provisioned with.
        nonce text,
        nonce_at timestamptz,
        failures integer not null default 0,
        failures_since timestamptz,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index devices_by_mdm_id on devices (lower(mdm_device_id))`.execute(db)
  },
}
