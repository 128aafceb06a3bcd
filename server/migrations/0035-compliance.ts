import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const compliance: Migration = {
  async up(db: Kysely<unknown>) {
    // One row for each organization that has said anything.
    await sql`
      create table compliance_settings (
        organization_id text primary key references organizations (id) on delete cascade,
        mode text not null default 'off',
        is_paused boolean not null default false,
        -- What Entra is told of a device that has not told enough yet.
        untold_counts boolean not null default false,
        rules jsonb not null default '[]',
        -- Grows with the rules: verdicts of another version are made anew.
        version integer not null default 0,
        saved_at timestamptz,
        saved_by text
      )`.execute(db)
    // What is found in each device, and what Entra was told of it.
    await sql`
      create table device_verdicts (
        organization_id text not null references organizations (id) on delete cascade,
        device_id text not null,
        verdict text not null,
        since timestamptz not null,
        findings jsonb not null,
        version integer not null,
        judged_at timestamptz not null,
        -- When passing time alone may change it.
        due_at timestamptz,
        -- What Entra is to know: managed or not, compliant or not; absent while it is told nothing.
        wanted text,
        wanted_at timestamptz,
        told text,
        told_at timestamptz,
        confirmed_at timestamptz,
        -- When it is to be told next; absent: nothing to tell.
        tell_at timestamptz,
        tries integer not null default 0,
        -- How often somebody else overwrote it since it last changed.
        overwritten integer not null default 0,
        problem jsonb,
        primary key (organization_id, device_id),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`create index device_verdicts_due on device_verdicts (due_at) where due_at is not null`.execute(
      db,
    )
    await sql`create index device_verdicts_by_version on device_verdicts (organization_id, version)`.execute(
      db,
    )
    // Those that are to be kept out come first.
    await sql`create index device_verdicts_to_tell on device_verdicts (organization_id, (wanted = 'compliant'), tell_at) where tell_at is not null`.execute(
      db,
    )
    await sql`create index device_verdicts_by_verdict on device_verdicts (organization_id, verdict, device_id)`.execute(
      db,
    )
    // How each verdict came about.
    await sql`
      create table verdict_changes (
        organization_id text not null,
        number bigint generated always as identity,
        device_id text not null,
        at timestamptz not null,
        verdict text not null,
        broken jsonb not null,
        primary key (organization_id, device_id, number),
        foreign key (organization_id, device_id) references devices (organization_id, id) on delete cascade
      )`.execute(db)
    // Since somebody last weighed it, it enrolled, left or told something.
    await sql`alter table devices add column is_unweighed boolean not null default true`.execute(db)
    await sql`create index devices_unweighed on devices (organization_id, id) where is_unweighed`.execute(
      db,
    )
  },
}
