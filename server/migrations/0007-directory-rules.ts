import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const directoryRules: Migration = {
  async up(db: Kysely<unknown>) {
    const statements = [
      ...streams,
      ...people,
      ...groups,
      ...memberships,
      ...devices,
      ...feed,
      ...rules,
      ...runs,
      ...notifications,
      ...loading,
    ]
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}

const streams = [
  `alter table directory_streams drop constraint directory_streams_stream_check`,
  `alter table directory_streams add check (stream in ('users', 'groups', 'devices'))`,
  `alter table directory_streams
     -- A full round has ended; what it did not meet is still to be let go, brake permitting.
     add column sweep_due boolean not null default false,
     add column last_full_at timestamptz,
     -- Why the last run could not read it; null after a success.
     add column problem jsonb`,
]

// What Entra says of a person (entra_state, account_enabled, in_scope) and what the organization does
// about it (state) are two things: the second follows the first when a run settles, under the brake.
const people = [
  `alter table directory_users drop constraint directory_users_state_check`,
  `alter table directory_users
     add column entra_state text not null default 'present'
       check (entra_state in ('present', 'binned', 'gone', 'missing')),
     -- Null: not worked out yet.
     add column in_scope boolean default true,
     add column state_reason text,
     -- The state does not say what it should: the next settling looks at this row.
     add column unsettled boolean not null default false,
     -- Was restored in Entra; what happened to its memberships meanwhile is still to be asked.
     add column memberships_stale boolean not null default false,
     add column custom_fields jsonb not null default '{}',
     -- 'outside': known to Entra, not part of the organization and not shown.
     add check (state in ('active', 'disabled', 'removed', 'outside'))`,
  `update directory_users set entra_state = 'binned', state_reason = 'recycleBin' where state = 'removed'`,
  `update directory_users set state_reason = 'accountDisabled' where state = 'disabled'`,
  `create index directory_users_unsettled on directory_users (organization_id, entra_id) where unsettled`,
  `create index directory_users_removed on directory_users (organization_id, removed_at) where state = 'removed'`,
  `create index directory_users_unscoped on directory_users (organization_id, entra_id) where in_scope is null`,
  `create index directory_users_elsewhere on directory_users (organization_id, entra_id) where state_reason = 'elsewhere'`,
  `create index directory_users_stale on directory_users (organization_id, entra_id) where memberships_stale`,
]

const groups = [
  `alter table directory_groups
     add column entra_state text not null default 'present'
       check (entra_state in ('present', 'binned', 'gone', 'missing')),
     add column unsettled boolean not null default false,
     -- Was restored in Entra; who left it meanwhile is still to be asked.
     add column members_stale boolean not null default false`,
  `update directory_groups set entra_state = 'binned' where state = 'removed'`,
  `create index directory_groups_unsettled on directory_groups (organization_id, entra_id) where unsettled`,
  `create index directory_groups_stale on directory_groups (organization_id, entra_id) where members_stale`,
  `create index directory_groups_removed on directory_groups (organization_id, removed_at) where state = 'removed'`,
]

// A foreign key is checked row by row: at a million memberships that is a third of the first load.
// One trigger on the few organizations that are ever deleted does the same.
const memberships = [
  `alter table directory_memberships drop constraint directory_memberships_organization_id_fkey`,
  `create function delete_memberships_of_organization() returns trigger language plpgsql as $$
   begin
     delete from directory_memberships where organization_id = old.id;
     delete from directory_changes where organization_id = old.id;
     -- Whoever lived there may live elsewhere now.
     update directory_states as s set settle_all = true
     where exists (
       select from directory_users as u
       where u.organization_id = s.organization_id and u.state_reason = 'elsewhere');
     return null;
   end $$`,
  `create trigger organizations_delete_memberships after delete on organizations
   for each row execute function delete_memberships_of_organization()`,
]

const devices = [
  `create table directory_devices (
     organization_id text not null references organizations (id) on delete cascade,
     id text not null,
     entra_id uuid not null,
     -- The id that join and enrolment tokens carry.
     device_id uuid,
     display_name text,
     account_enabled boolean not null,
     operating_system text,
     operating_system_version text,
     trust_type text,
     profile_type text,
     is_managed boolean,
     is_compliant boolean,
     management_type text,
     mdm_app_id text,
     device_ownership text,
     manufacturer text,
     model text,
     physical_ids text[] not null default '{}',
     on_premises_sync_enabled boolean not null default false,
     last_sign_in_at timestamptz,
     registered_at timestamptz,
     compliance_expires_at timestamptz,
     state text not null check (state in ('active', 'removed')),
     removed_at timestamptz,
     created_at timestamptz not null,
     changed_at timestamptz not null,
     generation integer not null,
     primary key (organization_id, id),
     unique (organization_id, entra_id)
   )`,
  `create index directory_devices_by_device_id on directory_devices (organization_id, device_id)`,
]

const feed = [
  // Numbers grow without gaps and become visible in their order: whoever writes holds this row.
  `create table directory_states (
     organization_id text primary key references organizations (id) on delete cascade,
     last_number bigint not null default 0,
     -- Rules changed: the next settling looks at everybody, or works the scope out anew.
     settle_all boolean not null default false,
     rescope_all boolean not null default false,
     -- Members of each group of the scope when last settled, by Entra id.
     scope_members jsonb not null default '{}'
   )`,
  `create table directory_changes (
     organization_id text not null,
     number bigint not null,
     run_id text,
     at timestamptz not null,
     -- 'stream' with 'loaded': everything of that kind came for the first time, too much to tell one by one.
     object text not null check (object in ('user', 'group', 'membership', 'device', 'stream')),
     change text not null,
     entra_id uuid,
     object_id text,
     name text,
     member_entra_id uuid,
     member_kind text,
     reason text,
     -- {field: [before, after]}
     fields jsonb,
     primary key (organization_id, number)
   )`,
  `create index directory_changes_by_time on directory_changes (at)`,
  `create index directory_changes_by_run on directory_changes (organization_id, run_id, number)`,
  `create index directory_changes_by_object on directory_changes (organization_id, entra_id, number) where object <> 'stream'`,
  `create index directory_changes_by_member on directory_changes (organization_id, member_entra_id, number) where member_entra_id is not null`,
  // What a held or dry run would change.
  `create table sync_proposals (
     organization_id text not null,
     run_id text not null,
     number bigint not null,
     at timestamptz not null,
     object text not null,
     change text not null,
     entra_id uuid,
     object_id text,
     name text,
     member_entra_id uuid,
     member_kind text,
     reason text,
     fields jsonb,
     primary key (organization_id, run_id, number),
     foreign key (organization_id, run_id) references sync_runs (organization_id, id) on delete cascade
   )`,
]

const rules = [
  `create table directory_settings (
     organization_id text primary key references organizations (id) on delete cascade,
     settings jsonb not null,
     updated_at timestamptz not null,
     updated_by text not null
   )`,
  // An upgrade changes nobody: guests who are here stay, until an administrator says otherwise.
  `insert into directory_settings (organization_id, settings, updated_at, updated_by)
   select distinct organization_id, '{"guests": "include"}'::jsonb, now(), 'upgrade' from directory_streams`,
  // People whose place in the scope may have changed with a membership.
  `create table directory_rescopes (
     organization_id text not null references organizations (id) on delete cascade,
     entra_id uuid not null,
     primary key (organization_id, entra_id)
   )`,
  `create table directory_unapplied (
     organization_id text not null references organizations (id) on delete cascade,
     kind text not null check (kind in ('user', 'group', 'membership', 'device')),
     -- As Entra wrote it; some have none that can be read.
     entra_id text not null,
     code text not null,
     values jsonb not null default '{}',
     run_id text not null,
     first_seen_at timestamptz not null,
     last_tried_at timestamptz not null,
     tries integer not null default 1,
     -- Null: cannot be asked for one by one, and comes again by itself.
     next_try_at timestamptz,
     primary key (organization_id, kind, entra_id, code)
   )`,
]

const runs = [
  `alter table sync_runs
     -- Why the removal brake holds it, as codes and values.
     add column holds jsonb not null default '[]',
     add column decision jsonb`,
  `alter table sync_problems drop constraint sync_problems_kind_check`,
  `alter table sync_problems add check (kind in ('user', 'group', 'membership', 'device'))`,
]

const notifications = [
  `create table change_subscriptions (
     organization_id text not null references organizations (id) on delete cascade,
     stream text not null check (stream in ('users', 'groups')),
     -- Graph's id; null while there is none.
     subscription_id text,
     -- SHA-256 of the clientState that only Graph and we know.
     client_state_hash text,
     expires_at timestamptz,
     state text not null,
     problem jsonb,
     last_notification_at timestamptz,
     next_try_at timestamptz,
     primary key (organization_id, stream)
   )`,
  `create unique index change_subscriptions_by_id on change_subscriptions (subscription_id)`,
]

const loading = [
  // Indexes that the first load of an empty installation has put off; whoever ends it makes them again.
  `create table deferred_indexes (
     name text primary key,
     table_name text not null,
     definition text not null
   )`,
]
