import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const enrolment: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table devices (
        organization_id text not null references organizations (id) on delete cascade,
        -- The subject of its certificate.
        id text not null unique,
        name text not null,
        -- From the token at enrolment; null: it does not know Entra.
        entra_device_id uuid,
        -- Windows' own id of the enrolment: what its sessions call themselves.
        mdm_device_id text not null,
        -- Clones of one image share it: it proposes, and proves nothing.
        hardware_id text,
        serial_number text,
        manufacturer text,
        model text,
        operating_system text not null,
        build text,
        edition text,
        locale text,
        ownership text not null check (ownership in ('corporate', 'personal')),
        -- Whether Windows enrolled the machine or a person on it: where its certificate is kept.
        scope text not null check (scope in ('device', 'user')),
        state text not null check (state in ('enrolled', 'unenrolled', 'wiped')),
        -- Who enrolled it. No foreign key: the directory lets go of people, devices stay.
        user_id text,
        user_entra_id uuid,
        user_name text,
        user_principal_name text,
        -- The digests of both sides, sealed.
        secret_id text,
        -- Everything Windows said of itself, by its own names.
        context jsonb not null default '{}',
        first_enrolled_at timestamptz not null,
        enrolled_at timestamptz not null,
        enrolments integer not null default 1,
        last_seen_at timestamptz,
        sort_name text collate "C" not null,
        search_words text not null,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index devices_by_name on devices (organization_id, sort_name, id)`.execute(db)
    await sql`create index devices_by_entra on devices (organization_id, entra_device_id)`.execute(
      db,
    )
    await sql`create index devices_by_user on devices (organization_id, user_entra_id)`.execute(db)
    await sql`create index devices_by_hardware on devices (organization_id, hardware_id)`.execute(
      db,
    )
    await sql`
      create table terms_keys (
        organization_id text primary key references organizations (id) on delete cascade,
        secret_id text not null
      )`.execute(db)
    await sql`
      create table enrolment_settings (
        organization_id text primary key references organizations (id) on delete cascade,
        settings jsonb not null,
        updated_at timestamptz not null,
        updated_by text not null
      )`.execute(db)
    await sql`
      create table enrolment_attempts (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        started_at timestamptz not null,
        updated_at timestamptz not null,
        -- Windows' own id, from the terms of use on.
        request_id text,
        user_entra_id uuid,
        user_name text,
        entra_device_id uuid,
        device_id text,
        device_name text,
        outcome text not null check (outcome in ('underWay', 'enrolled', 'refused')),
        -- Of the last refusal.
        reason text,
        hresult text,
        steps jsonb not null default '[]',
        facts jsonb not null default '{}',
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index enrolment_attempts_by_time on enrolment_attempts (organization_id, started_at desc, id desc)`.execute(
      db,
    )
    await sql`create index enrolment_attempts_by_request on enrolment_attempts (organization_id, request_id)`.execute(
      db,
    )
    await sql`create index enrolment_attempts_by_user on enrolment_attempts (organization_id, user_entra_id)`.execute(
      db,
    )
    await sql`create index enrolment_attempts_by_device on enrolment_attempts (organization_id, device_id)`.execute(
      db,
    )
    // A token of Entra's enrols one device, once. The same request once more gets the same answer.
    await sql`
      create table enrolment_uses (
        organization_id text not null references organizations (id) on delete cascade,
        -- SHA-256 of the token's own id.
        token_hash text not null,
        -- Of the device and the key that were asked for.
        request_hash text not null,
        device_id text not null,
        certificate bytea not null,
        used_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (organization_id, token_hash)
      )`.execute(db)
    await sql`create index enrolment_uses_by_end on enrolment_uses (expires_at)`.execute(db)
    await sql`
      create table enrolment_tokens (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null unique,
        token_hash text not null unique,
        -- administrator: made in the portal; signIn: made by a sign-in, for one device at once.
        kind text not null check (kind in ('administrator', 'signIn')),
        name text not null,
        user_entra_id uuid,
        ownership text not null check (ownership in ('corporate', 'personal')),
        -- Where devices that enrol with it are put.
        group_id text,
        most_uses integer not null,
        uses integer not null default 0,
        created_at timestamptz not null,
        created_by text not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        primary key (organization_id, id)
      )`.execute(db)
  },
}
