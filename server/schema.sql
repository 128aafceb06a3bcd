-- The database as it is now. Generated from server/migrations by "npm run schema"; not edited by hand.

create table administrator_totps (
  organization_id text not null,
  administrator_id text not null,
  secret_id text not null,
  offered_at timestamp with time zone not null,
  confirmed_at timestamp with time zone,
  last_step bigint default 0 not null,
  constraint administrator_totps_pkey PRIMARY KEY (organization_id, administrator_id),
  constraint administrator_totps_organization_id_administrator_id_fkey FOREIGN KEY (organization_id, administrator_id) REFERENCES administrators(organization_id, id) ON DELETE CASCADE
);

create table administrators (
  organization_id text not null,
  id text not null,
  email text not null,
  role text not null,
  password_hash text,
  created_at timestamp with time zone not null,
  last_sign_in_at timestamp with time zone,
  constraint administrators_pkey PRIMARY KEY (organization_id, id),
  constraint administrators_email_key UNIQUE (email),
  constraint administrators_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table api_tokens (
  organization_id text not null,
  id text not null,
  name text not null,
  role text not null,
  token_hash text not null,
  hint text not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_by_id text,
  constraint api_tokens_pkey PRIMARY KEY (organization_id, id),
  constraint api_tokens_token_hash_key UNIQUE (token_hash),
  constraint api_tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX api_tokens_by_maker ON api_tokens (organization_id, created_by_id) WHERE (created_by_id IS NOT NULL);

create table audit_events (
  organization_id text not null,
  number bigint not null,
  at timestamp with time zone not null,
  actor_kind text not null,
  actor_id text,
  actor_name text not null,
  action text not null,
  object_kind text,
  object_id text,
  object_name text,
  outcome text not null,
  changes jsonb not null,
  details jsonb not null,
  client_address text,
  request_id text,
  user_agent text,
  previous_hash text not null,
  hash text not null,
  constraint audit_events_pkey PRIMARY KEY (organization_id, number),
  constraint audit_events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['administrator'::text, 'user'::text, 'token'::text, 'system'::text, 'command'::text, 'anonymous'::text]))),
  constraint audit_events_number_check CHECK ((number > 0)),
  constraint audit_events_outcome_check CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'refused'::text, 'failed'::text]))),
  constraint audit_events_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX audit_events_broken_glass ON audit_events (organization_id, number) WHERE ((details ->> 'breakGlass'::text) = 'true'::text);
CREATE INDEX audit_events_organization_id_action_number_idx ON audit_events (organization_id, action, number);
CREATE INDEX audit_events_organization_id_actor_id_number_idx ON audit_events (organization_id, actor_id, number);
CREATE INDEX audit_events_organization_id_at_idx ON audit_events (organization_id, at);
CREATE INDEX audit_events_organization_id_object_id_number_idx ON audit_events (organization_id, object_id, number);
CREATE TRIGGER audit_events_are_not_emptied BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_events_stay BEFORE DELETE OR UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();

