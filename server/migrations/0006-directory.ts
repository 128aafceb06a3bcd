import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const directory: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table directory_streams (
        organization_id text not null references organizations (id) on delete cascade,
        stream text not null check (stream in ('users', 'groups')),
        tenant_id uuid not null,
        -- Hash of the properties asked for: another list needs a new full round.
        select_hash text not null,
        -- What the next request continues: a full round, or the changes since the last deltaLink.
        round text not null check (round in ('full', 'delta')),
        -- nextLink of an unfinished round. Opaque.
        cursor_url text,
        -- deltaLink of the last finished round. Opaque.
        delta_link text,
        -- Grows with each full round; what carries an older one at its end has left Entra.
        generation integer not null,
        round_started_at timestamptz,
        last_success_at timestamptz,
        primary key (organization_id, stream)
      )`.execute(db)
    await sql`
      create table directory_users (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        entra_id uuid not null,
        user_principal_name text not null,
        -- Absent for broken objects; then the user principal name is shown.
        display_name text,
        given_name text,
        surname text,
        mail text,
        department text,
        job_title text,
        company_name text,
        office_location text,
        mobile_phone text,
        business_phones text[] not null default '{}',
        employee_id text,
        preferred_language text,
        usage_location text,
        user_type text not null check (user_type in ('member', 'guest')),
        account_enabled boolean not null,
        on_premises_sync_enabled boolean not null default false,
        -- 'removed': in Entra's recycle bin; the row and its memberships are kept for a return.
        state text not null check (state in ('active', 'disabled', 'removed')),
        removed_at timestamptz,
        created_at timestamptz not null,
        changed_at timestamptz not null,
        generation integer not null,
        -- Folded for sorting and searching, so that both databases and all languages agree.
        sort_name text collate "C" not null,
        sort_upn text collate "C" not null,
        sort_department text collate "C" not null,
        search_words text not null,
        search tsvector generated always as (array_to_tsvector(string_to_array(search_words, ' '))) stored,
        primary key (organization_id, id),
        unique (organization_id, entra_id)
      )`.execute(db)
    await sql`create index directory_users_by_name on directory_users (organization_id, sort_name, id)`.execute(
      db,
    )
    await sql`create index directory_users_by_upn on directory_users (organization_id, sort_upn, id)`.execute(
      db,
    )
    await sql`create index directory_users_by_department on directory_users (organization_id, sort_department, id)`.execute(
      db,
    )
    await sql`create index directory_users_search on directory_users using gin (search)`.execute(db)
    // Counts by state and the few who are disabled, guests or removed are answered from this alone.
    await sql`create index directory_users_by_state on directory_users (organization_id, state, user_type, entra_id)`.execute(
      db,
    )
    await sql`create index directory_users_by_lower_upn on directory_users (organization_id, lower(user_principal_name))`.execute(
      db,
    )
    await sql`
      create table directory_groups (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        entra_id uuid not null,
        display_name text,
        description text,
        mail text,
        mail_nickname text,
        kind text not null check (kind in ('security', 'microsoft365', 'mailSecurity', 'distribution')),
        is_dynamic boolean not null,
        membership_rule text,
        visibility text,
        on_premises_sync_enabled boolean not null default false,
        state text not null check (state in ('active', 'removed')),
        removed_at timestamptz,
        created_at timestamptz not null,
        changed_at timestamptz not null,
        generation integer not null,
        sort_name text collate "C" not null,
        search_words text not null,
        search tsvector generated always as (array_to_tsvector(string_to_array(search_words, ' '))) stored,
        primary key (organization_id, id),
        unique (organization_id, entra_id)
      )`.execute(db)
    await sql`create index directory_groups_by_name on directory_groups (organization_id, sort_name, id)`.execute(
      db,
    )
    await sql`create index directory_groups_search on directory_groups using gin (search)`.execute(
      db,
    )
    // No foreign keys to users or groups: a member may arrive later, or be of a kind we do not keep.
    await sql`
      create table directory_memberships (
        organization_id text not null references organizations (id) on delete cascade,
        group_entra_id uuid not null,
        member_entra_id uuid not null,
        member_kind text not null check (member_kind in ('user', 'group', 'device', 'other')),
        generation integer not null,
        primary key (organization_id, group_entra_id, member_entra_id)
      )`.execute(db)
    await sql`create index directory_memberships_by_member on directory_memberships (organization_id, member_entra_id)`.execute(
      db,
    )
    // Groups in groups, devices and others are few: the tree of groups is walked on this alone.
    await sql`create index directory_memberships_not_users on directory_memberships (organization_id, group_entra_id, member_kind, member_entra_id) where member_kind <> 'user'`.execute(
      db,
    )
    await sql`
      create table sync_runs (
        organization_id text not null references organizations (id) on delete cascade,
        id text not null,
        state text not null check (state in ('queued', 'running', 'held', 'succeeded', 'failed', 'cancelled')),
        mode text not null check (mode in ('delta', 'full')),
        dry_run boolean not null default false,
        trigger text not null,
        requested_by text not null,
        requested_at timestamptz not null,
        started_at timestamptz,
        finished_at timestamptz,
        -- Moves while the run is worked on; a run whose worker died is taken over when it stands still.
        heartbeat_at timestamptz,
        -- Who works on it. A worker that lost the run finds another value here and stops.
        lease text,
        cancel_requested boolean not null default false,
        requests integer not null default 0,
        counts jsonb not null,
        progress jsonb not null,
        problem jsonb,
        primary key (organization_id, id)
      )`.execute(db)
    await sql`create index sync_runs_newest on sync_runs (organization_id, requested_at desc, id desc)`.execute(
      db,
    )
    // Two processes that start a run at once: one of them is told that one is under way.
    await sql`
      create unique index sync_runs_one_under_way on sync_runs (organization_id)
      where state in ('queued', 'running')`.execute(db)
    await sql`
      create table sync_problems (
        organization_id text not null,
        run_id text not null,
        id bigint generated always as identity,
        kind text not null check (kind in ('user', 'group', 'membership')),
        entra_id text,
        code text not null,
        values jsonb not null default '{}',
        at timestamptz not null,
        primary key (organization_id, run_id, id),
        foreign key (organization_id, run_id) references sync_runs (organization_id, id) on delete cascade
      )`.execute(db)
    await sql`
      create table directory_days (
        organization_id text not null references organizations (id) on delete cascade,
        day date not null,
        users integer not null,
        groups integer not null,
        -- Counting a million of them takes a while; the overview reads this.
        memberships integer not null,
        primary key (organization_id, day)
      )`.execute(db)
  },
}
