import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const commandsForMany: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table device_groups (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        name text not null,
        -- In lower case: no two differ in case only.
        sort_name text not null,
        description text,
        -- Null: its members are chosen one by one. Otherwise whatever the filter finds at the moment.
        filter jsonb,
        created_at timestamptz not null,
        created_by text not null,
        changed_at timestamptz not null,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create unique index device_groups_by_name on device_groups (organization_id, sort_name)`.execute(
      db,
    )
    await sql`
      create table device_group_members (
        organization_id text not null references organizations (id) on delete cascade,
        group_id text not null,
        device_id text not null,
        added_at timestamptz not null,
        added_by text not null,
        primary key (organization_id, group_id, device_id),
        foreign key (organization_id, group_id) references device_groups (organization_id, id) on delete cascade,
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index device_group_members_of_device on device_group_members (organization_id, device_id)`.execute(
      db,
    )
    // What was told to many devices at once; each of them has a command of its own.
    await sql`
      create table command_batches (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        -- Made by whoever asks: the same key once more is the same request.
        key text not null,
        -- Over what was asked, to tell another request under the same key.
        digest text not null,
        kind text not null,
        command jsonb not null,
        target jsonb not null,
        -- How many the target meant, and how many of them were told.
        matched integer not null,
        device_count integer not null,
        -- By reason: how many were left out.
        left_out jsonb not null,
        created_at timestamptz not null,
        created_by text not null,
        cancelled_at timestamptz,
        cancelled_by text,
        primary key (organization_id, id),
        unique (organization_id, key)
      )`.execute(db)
    await sql`create index command_batches_by_time on command_batches (organization_id, created_at desc, id desc)`.execute(
      db,
    )
    // Not batch_id: that one names a wipe, and what has one goes through the guard.
    await sql`alter table device_commands add column command_batch_id text`.execute(db)
    await sql`
      create index device_commands_of_command_batch
      on device_commands (organization_id, command_batch_id, state, uncertain, number desc)
      where command_batch_id is not null`.execute(db)
    await sql`
      create index device_commands_single
      on device_commands (organization_id, created_at desc, id desc)
      where command_batch_id is null and batch_id is null`.execute(db)
  },
}