create table audit_floods (
  organization_id text not null,
  minute_at timestamp with time zone not null,
  met integer not null,
  left_out jsonb not null,
  budget text not null,
  span text not null,
  constraint audit_floods_pkey PRIMARY KEY (organization_id, budget, span, minute_at),
  constraint audit_floods_span_check CHECK ((span = ANY (ARRAY['minute'::text, 'day'::text]))),
  constraint audit_floods_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table audit_heads (
  organization_id text not null,
  number bigint default 0 not null,
  hash text default ''::text not null,
  anchor_number bigint default 0 not null,
  anchor_hash text default ''::text not null,
  retention_days integer default 365 not null,
  constraint audit_heads_pkey PRIMARY KEY (organization_id),
  constraint audit_heads_retention_days_check CHECK (((retention_days >= 30) AND (retention_days <= 3650))),
  constraint audit_heads_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table certificate_authorities (
  organization_id text not null,
  id text not null,
  state text not null,
  source text not null,
  signature text not null,
  key text not null,
  subject text not null,
  certificate bytea not null,
  root bytea,
  fingerprint text not null,
  key_id text not null,
  secret_id text not null,
  not_before timestamp with time zone not null,
  not_after timestamp with time zone not null,
  created_at timestamp with time zone not null,
  activated_at timestamp with time zone,
  retired_at timestamp with time zone,
  crl_number bigint default 0 not null,
  crl bytea,
  crl_made_at timestamp with time zone,
  crl_revoked bigint default 0 not null,
  constraint certificate_authorities_pkey PRIMARY KEY (organization_id, id),
  constraint certificate_authorities_signature_check CHECK ((signature = ANY (ARRAY['rsaSha256'::text, 'ecdsaSha256'::text, 'ecdsaSha384'::text]))),
  constraint certificate_authorities_source_check CHECK ((source = ANY (ARRAY['own'::text, 'imported'::text]))),
  constraint certificate_authorities_state_check CHECK ((state = ANY (ARRAY['next'::text, 'active'::text, 'retired'::text]))),
  constraint certificate_authorities_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX certificate_authorities_fingerprint ON certificate_authorities (fingerprint);
CREATE UNIQUE INDEX certificate_authorities_id ON certificate_authorities (id);
CREATE INDEX certificate_authorities_key ON certificate_authorities (key_id);
CREATE UNIQUE INDEX certificate_authorities_state ON certificate_authorities (organization_id, state) WHERE (state <> 'retired'::text);

create table certificate_settings (
  organization_id text not null,
  algorithm text not null,
  validity_days integer not null,
  sha1_allowed boolean not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  constraint certificate_settings_pkey PRIMARY KEY (organization_id),
  constraint certificate_settings_algorithm_check CHECK ((algorithm = ANY (ARRAY['rsa2048'::text, 'ecdsaP256'::text]))),
  constraint certificate_settings_validity_days_check CHECK (((validity_days >= 60) AND (validity_days <= 730))),
  constraint certificate_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table certificates (
  organization_id text not null,
  id text not null,
  authority_id text not null,
  device_id text not null,
  serial_number text not null,
  fingerprint text not null,
  thumbprint text not null,
  certificate bytea not null,
  not_before timestamp with time zone not null,
  not_after timestamp with time zone not null,
  issued_at timestamp with time zone not null,
  first_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revocation_reason text,
  replaced_by text,
  constraint certificates_pkey PRIMARY KEY (organization_id, id),
  constraint certificates_check CHECK (((revoked_at IS NULL) = (revocation_reason IS NULL))),
  constraint certificates_revocation_reason_check CHECK ((revocation_reason = ANY (ARRAY['unspecified'::text, 'keyCompromise'::text, 'superseded'::text, 'cessationOfOperation'::text, 'privilegeWithdrawn'::text]))),
  constraint certificates_organization_id_authority_id_fkey FOREIGN KEY (organization_id, authority_id) REFERENCES certificate_authorities(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX certificates_device ON certificates (organization_id, device_id, issued_at);
CREATE UNIQUE INDEX certificates_fingerprint ON certificates (fingerprint);
CREATE INDEX certificates_issued ON certificates (organization_id, issued_at, id);
CREATE INDEX certificates_revoked ON certificates (organization_id, authority_id) WHERE (revoked_at IS NOT NULL);
CREATE UNIQUE INDEX certificates_serial_number ON certificates (serial_number);

create table change_subscriptions (
  organization_id text not null,
  stream text not null,
  subscription_id text,
  client_state_hash text,
  expires_at timestamp with time zone,
  state text not null,
  problem jsonb,
  last_notification_at timestamp with time zone,
  next_try_at timestamp with time zone,
  made_for text,
  tries integer default 0 not null,
  lease_until timestamp with time zone,
  constraint change_subscriptions_pkey PRIMARY KEY (organization_id, stream),
  constraint change_subscriptions_stream_check CHECK ((stream = ANY (ARRAY['users'::text, 'groups'::text]))),
  constraint change_subscriptions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX change_subscriptions_by_id ON change_subscriptions (subscription_id);

create table command_batches (
  organization_id text not null,
  id text not null,
  key text not null,
  digest text not null,
  kind text not null,
  command jsonb not null,
  target jsonb not null,
  matched integer not null,
  device_count integer not null,
  left_out jsonb not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  cancelled_at timestamp with time zone,
  cancelled_by text,
  constraint command_batches_pkey PRIMARY KEY (organization_id, id),
  constraint command_batches_id_key UNIQUE (id),
  constraint command_batches_organization_id_key_key UNIQUE (organization_id, key),
  constraint command_batches_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX command_batches_by_time ON command_batches (organization_id, created_at DESC, id DESC);

create table compliance_settings (
  organization_id text not null,
  mode text default 'off'::text not null,
  is_paused boolean default false not null,
  untold_counts boolean default false not null,
  rules jsonb default '[]'::jsonb not null,
  version integer default 0 not null,
  saved_at timestamp with time zone,
  saved_by text,
  constraint compliance_settings_pkey PRIMARY KEY (organization_id),
  constraint compliance_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table connection_checks (
  organization_id text not null,
  checked_at timestamp with time zone not null,
  tenant_name text,
  findings jsonb not null,
  constraint connection_checks_pkey PRIMARY KEY (organization_id),
  constraint connection_checks_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table connections (
  organization_id text not null,
  tenant_id uuid not null,
  client_id uuid not null,
  credential_kind text not null,
  secret_id text not null,
  credential_hint text not null,
  credential_expires_at timestamp with time zone,
  credential_set_at timestamp with time zone not null,
  sync_users boolean not null,
  sync_groups boolean not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  constraint connections_pkey PRIMARY KEY (organization_id),
  constraint connections_credential_kind_check CHECK ((credential_kind = ANY (ARRAY['secret'::text, 'certificate'::text]))),
  constraint connections_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX connections_by_tenant ON connections (tenant_id);

create table deferred_indexes (
  name text not null,
  table_name text not null,
  definition text not null,
  constraint deferred_indexes_pkey PRIMARY KEY (name)
);

create table device_calls (
  organization_id text not null,
  device_id text not null,
  asked_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  next_at timestamp with time zone not null,
  tries integer default 0 not null,
  called_at timestamp with time zone,
  outcome text,
  status integer,
  dead_channel text,
  constraint device_calls_pkey PRIMARY KEY (organization_id, device_id),
  constraint device_calls_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_calls_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX device_calls_open ON device_calls (organization_id, next_at) WHERE ((settled_at IS NULL) OR (settled_at < asked_at));

create table device_commands (
  organization_id text not null,
  id text not null,
  number bigint generated always as identity not null,
  device_id text not null,
  batch_id text,
  kind text not null,
  parameters jsonb not null,
  steps jsonb not null,
  needs_user boolean not null,
  repeatable boolean not null,
  state text not null,
  uncertain boolean default false not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  reason text,
  not_before timestamp with time zone,
  expires_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  answers jsonb,
  command_batch_id text,
  own_request_of text,
  constraint device_commands_pkey PRIMARY KEY (organization_id, id),
  constraint device_commands_id_key UNIQUE (id),
  constraint device_commands_state_check CHECK ((state = ANY (ARRAY['held'::text, 'queued'::text, 'sent'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'expired'::text]))),
  constraint device_commands_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_commands_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX device_commands_ending ON device_commands (expires_at) WHERE (state = ANY (ARRAY['held'::text, 'queued'::text]));
CREATE INDEX device_commands_in_command_batch ON device_commands (organization_id, command_batch_id, number DESC) WHERE (command_batch_id IS NOT NULL);
CREATE INDEX device_commands_leaving ON device_commands (organization_id, device_id) WHERE ((kind = 'unenrol'::text) AND (state = ANY (ARRAY['sent'::text, 'succeeded'::text])));
CREATE INDEX device_commands_of_batch ON device_commands (organization_id, batch_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX device_commands_of_command_batch ON device_commands (organization_id, command_batch_id, state, uncertain) WHERE (command_batch_id IS NOT NULL);
CREATE INDEX device_commands_of_device ON device_commands (organization_id, device_id, number DESC);
CREATE INDEX device_commands_single ON device_commands (organization_id, created_at DESC, id DESC) WHERE ((command_batch_id IS NULL) AND (batch_id IS NULL));
CREATE INDEX device_commands_urgent ON device_commands (organization_id, created_at) WHERE ((state = 'queued'::text) AND (kind = ANY (ARRAY['sync'::text, 'reboot'::text, 'lock'::text, 'wipe'::text, 'wipeProtected'::text, 'wipeKeepProvisioning'::text, 'wipeKeepUserData'::text, 'wipeCloud'::text, 'autopilotReset'::text, 'unenrol'::text])));
CREATE INDEX device_commands_waiting ON device_commands (organization_id, device_id, number) WHERE (state = 'queued'::text);

create table device_contexts (
  organization_id text not null,
  device_id text not null,
  context jsonb not null,
  constraint device_contexts_pkey PRIMARY KEY (organization_id, device_id),
  constraint device_contexts_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_contexts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table device_digests (
  organization_id text not null,
  device_id text not null,
  nonce text,
  nonce_at timestamp with time zone,
  failures integer default 0 not null,
  failures_since timestamp with time zone,
  constraint device_digests_pkey PRIMARY KEY (organization_id, device_id),
  constraint device_digests_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_digests_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table device_fact_changes (
  organization_id text not null,
  number bigint generated always as identity not null,
  device_id text not null,
  at timestamp with time zone not null,
  uri text not null,
  before text,
  after text,
  constraint device_fact_changes_pkey PRIMARY KEY (organization_id, number),
  constraint device_fact_changes_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_fact_changes_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX device_fact_changes_of_device ON device_fact_changes (organization_id, device_id, number DESC);

create table device_group_members (
  organization_id text not null,
  group_id text not null,
  device_id text not null,
  added_at timestamp with time zone not null,
  added_by text not null,
  constraint device_group_members_pkey PRIMARY KEY (organization_id, group_id, device_id),
  constraint device_group_members_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_group_members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint device_group_members_organization_id_group_id_fkey FOREIGN KEY (organization_id, group_id) REFERENCES device_groups(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX device_group_members_of_device ON device_group_members (organization_id, device_id);

create table device_groups (
  organization_id text not null,
  id text not null,
  name text not null,
  sort_name text not null,
  description text,
  filter jsonb,
  created_at timestamp with time zone not null,
  created_by text not null,
  changed_at timestamp with time zone not null,
  constraint device_groups_pkey PRIMARY KEY (organization_id, id),
  constraint device_groups_id_key UNIQUE (id),
  constraint device_groups_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX device_groups_by_name ON device_groups (organization_id, sort_name);

create table device_list (
  build_number bigint,
  signatures_since timestamp with time zone,
  enrolled_at timestamp with time zone not null,
  last_seen_at timestamp with time zone,
  free_storage_mb integer,
  encrypted boolean,
  secure_boot boolean,
  firewall boolean,
  antivirus boolean,
  signatures boolean,
  organization_id text not null,
  id text not null,
  sort_name text collate "C" not null,
  state text not null,
  ownership text not null,
  edition text,
  tpm text,
  manufacturer text,
  model text,
  constraint device_list_pkey PRIMARY KEY (organization_id, id),
  constraint device_list_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint device_list_organization_id_id_fkey FOREIGN KEY (organization_id, id) REFERENCES devices(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX device_list_by_build ON device_list (organization_id, COALESCE(build_number, (0)::bigint), id);
CREATE INDEX device_list_by_enrolment ON device_list (organization_id, enrolled_at, id);
CREATE INDEX device_list_by_name ON device_list (organization_id, sort_name, id);

create table device_standings (
  organization_id text not null,
  device_id text not null,
  session jsonb,
  heard_digest text,
  reply text,
  heard_at timestamp with time zone,
  greeting_digest text,
  facts jsonb default '{}'::jsonb not null,
  read_at jsonb default '{}'::jsonb not null,
  due_at timestamp with time zone not null,
  proof text,
  constraint device_standings_pkey PRIMARY KEY (organization_id, device_id),
  constraint device_standings_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_standings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table device_verdicts (
  organization_id text not null,
  device_id text not null,
  verdict text not null,
  since timestamp with time zone not null,
  findings jsonb not null,
  version integer not null,
  judged_at timestamp with time zone not null,
  due_at timestamp with time zone,
  wanted text,
  wanted_at timestamp with time zone,
  told text,
  told_at timestamp with time zone,
  confirmed_at timestamp with time zone,
  tell_at timestamp with time zone,
  tries integer default 0 not null,
  overwritten integer default 0 not null,
  problem jsonb,
  constraint device_verdicts_pkey PRIMARY KEY (organization_id, device_id),
  constraint device_verdicts_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_verdicts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX device_verdicts_by_verdict ON device_verdicts (organization_id, verdict, device_id);
CREATE INDEX device_verdicts_by_version ON device_verdicts (organization_id, version);
CREATE INDEX device_verdicts_due ON device_verdicts (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX device_verdicts_to_tell ON device_verdicts (organization_id, ((wanted = 'compliant'::text)), tell_at) WHERE (tell_at IS NOT NULL);

create table device_views (
  organization_id text not null,
  id text not null,
  name text not null,
  sort_name text collate "C" not null,
  owner text not null,
  owner_name text not null,
  shared boolean not null,
  filter jsonb not null,
  columns jsonb not null,
  sort text not null,
  descending boolean not null,
  changed_at timestamp with time zone not null,
  constraint device_views_pkey PRIMARY KEY (organization_id, id),
  constraint device_views_id_key UNIQUE (id),
  constraint device_views_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX device_views_own ON device_views (organization_id, owner, sort_name) WHERE (NOT shared);
CREATE UNIQUE INDEX device_views_shared ON device_views (organization_id, sort_name) WHERE shared;

create table device_words (
  organization_id text not null,
  device_id text not null,
  search tsvector not null,
  constraint device_words_new_pkey PRIMARY KEY (organization_id, device_id),
  constraint device_words_new_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE,
  constraint device_words_new_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX device_words_search ON device_words USING gin (search);

create table devices (
  organization_id text not null,
  id text not null,
  name text not null,
  entra_device_id uuid,
  mdm_device_id text not null,
  hardware_id text,
  serial_number text,
  manufacturer text,
  model text,
  operating_system text not null,
  build text,
  edition text,
  locale text,
  ownership text not null,
  scope text not null,
  state text not null,
  user_id text,
  user_entra_id uuid,
  user_name text,
  user_principal_name text,
  secret_id text,
  first_enrolled_at timestamp with time zone not null,
  enrolled_at timestamp with time zone not null,
  enrolments integer default 1 not null,
  last_seen_at timestamp with time zone,
  sort_name text collate "C" not null,
  group_name text,
  build_number bigint,
  encrypted boolean,
  secure_boot boolean,
  tpm text,
  firewall boolean,
  antivirus boolean,
  signatures boolean,
  signature_version text,
  signatures_since timestamp with time zone,
  free_storage_mb integer,
  total_storage_mb integer,
  lost_at timestamp with time zone,
  lost_reason text,
  lost_by text,
  is_unweighed boolean default true not null,
  constraint devices_pkey PRIMARY KEY (organization_id, id),
  constraint devices_id_key UNIQUE (id),
  constraint devices_ownership_check CHECK ((ownership = ANY (ARRAY['corporate'::text, 'personal'::text]))),
  constraint devices_scope_check CHECK ((scope = ANY (ARRAY['device'::text, 'user'::text]))),
  constraint devices_state_check CHECK ((state = ANY (ARRAY['enrolled'::text, 'unenrolled'::text, 'wiped'::text]))),
  constraint devices_tpm_check CHECK ((tpm = ANY (ARRAY['2.0'::text, '1.2'::text, 'none'::text]))),
  constraint devices_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX devices_by_entra ON devices (organization_id, entra_device_id);
CREATE INDEX devices_by_hardware ON devices (organization_id, hardware_id);
CREATE INDEX devices_by_mdm_id ON devices (lower(mdm_device_id));
CREATE INDEX devices_by_name ON devices (organization_id, sort_name, id);
CREATE INDEX devices_by_user ON devices (organization_id, user_entra_id);
CREATE INDEX devices_unweighed ON devices (organization_id, id) WHERE is_unweighed;
CREATE TRIGGER device_is_listed AFTER INSERT OR UPDATE OF build_number, signatures_since, enrolled_at, free_storage_mb, encrypted, secure_boot, firewall, antivirus, signatures, sort_name, state, ownership, edition, tpm, manufacturer, model ON devices FOR EACH ROW EXECUTE FUNCTION copy_device_to_list();

create table directory_changes (
  organization_id text not null,
  number bigint not null,
  run_id text,
  at timestamp with time zone not null,
  object text not null,
  change text not null,
  entra_id uuid,
  object_id text,
  name text,
  member_entra_id uuid,
  member_kind text,
  reason text,
  fields jsonb,
  constraint directory_changes_pkey PRIMARY KEY (organization_id, number),
  constraint directory_changes_object_check CHECK ((object = ANY (ARRAY['user'::text, 'group'::text, 'membership'::text, 'device'::text, 'stream'::text])))
);
CREATE INDEX directory_changes_by_member ON directory_changes (organization_id, member_entra_id, number) WHERE (member_entra_id IS NOT NULL);
CREATE INDEX directory_changes_by_object ON directory_changes (organization_id, entra_id, number) WHERE (object <> 'stream'::text);
CREATE INDEX directory_changes_by_run ON directory_changes (organization_id, run_id, number);
CREATE INDEX directory_changes_by_time ON directory_changes (at);
CREATE INDEX directory_changes_of_streams ON directory_changes (organization_id, number) WHERE (object = 'stream'::text);

create table directory_days (
  organization_id text not null,
  day date not null,
  users integer not null,
  groups integer not null,
  memberships integer not null,
  constraint directory_days_pkey PRIMARY KEY (organization_id, day),
  constraint directory_days_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_devices (
  organization_id text not null,
  id text not null,
  entra_id uuid not null,
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
  physical_ids text[] default '{}'::text[] not null,
  on_premises_sync_enabled boolean default false not null,
  last_sign_in_at timestamp with time zone,
  registered_at timestamp with time zone,
  compliance_expires_at timestamp with time zone,
  state text not null,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  generation integer not null,
  constraint directory_devices_pkey PRIMARY KEY (organization_id, id),
  constraint directory_devices_organization_id_entra_id_key UNIQUE (organization_id, entra_id),
  constraint directory_devices_state_check CHECK ((state = ANY (ARRAY['active'::text, 'removed'::text]))),
  constraint directory_devices_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX directory_devices_by_device_id ON directory_devices (organization_id, device_id);

create table directory_groups (
  organization_id text not null,
  id text not null,
  entra_id uuid not null,
  display_name text,
  description text,
  mail text,
  mail_nickname text,
  kind text not null,
  is_dynamic boolean not null,
  membership_rule text,
  visibility text,
  on_premises_sync_enabled boolean default false not null,
  state text not null,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  generation integer not null,
  sort_name text collate "C" not null,
  search_words text not null,
  search tsvector generated always as (array_to_tsvector(string_to_array(search_words, ' '::text))) stored,
  entra_state text default 'present'::text not null,
  unsettled boolean default false not null,
  members_stale boolean default false not null,
  constraint directory_groups_pkey PRIMARY KEY (organization_id, id),
  constraint directory_groups_organization_id_entra_id_key UNIQUE (organization_id, entra_id),
  constraint directory_groups_entra_state_check CHECK ((entra_state = ANY (ARRAY['present'::text, 'binned'::text, 'gone'::text, 'missing'::text]))),
  constraint directory_groups_kind_check CHECK ((kind = ANY (ARRAY['security'::text, 'microsoft365'::text, 'mailSecurity'::text, 'distribution'::text]))),
  constraint directory_groups_state_check CHECK ((state = ANY (ARRAY['active'::text, 'removed'::text]))),
  constraint directory_groups_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX directory_groups_by_name ON directory_groups (organization_id, sort_name, id);
CREATE INDEX directory_groups_removed ON directory_groups (organization_id, removed_at) WHERE (state = 'removed'::text);
CREATE INDEX directory_groups_search ON directory_groups USING gin (search);
CREATE INDEX directory_groups_stale ON directory_groups (organization_id, entra_id) WHERE members_stale;
CREATE INDEX directory_groups_unsettled ON directory_groups (organization_id, entra_id) WHERE unsettled;

create table directory_leaving (
  organization_id text not null,
  group_entra_id uuid not null,
  member_entra_id uuid not null,
  constraint directory_leaving_pkey PRIMARY KEY (organization_id, group_entra_id, member_entra_id),
  constraint directory_leaving_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_memberships (
  organization_id text not null,
  group_entra_id uuid not null,
  member_entra_id uuid not null,
  member_kind text not null,
  generation integer not null,
  constraint directory_memberships_pkey PRIMARY KEY (organization_id, group_entra_id, member_entra_id),
  constraint directory_memberships_member_kind_check CHECK ((member_kind = ANY (ARRAY['user'::text, 'group'::text, 'device'::text, 'other'::text])))
);
CREATE INDEX directory_memberships_by_member ON directory_memberships (organization_id, member_entra_id);
CREATE INDEX directory_memberships_not_users ON directory_memberships (organization_id, group_entra_id, member_kind, member_entra_id) WHERE (member_kind <> 'user'::text);

create table directory_rescopes (
  organization_id text not null,
  entra_id uuid not null,
  constraint directory_rescopes_pkey PRIMARY KEY (organization_id, entra_id),
  constraint directory_rescopes_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_settings (
  organization_id text not null,
  settings jsonb not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  constraint directory_settings_pkey PRIMARY KEY (organization_id),
  constraint directory_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_states (
  organization_id text not null,
  last_number bigint default 0 not null,
  settle_all boolean default false not null,
  rescope_all boolean default false not null,
  scope_members jsonb default '{}'::jsonb not null,
  constraint directory_states_pkey PRIMARY KEY (organization_id),
  constraint directory_states_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_streams (
  organization_id text not null,
  stream text not null,
  tenant_id uuid not null,
  select_hash text not null,
  round text not null,
  cursor_url text,
  delta_link text,
  generation integer not null,
  round_started_at timestamp with time zone,
  last_success_at timestamp with time zone,
  sweep_due boolean default false not null,
  last_full_at timestamp with time zone,
  problem jsonb,
  constraint directory_streams_pkey PRIMARY KEY (organization_id, stream),
  constraint directory_streams_round_check CHECK ((round = ANY (ARRAY['full'::text, 'delta'::text]))),
  constraint directory_streams_stream_check CHECK ((stream = ANY (ARRAY['users'::text, 'groups'::text, 'devices'::text]))),
  constraint directory_streams_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_unapplied (
  organization_id text not null,
  kind text not null,
  entra_id text not null,
  code text not null,
  "values" jsonb default '{}'::jsonb not null,
  run_id text not null,
  first_seen_at timestamp with time zone not null,
  last_tried_at timestamp with time zone not null,
  tries integer default 1 not null,
  next_try_at timestamp with time zone,
  constraint directory_unapplied_pkey PRIMARY KEY (organization_id, kind, entra_id, code),
  constraint directory_unapplied_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text, 'membership'::text, 'device'::text]))),
  constraint directory_unapplied_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table directory_users (
  organization_id text not null,
  id text not null,
  entra_id uuid not null,
  user_principal_name text not null,
  display_name text,
  given_name text,
  surname text,
  mail text,
  department text,
  job_title text,
  company_name text,
  office_location text,
  mobile_phone text,
  business_phones text[] default '{}'::text[] not null,
  employee_id text,
  preferred_language text,
  usage_location text,
  user_type text not null,
  account_enabled boolean not null,
  on_premises_sync_enabled boolean default false not null,
  state text not null,
  removed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  generation integer not null,
  sort_name text collate "C" not null,
  sort_upn text collate "C" not null,
  sort_department text collate "C" not null,
  search_words text not null,
  search tsvector generated always as (array_to_tsvector(string_to_array(search_words, ' '::text))) stored,
  entra_state text default 'present'::text not null,
  in_scope boolean default true,
  state_reason text,
  unsettled boolean default false not null,
  memberships_stale boolean default false not null,
  custom_fields jsonb default '{}'::jsonb not null,
  source text default 'entra'::text not null,
  constraint directory_users_pkey PRIMARY KEY (organization_id, id),
  constraint directory_users_organization_id_entra_id_key UNIQUE (organization_id, entra_id),
  constraint directory_users_entra_state_check CHECK ((entra_state = ANY (ARRAY['present'::text, 'binned'::text, 'gone'::text, 'missing'::text]))),
  constraint directory_users_source_check CHECK ((source = ANY (ARRAY['entra'::text, 'provider'::text]))),
  constraint directory_users_state_check CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text, 'removed'::text, 'outside'::text]))),
  constraint directory_users_user_type_check CHECK ((user_type = ANY (ARRAY['member'::text, 'guest'::text]))),
  constraint directory_users_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX directory_users_by_department ON directory_users (organization_id, sort_department, id);
CREATE INDEX directory_users_by_lower_upn ON directory_users (organization_id, lower(user_principal_name));
CREATE INDEX directory_users_by_name ON directory_users (organization_id, sort_name, id);
CREATE INDEX directory_users_by_state ON directory_users (organization_id, state, user_type, entra_id);
CREATE INDEX directory_users_by_upn ON directory_users (organization_id, sort_upn, id);
CREATE INDEX directory_users_elsewhere ON directory_users (organization_id, entra_id) WHERE (state_reason = 'elsewhere'::text);
CREATE INDEX directory_users_removed ON directory_users (organization_id, removed_at) WHERE (state = 'removed'::text);
CREATE INDEX directory_users_search ON directory_users USING gin (search);
CREATE INDEX directory_users_stale ON directory_users (organization_id, entra_id) WHERE memberships_stale;
CREATE INDEX directory_users_unscoped ON directory_users (organization_id, entra_id) WHERE (in_scope IS NULL);
CREATE INDEX directory_users_unsettled ON directory_users (organization_id, entra_id) WHERE unsettled;

create table enrolment_attempts (
  organization_id text not null,
  id text not null,
  started_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  request_id text,
  user_entra_id uuid,
  user_name text,
  entra_device_id uuid,
  device_id text,
  device_name text,
  outcome text not null,
  reason text,
  hresult text,
  steps jsonb default '[]'::jsonb not null,
  facts jsonb default '{}'::jsonb not null,
  trail text,
  constraint enrolment_attempts_pkey PRIMARY KEY (organization_id, id),
  constraint enrolment_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['underWay'::text, 'enrolled'::text, 'refused'::text]))),
  constraint enrolment_attempts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX enrolment_attempts_by_device ON enrolment_attempts (organization_id, device_id);
CREATE INDEX enrolment_attempts_by_time ON enrolment_attempts (organization_id, started_at DESC, id DESC);
CREATE INDEX enrolment_attempts_by_trail ON enrolment_attempts (organization_id, trail) WHERE (trail IS NOT NULL);
CREATE INDEX enrolment_attempts_by_user ON enrolment_attempts (organization_id, user_entra_id);

create table enrolment_settings (
  organization_id text not null,
  settings jsonb not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  constraint enrolment_settings_pkey PRIMARY KEY (organization_id),
  constraint enrolment_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table enrolment_tokens (
  organization_id text not null,
  id text not null,
  token_hash text not null,
  kind text not null,
  name text not null,
  user_entra_id uuid,
  ownership text not null,
  group_id text,
  most_uses integer not null,
  uses integer default 0 not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  group_name text,
  constraint enrolment_tokens_pkey PRIMARY KEY (organization_id, id),
  constraint enrolment_tokens_id_key UNIQUE (id),
  constraint enrolment_tokens_token_hash_key UNIQUE (token_hash),
  constraint enrolment_tokens_kind_check CHECK ((kind = ANY (ARRAY['administrator'::text, 'signIn'::text]))),
  constraint enrolment_tokens_ownership_check CHECK ((ownership = ANY (ARRAY['corporate'::text, 'personal'::text]))),
  constraint enrolment_tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table enrolment_uses (
  organization_id text not null,
  token_hash text not null,
  request_hash text not null,
  device_id text not null,
  certificate bytea not null,
  used_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint enrolment_uses_pkey PRIMARY KEY (organization_id, token_hash),
  constraint enrolment_uses_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX enrolment_uses_by_end ON enrolment_uses (expires_at);

create table known_browsers (
  organization_id text not null,
  administrator_id text not null,
  token_hash text not null,
  seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint known_browsers_pkey PRIMARY KEY (organization_id, administrator_id, token_hash),
  constraint known_browsers_organization_id_administrator_id_fkey FOREIGN KEY (organization_id, administrator_id) REFERENCES administrators(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX known_browsers_by_token ON known_browsers (token_hash);

create table master_key_check (
  organization_id text not null,
  key_id text not null,
  sealed bytea not null,
  constraint master_key_check_pkey PRIMARY KEY (organization_id, key_id),
  constraint master_key_check_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table organizations (
  id text not null,
  slug text not null,
  name text not null,
  is_home boolean default false not null,
  created_at timestamp with time zone default now() not null,
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_slug_key UNIQUE (slug)
);
CREATE UNIQUE INDEX organizations_one_home ON organizations (is_home) WHERE is_home;
CREATE TRIGGER organizations_delete_memberships AFTER DELETE ON organizations FOR EACH ROW EXECUTE FUNCTION delete_memberships_of_organization();

create table outside_tests (
  organization_id text not null,
  tested_at timestamp with time zone not null,
  tested_by text not null,
  findings jsonb not null,
  constraint outside_tests_pkey PRIMARY KEY (organization_id),
  constraint outside_tests_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table passkey_challenges (
  organization_id text not null,
  challenge_hash text not null,
  purpose text not null,
  bound_to text not null,
  expires_at timestamp with time zone not null,
  constraint passkey_challenges_pkey PRIMARY KEY (organization_id, challenge_hash),
  constraint passkey_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['registration'::text, 'signIn'::text, 'stepUp'::text]))),
  constraint passkey_challenges_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table passkeys (
  organization_id text not null,
  id text not null,
  administrator_id text not null,
  name text not null,
  credential_id text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  created_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  constraint passkeys_pkey PRIMARY KEY (organization_id, id),
  constraint passkeys_credential_id_key UNIQUE (credential_id),
  constraint passkeys_organization_id_administrator_id_fkey FOREIGN KEY (organization_id, administrator_id) REFERENCES administrators(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX passkeys_by_administrator ON passkeys (organization_id, administrator_id);

create table password_links (
  organization_id text not null,
  token_hash text not null,
  administrator_id text not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint password_links_pkey PRIMARY KEY (organization_id, token_hash),
  constraint password_links_token_hash_key UNIQUE (token_hash),
  constraint password_links_organization_id_administrator_id_fkey FOREIGN KEY (organization_id, administrator_id) REFERENCES administrators(organization_id, id) ON DELETE CASCADE
);

create table person_roles (
  organization_id text not null,
  user_id text not null,
  roles text[] not null,
  constraint person_roles_pkey PRIMARY KEY (organization_id, user_id),
  constraint person_roles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table provider_identities (
  organization_id text not null,
  issuer text not null,
  subject text not null,
  user_id text not null,
  created_at timestamp with time zone not null,
  constraint provider_identities_pkey PRIMARY KEY (organization_id, issuer, subject),
  constraint provider_identities_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX provider_identities_by_user ON provider_identities (organization_id, user_id);

create table role_assignments (
  organization_id text not null,
  id text not null,
  role text not null,
  user_id text,
  group_id text,
  includes_guests boolean not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  reached text[],
  constraint role_assignments_pkey PRIMARY KEY (organization_id, id),
  constraint role_assignments_organization_id_role_group_id_key UNIQUE (organization_id, role, group_id),
  constraint role_assignments_organization_id_role_user_id_key UNIQUE (organization_id, role, user_id),
  constraint role_assignments_check CHECK ((num_nonnulls(user_id, group_id) = 1)),
  constraint role_assignments_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table secrets (
  organization_id text not null,
  id text not null,
  purpose text not null,
  key_id text not null,
  wrapped_key bytea not null,
  ciphertext bytea not null,
  created_at timestamp with time zone default now() not null,
  constraint secrets_pkey PRIMARY KEY (organization_id, id),
  constraint secrets_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX secrets_by_key ON secrets (key_id);

create table self_service_settings (
  organization_id text not null,
  may_sync boolean not null,
  may_restart boolean not null,
  may_lock boolean not null,
  may_report_lost boolean not null,
  locks_lost boolean not null,
  constraint self_service_settings_pkey PRIMARY KEY (organization_id),
  constraint self_service_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table session_settings (
  organization_id text not null,
  poll jsonb,
  poll_at timestamp with time zone,
  poll_by text,
  push_sid text,
  push_family_name text,
  push_secret_id text,
  push_at timestamp with time zone,
  push_by text,
  push_ever boolean default false not null,
  push_outcome text,
  push_outcome_at timestamp with time zone,
  digest_at timestamp with time zone,
  digest_by text,
  constraint session_settings_pkey PRIMARY KEY (organization_id),
  constraint session_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table sessions (
  organization_id text not null,
  id text not null,
  token_hash text not null,
  administrator_id text,
  user_id text,
  csrf_token text not null,
  way text not null,
  issuer text,
  provider_session text,
  logout_hint text,
  client_address text not null,
  user_agent text not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  previous_token_hash text,
  token_renewed_at timestamp with time zone,
  constraint sessions_pkey PRIMARY KEY (organization_id, id),
  constraint sessions_token_hash_key UNIQUE (token_hash),
  constraint sessions_check CHECK ((num_nonnulls(administrator_id, user_id) = 1)),
  constraint sessions_way_check CHECK ((way = ANY (ARRAY['password'::text, 'passkey'::text, 'link'::text, 'provider'::text]))),
  constraint sessions_organization_id_administrator_id_fkey FOREIGN KEY (organization_id, administrator_id) REFERENCES administrators(organization_id, id) ON DELETE CASCADE,
  constraint sessions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_administrator ON sessions (organization_id, administrator_id);
CREATE INDEX sessions_by_previous_token ON sessions (previous_token_hash) WHERE (previous_token_hash IS NOT NULL);
CREATE INDEX sessions_by_provider_session ON sessions (provider_session) WHERE (provider_session IS NOT NULL);
CREATE INDEX sessions_by_user ON sessions (organization_id, user_id);

create table set_up_guides (
  organization_id text not null,
  track text,
  draft_tenant_id text,
  draft_client_id text,
  marked jsonb default '{}'::jsonb not null,
  changed_by text not null,
  changed_at timestamp with time zone not null,
  constraint set_up_guides_pkey PRIMARY KEY (organization_id),
  constraint set_up_guides_track_check CHECK ((track = ANY (ARRAY['directory'::text, 'windows'::text]))),
  constraint set_up_guides_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table sign_in_attempts (
  organization_id text not null,
  id text not null,
  purpose text not null,
  secret_hash text not null,
  provider_hash text not null,
  return_to text,
  started_by text,
  step_up_id text,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  outcome jsonb,
  session_id text,
  constraint sign_in_attempts_pkey PRIMARY KEY (organization_id, id),
  constraint sign_in_attempts_id_key UNIQUE (id),
  constraint sign_in_attempts_purpose_check CHECK ((purpose = ANY (ARRAY['signIn'::text, 'test'::text, 'stepUp'::text]))),
  constraint sign_in_attempts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX sign_in_attempts_by_end ON sign_in_attempts (expires_at);

create table sign_in_providers (
  organization_id text not null,
  settings jsonb not null,
  secret_id text,
  secret_hint text,
  secret_set_at timestamp with time zone,
  saved_at timestamp with time zone not null,
  saved_by text not null,
  constraint sign_in_providers_pkey PRIMARY KEY (organization_id),
  constraint sign_in_providers_check CHECK ((num_nonnulls(secret_id, secret_hint, secret_set_at) = ANY (ARRAY[0, 3]))),
  constraint sign_in_providers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table sign_in_throttles (
  organization_id text not null,
  key text not null,
  failures integer not null,
  window_started_at timestamp with time zone not null,
  blocked_until timestamp with time zone,
  constraint sign_in_throttles_pkey PRIMARY KEY (organization_id, key),
  constraint sign_in_throttles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table signing_key_sets (
  jwks_url text not null,
  keys jsonb not null,
  fetched_at timestamp with time zone,
  tried_at timestamp with time zone not null,
  constraint signing_key_sets_pkey PRIMARY KEY (jwks_url)
);

create table step_ups (
  organization_id text not null,
  id text not null,
  session_id text not null,
  act_hash text not null,
  act text not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  proven_at timestamp with time zone,
  proven_by text,
  used_at timestamp with time zone,
  constraint step_ups_pkey PRIMARY KEY (organization_id, id),
  constraint step_ups_check CHECK ((num_nonnulls(proven_at, proven_by) = ANY (ARRAY[0, 2]))),
  constraint step_ups_proven_by_check CHECK ((proven_by = ANY (ARRAY['password'::text, 'passkey'::text, 'provider'::text]))),
  constraint step_ups_organization_id_session_id_fkey FOREIGN KEY (organization_id, session_id) REFERENCES sessions(organization_id, id) ON DELETE CASCADE
);
CREATE INDEX step_ups_by_session ON step_ups (organization_id, session_id);

create table sync_problems (
  organization_id text not null,
  run_id text not null,
  id bigint generated always as identity not null,
  kind text not null,
  entra_id text,
  code text not null,
  "values" jsonb default '{}'::jsonb not null,
  at timestamp with time zone not null,
  constraint sync_problems_pkey PRIMARY KEY (organization_id, run_id, id),
  constraint sync_problems_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text, 'membership'::text, 'device'::text]))),
  constraint sync_problems_organization_id_run_id_fkey FOREIGN KEY (organization_id, run_id) REFERENCES sync_runs(organization_id, id) ON DELETE CASCADE
);

create table sync_proposals (
  organization_id text not null,
  run_id text not null,
  number bigint not null,
  at timestamp with time zone not null,
  object text not null,
  change text not null,
  entra_id uuid,
  object_id text,
  name text,
  member_entra_id uuid,
  member_kind text,
  reason text,
  fields jsonb,
  constraint sync_proposals_pkey PRIMARY KEY (organization_id, run_id, number),
  constraint sync_proposals_organization_id_run_id_fkey FOREIGN KEY (organization_id, run_id) REFERENCES sync_runs(organization_id, id) ON DELETE CASCADE
);

create table sync_runs (
  organization_id text not null,
  id text not null,
  state text not null,
  mode text not null,
  dry_run boolean default false not null,
  trigger text not null,
  requested_by text not null,
  requested_at timestamp with time zone not null,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  heartbeat_at timestamp with time zone,
  lease text,
  cancel_requested boolean default false not null,
  requests integer default 0 not null,
  counts jsonb not null,
  progress jsonb not null,
  problem jsonb,
  holds jsonb default '[]'::jsonb not null,
  decision jsonb,
  constraint sync_runs_pkey PRIMARY KEY (organization_id, id),
  constraint sync_runs_mode_check CHECK ((mode = ANY (ARRAY['delta'::text, 'full'::text]))),
  constraint sync_runs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'held'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint sync_runs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX sync_runs_newest ON sync_runs (organization_id, requested_at DESC, id DESC);
CREATE UNIQUE INDEX sync_runs_one_under_way ON sync_runs (organization_id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

create table terms_answers (
  organization_id text not null,
  id text not null,
  user_entra_id uuid not null,
  user_name text,
  version integer not null,
  language text not null,
  answer text not null,
  at timestamp with time zone not null,
  request_id text,
  constraint terms_answers_pkey PRIMARY KEY (organization_id, id),
  constraint terms_answers_answer_check CHECK ((answer = ANY (ARRAY['accepted'::text, 'declined'::text]))),
  constraint terms_answers_language_check CHECK ((language = ANY (ARRAY['en'::text, 'de'::text]))),
  constraint terms_answers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX terms_answers_by_time ON terms_answers (organization_id, at DESC, id DESC);

create table terms_keys (
  organization_id text not null,
  secret_id text not null,
  constraint terms_keys_pkey PRIMARY KEY (organization_id),
  constraint terms_keys_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table terms_pages (
  organization_id text not null,
  enabled boolean not null,
  fallback text not null,
  texts jsonb not null,
  version integer not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  constraint terms_pages_pkey PRIMARY KEY (organization_id),
  constraint terms_pages_fallback_check CHECK ((fallback = ANY (ARRAY['en'::text, 'de'::text]))),
  constraint terms_pages_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table verdict_changes (
  organization_id text not null,
  number bigint generated always as identity not null,
  device_id text not null,
  at timestamp with time zone not null,
  verdict text not null,
  broken jsonb not null,
  constraint verdict_changes_pkey PRIMARY KEY (organization_id, device_id, number),
  constraint verdict_changes_organization_id_device_id_fkey FOREIGN KEY (organization_id, device_id) REFERENCES devices(organization_id, id) ON DELETE CASCADE
);

create table wipe_guards (
  organization_id text not null,
  per_person_hour integer not null,
  per_day integer not null,
  hold_minutes integer not null,
  frozen_at timestamp with time zone,
  frozen_by text,
  thaw_asked_at timestamp with time zone,
  thaw_asked_by text,
  thaw_asked_name text,
  constraint wipe_guards_pkey PRIMARY KEY (organization_id),
  constraint wipe_guards_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table wipe_requests (
  organization_id text not null,
  id text not null,
  kind text not null,
  device_count integer not null,
  list_hash text not null,
  reason text not null,
  requested_at timestamp with time zone not null,
  requested_by text not null,
  requested_name text not null,
  needs_approval boolean not null,
  beyond text,
  hold_until timestamp with time zone not null,
  approve_until timestamp with time zone,
  approved_at timestamp with time zone,
  approved_by text,
  approved_name text,
  cancelled_at timestamp with time zone,
  cancelled_name text,
  constraint wipe_requests_pkey PRIMARY KEY (organization_id, id),
  constraint wipe_requests_id_key UNIQUE (id),
  constraint wipe_requests_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);
CREATE INDEX wipe_requests_by_time ON wipe_requests (organization_id, requested_at DESC, id DESC);

CREATE OR REPLACE FUNCTION public.copy_device_to_list()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        insert into device_list (build_number, signatures_since, enrolled_at, free_storage_mb, encrypted, secure_boot, firewall,
  antivirus, signatures, organization_id, id, sort_name, state, ownership, edition, tpm, manufacturer, model, last_seen_at)
        values (new.build_number, new.signatures_since, new.enrolled_at, new.free_storage_mb, new.encrypted, new.secure_boot, new.firewall,
  new.antivirus, new.signatures, new.organization_id, new.id, new.sort_name, new.state, new.ownership, new.edition, new.tpm, new.manufacturer, new.model, new.last_seen_at)
        on conflict (organization_id, id) do update set
          build_number = excluded.build_number, signatures_since = excluded.signatures_since,
          enrolled_at = excluded.enrolled_at, free_storage_mb = excluded.free_storage_mb,
          encrypted = excluded.encrypted, secure_boot = excluded.secure_boot, firewall = excluded.firewall,
          antivirus = excluded.antivirus, signatures = excluded.signatures, sort_name = excluded.sort_name,
          state = excluded.state, ownership = excluded.ownership, edition = excluded.edition,
          tpm = excluded.tpm, manufacturer = excluded.manufacturer, model = excluded.model;
        return null;
      end $function$
;

CREATE OR REPLACE FUNCTION public.delete_memberships_of_organization()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
   begin
     delete from directory_memberships where organization_id = old.id;
     delete from directory_changes where organization_id = old.id;
     -- Whoever lived there may live elsewhere now.
     update directory_states as s set settle_all = true
     where exists (
       select from directory_users as u
       where u.organization_id = s.organization_id and u.state_reason = 'elsewhere');
     return null;
   end $function$
;

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        if tg_op = 'DELETE' then
          -- What is too old is removed by one routine, which says so for its transaction.
          if current_setting('mooring.audit_removal', true) = 'too old' then
            return old;
          end if;
          -- An organization that is deleted takes its events along; it is gone when they go.
          if not exists (select from organizations where id = old.organization_id) then
            return old;
          end if;
        end if;
        raise exception 'audit_events is append-only: % is refused', lower(tg_op);
      end $function$
;
