import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const management: Migration = {
  async up(db: Kysely<unknown>) {
    // One row for each device that ever came: the session under way, and what is known of the device.
    await sql`
      create table device_standings (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        -- Null: none is under way.
        session jsonb,
        -- Of the last message that was answered, and the answer: devices ask again when one got lost.
        heard_digest text,
        reply text,
        heard_at timestamptz,
        -- Of what a device says of itself each time; unchanged, nothing is written.
        greeting_digest text,
        -- By node: { value, format, code, since }.
        facts jsonb not null default '{}',
        -- When each plan of reading was last carried out, by its name.
        read_at jsonb not null default '{}',
        -- From when on there is something to read.
        due_at timestamptz not null,
        -- How it proved itself last.
        proof text,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      create table device_commands (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        -- The order in which they are carried out; times can be equal.
        number bigint generated always as identity,
        device_id text not null,
        -- Those that were given together.
        batch_id text,
        kind text not null,
        parameters jsonb not null,
        steps jsonb not null,
        needs_user boolean not null,
        -- Whether doing it twice is as good as doing it once.
        repeatable boolean not null,
        state text not null check (state in ('held', 'queued', 'sent', 'succeeded', 'failed', 'cancelled', 'expired')),
        -- Sent, and nobody knows whether it was done.
        uncertain boolean not null default false,
        created_at timestamptz not null,
        created_by text not null,
        reason text,
        -- Before this it is not given out.
        not_before timestamptz,
        expires_at timestamptz not null,
        sent_at timestamptz,
        ended_at timestamptz,
        answers jsonb,
        primary key (organization_id, id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index device_commands_of_device on device_commands (organization_id, device_id, number desc)`.execute(
      db,
    )
    await sql`create index device_commands_waiting on device_commands (organization_id, device_id, number) where state = 'queued'`.execute(
      db,
    )
    await sql`create index device_commands_ending on device_commands (expires_at) where state in ('held', 'queued')`.execute(
      db,
    )
    await sql`
      create table device_fact_changes (
        organization_id text not null references organizations (id) on delete cascade,
        number bigint generated always as identity,
        device_id text not null,
        at timestamptz not null,
        uri text not null,
        before text,
        after text,
        primary key (organization_id, number),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index device_fact_changes_of_device on device_fact_changes (organization_id, device_id, number desc)`.execute(
      db,
    )
  },
}
