import type { StateReason } from '@mooring/contract/directory'
import type { ColumnType, Generated } from 'kysely'
import type { OrganizationId } from './organization-id.ts'

type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'superseded'
  | 'cessationOfOperation'
  | 'privilegeWithdrawn'

type Json<T> = ColumnType<T, string, string>
type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>
/** A `date` column: `YYYY-MM-DD`. */
type Day = ColumnType<string, string, string>
type Owned = { organization_id: OrganizationId }

/** What Entra last said of an object. */
export type EntraState = 'present' | 'binned' | 'gone' | 'missing'

export type UserRow = Owned & {
  id: string
  entra_id: string
  user_principal_name: string
  display_name: string | null
  given_name: string | null
  surname: string | null
  mail: string | null
  department: string | null
  job_title: string | null
  company_name: string | null
  office_location: string | null
  mobile_phone: string | null
  business_phones: string[]
  employee_id: string | null
  preferred_language: string | null
  usage_location: string | null
  user_type: 'member' | 'guest'
  account_enabled: boolean
  on_premises_sync_enabled: boolean
  /** What Entra last said; `missing`: a full round did not meet it. */
  entra_state: EntraState
  /** Null: not worked out yet. */
  in_scope: boolean | null
  /** What the organization makes of it; `outside`: not part of it. */
  state: 'active' | 'disabled' | 'removed' | 'outside'
  state_reason: StateReason | null
  unsettled: boolean
  memberships_stale: boolean
  custom_fields: Record<string, string>
  removed_at: Date | null
  created_at: Date
  changed_at: Date
  generation: number
  sort_name: string
  sort_upn: string
  sort_department: string
  search_words: string
  search: Generated<string>
  /** `provider`: created at a sign-in; the synchronisation leaves it alone. */
  source: Generated<'entra' | 'provider'>
}

export type DeviceRow = Owned & {
  id: string
  entra_id: string
  device_id: string | null
  display_name: string | null
  account_enabled: boolean
  operating_system: string | null
  operating_system_version: string | null
  trust_type: string | null
  profile_type: string | null
  is_managed: boolean | null
  is_compliant: boolean | null
  management_type: string | null
  mdm_app_id: string | null
  device_ownership: string | null
  manufacturer: string | null
  model: string | null
  physical_ids: string[]
  on_premises_sync_enabled: boolean
  last_sign_in_at: Date | null
  registered_at: Date | null
  compliance_expires_at: Date | null
  state: 'active' | 'removed'
  removed_at: Date | null
  created_at: Date
  changed_at: Date
  generation: number
}

type ChangeRow = {
  number: string
  at: Date
  object: 'user' | 'group' | 'membership' | 'device' | 'stream'
  change: string
  entra_id: string | null
  object_id: string | null
  name: string | null
  member_entra_id: string | null
  member_kind: string | null
  reason: string | null
  fields: Record<string, [string | null, string | null]> | null
}

export type GroupRow = Owned & {
  id: string
  entra_id: string
  display_name: string | null
  description: string | null
  mail: string | null
  mail_nickname: string | null
  kind: 'security' | 'microsoft365' | 'mailSecurity' | 'distribution'
  is_dynamic: boolean
  membership_rule: string | null
  visibility: string | null
  on_premises_sync_enabled: boolean
  entra_state: EntraState
  state: 'active' | 'removed'
  unsettled: boolean
  members_stale: boolean
  removed_at: Date | null
  created_at: Date
  changed_at: Date
  generation: number
  sort_name: string
  search_words: string
  search: Generated<string>
}

/** Every table, as `schema.sql` has it. A room's store is the only place that writes its tables. */
export type Schema = {
  organizations: {
    id: OrganizationId
    slug: string
    name: string
    is_home: Generated<boolean>
    created_at: Generated<Date>
  }
  secrets: Owned & {
    id: string
    purpose: string
    key_id: string
    wrapped_key: Bytes
    ciphertext: Bytes
    created_at: Generated<Date>
  }
  master_key_check: Owned & { key_id: string; sealed: Bytes }
  administrators: Owned & {
    id: string
    email: string
    role: string
    password_hash: string | null
    created_at: Date
    last_sign_in_at: Date | null
  }
  password_links: Owned & {
    token_hash: string
    administrator_id: string
    expires_at: Date
    used_at: Date | null
  }
  sessions: Owned & {
    id: string
    token_hash: string
    administrator_id: string | null
    user_id: string | null
    csrf_token: string
    way: 'password' | 'passkey' | 'link' | 'provider'
    issuer: string | null
    provider_session: string | null
    logout_hint: string | null
    client_address: string
    user_agent: string
    created_at: Date
    last_seen_at: Date
    expires_at: Date
    previous_token_hash: string | null
    token_renewed_at: Date | null
  }
  step_ups: Owned & {
    id: string
    session_id: string
    act_hash: string
    act: string
    created_at: Date
    expires_at: Date
    proven_at: Date | null
    proven_by: 'password' | 'passkey' | 'provider' | null
    used_at: Date | null
  }
  administrator_totps: Owned & {
    administrator_id: string
    secret_id: string
    offered_at: Date
    confirmed_at: Date | null
    last_step: number
  }
  passkeys: Owned & {
    id: string
    administrator_id: string
    name: string
    credential_id: string
    public_key: Bytes
    counter: number
    transports: string[]
    created_at: Date
    last_used_at: Date | null
  }
  passkey_challenges: Owned & {
    challenge_hash: string
    purpose: 'registration' | 'signIn' | 'stepUp'
    bound_to: string
    expires_at: Date
  }
  role_assignments: Owned & {
    id: string
    role: string
    user_id: string | null
    group_id: string | null
    includes_guests: boolean
    created_at: Date
    created_by: string
    /** Whom a strong role of a group reached when roles were last worked out. */
    reached: Generated<string[] | null>
  }
  person_roles: Owned & { user_id: string; roles: string[] }
  api_tokens: Owned & {
    id: string
    name: string
    role: string
    token_hash: string
    hint: string
    created_by: string
    created_by_id: string | null
    created_at: Date
    expires_at: Date | null
    last_used_at: Date | null
    revoked_at: Date | null
  }
  known_browsers: Owned & {
    administrator_id: string
    token_hash: string
    seen_at: Date
    expires_at: Date
  }
  sign_in_throttles: Owned & {
    key: string
    failures: number
    window_started_at: Date
    blocked_until: Date | null
  }
  sign_in_providers: Owned & {
    settings: Json<unknown>
    secret_id: string | null
    secret_hint: string | null
    secret_set_at: Date | null
    saved_at: Date
    saved_by: string
  }
  sign_in_attempts: Owned & {
    id: string
    purpose: 'signIn' | 'test' | 'stepUp'
    secret_hash: string
    provider_hash: string
    return_to: string | null
    started_by: string | null
    step_up_id: string | null
    session_id: string | null
    created_at: Date
    expires_at: Date
    used_at: Date | null
    outcome: ColumnType<unknown, string | null, string | null>
  }
  provider_identities: Owned & {
    issuer: string
    subject: string
    user_id: string
    created_at: Date
  }
  signing_key_sets: {
    jwks_url: string
    keys: Json<unknown>
    fetched_at: Date | null
    tried_at: Date
  }
  connections: Owned & {
    tenant_id: string
    client_id: string
    credential_kind: 'secret' | 'certificate'
    secret_id: string
    credential_hint: string
    credential_expires_at: Date | null
    credential_set_at: Date
    sync_users: boolean
    sync_groups: boolean
    created_at: Date
    updated_at: Date
    updated_by: string
  }
  connection_checks: Owned & {
    checked_at: Date
    tenant_name: string | null
    findings: Json<unknown>
  }
  set_up_guides: Owned & {
    track: 'directory' | 'windows' | null
    draft_tenant_id: string | null
    draft_client_id: string | null
    marked: Json<unknown>
    changed_by: string
    changed_at: Date
  }
  directory_streams: Owned & {
    stream: 'users' | 'groups' | 'devices'
    sweep_due: boolean
    last_full_at: Date | null
    problem: ColumnType<unknown, string | null, string | null>
    tenant_id: string
    select_hash: string
    round: 'full' | 'delta'
    cursor_url: string | null
    delta_link: string | null
    generation: number
    round_started_at: Date | null
    last_success_at: Date | null
  }
  directory_users: UserRow
  directory_groups: GroupRow
  directory_memberships: Owned & {
    group_entra_id: string
    member_entra_id: string
    member_kind: 'user' | 'group' | 'device' | 'other'
    generation: number
  }
  sync_runs: Owned & {
    id: string
    state: 'queued' | 'running' | 'held' | 'succeeded' | 'failed' | 'cancelled'
    mode: 'delta' | 'full'
    dry_run: Generated<boolean>
    trigger: string
    requested_by: string
    requested_at: Date
    started_at: Date | null
    finished_at: Date | null
    heartbeat_at: Date | null
    lease: string | null
    cancel_requested: Generated<boolean>
    requests: Generated<number>
    counts: Json<unknown>
    progress: Json<unknown>
    problem: ColumnType<unknown, string | null, string | null>
    holds: ColumnType<unknown, string | undefined, string>
    decision: ColumnType<unknown, string | null | undefined, string | null>
  }
  sync_problems: Owned & {
    run_id: string
    id: Generated<string>
    kind: 'user' | 'group' | 'membership' | 'device'
    entra_id: string | null
    code: string
    values: Json<unknown>
    at: Date
  }
  directory_devices: DeviceRow
  directory_states: Owned & {
    last_number: Generated<string>
    settle_all: Generated<boolean>
    rescope_all: Generated<boolean>
    scope_members: Json<unknown>
  }
  directory_changes: Owned & ChangeRow & { run_id: string | null }
  sync_proposals: Owned & ChangeRow & { run_id: string }
  directory_settings: Owned & { settings: Json<unknown>; updated_at: Date; updated_by: string }
  directory_rescopes: Owned & { entra_id: string }
  directory_leaving: Owned & { group_entra_id: string; member_entra_id: string }
  directory_unapplied: Owned & {
    kind: 'user' | 'group' | 'membership' | 'device'
    entra_id: string
    code: string
    values: Json<unknown>
    run_id: string
    first_seen_at: Date
    last_tried_at: Date
    tries: number
    next_try_at: Date | null
  }
  change_subscriptions: Owned & {
    stream: 'users' | 'groups'
    subscription_id: string | null
    client_state_hash: string | null
    expires_at: Date | null
    state: 'pending' | 'active' | 'unreachable' | 'failing'
    problem: ColumnType<unknown, string | null, string | null>
    last_notification_at: Date | null
    next_try_at: Date | null
    made_for: string | null
    tries: Generated<number>
    lease_until: Date | null
  }
  audit_events: Owned & {
    number: string
    at: Date
    actor_kind: 'administrator' | 'user' | 'token' | 'system' | 'command' | 'anonymous'
    actor_id: string | null
    actor_name: string
    action: string
    object_kind: string | null
    object_id: string | null
    object_name: string | null
    outcome: 'succeeded' | 'refused' | 'failed'
    changes: Json<unknown>
    details: Json<unknown>
    client_address: string | null
    request_id: string | null
    user_agent: string | null
    previous_hash: string
    hash: string
  }
  audit_heads: Owned & {
    number: Generated<string>
    hash: Generated<string>
    anchor_number: Generated<string>
    anchor_hash: Generated<string>
    retention_days: Generated<number>
  }
  audit_floods: Owned & {
    budget: string
    span: 'minute' | 'day'
    minute_at: Date
    met: number
    left_out: Json<unknown>
  }
  certificate_settings: Owned & {
    algorithm: 'rsa2048' | 'ecdsaP256'
    validity_days: number
    sha1_allowed: boolean
    updated_at: Date
    updated_by: string
  }
  certificate_authorities: Owned & {
    id: string
    state: 'next' | 'active' | 'retired'
    source: 'own' | 'imported'
    signature: 'rsaSha256' | 'ecdsaSha256' | 'ecdsaSha384'
    key: string
    subject: string
    certificate: Bytes
    root: Bytes | null
    fingerprint: string
    key_id: string
    secret_id: string
    not_before: Date
    not_after: Date
    created_at: Date
    activated_at: Date | null
    retired_at: Date | null
    crl_number: Generated<number>
    crl: Bytes | null
    crl_made_at: Date | null
    crl_revoked: Generated<number>
  }
  certificates: Owned & {
    id: string
    authority_id: string
    device_id: string
    serial_number: string
    fingerprint: string
    thumbprint: string
    certificate: Bytes
    not_before: Date
    not_after: Date
    issued_at: Date
    first_used_at: Date | null
    revoked_at: Date | null
    revocation_reason: RevocationReason | null
    replaced_by: string | null
  }
  devices: Owned & {
    id: string
    name: string
    entra_device_id: string | null
    mdm_device_id: string
    hardware_id: string | null
    serial_number: string | null
    manufacturer: string | null
    model: string | null
    operating_system: string
    build: string | null
    edition: string | null
    locale: string | null
    ownership: 'corporate' | 'personal'
    scope: 'device' | 'user'
    state: 'enrolled' | 'unenrolled' | 'wiped'
    user_id: string | null
    user_entra_id: string | null
    user_name: string | null
    user_principal_name: string | null
    secret_id: string | null
    group_name: Generated<string | null>
    first_enrolled_at: Date
    enrolled_at: Date
    enrolments: Generated<number>
    last_seen_at: Generated<Date | null>
    lost_at: Generated<Date | null>
    lost_reason: Generated<string | null>
    lost_by: Generated<string | null>
    build_number: number | null
    encrypted: Generated<boolean | null>
    secure_boot: Generated<boolean | null>
    tpm: Generated<'2.0' | '1.2' | 'none' | null>
    firewall: Generated<boolean | null>
    antivirus: Generated<boolean | null>
    signatures: Generated<boolean | null>
    signature_version: Generated<string | null>
    signatures_since: Generated<Date | null>
    free_storage_mb: Generated<number | null>
    total_storage_mb: Generated<number | null>
    is_unweighed: Generated<boolean>
    sort_name: string
  }
  device_contexts: Owned & {
    device_id: string
    context: Json<unknown>
  }
  device_words: Owned & {
    device_id: string
    search: string
  }
  /** A copy that a trigger keeps, but for when a device was seen. */
  device_list: Owned & {
    id: string
    build_number: number | null
    signatures_since: Date | null
    enrolled_at: Date
    last_seen_at: Date | null
    free_storage_mb: number | null
    encrypted: boolean | null
    secure_boot: boolean | null
    firewall: boolean | null
    antivirus: boolean | null
    signatures: boolean | null
    sort_name: string
    state: 'enrolled' | 'unenrolled' | 'wiped'
    ownership: 'corporate' | 'personal'
    edition: string | null
    tpm: '2.0' | '1.2' | 'none' | null
    manufacturer: string | null
    model: string | null
  }
  device_views: Owned & {
    id: string
    name: string
    sort_name: string
    owner: string
    owner_name: string
    shared: boolean
    filter: Json<unknown>
    columns: Json<unknown>
    sort: string
    descending: boolean
    changed_at: Date
  }
  compliance_settings: Owned & {
    mode: Generated<string>
    is_paused: Generated<boolean>
    untold_counts: Generated<boolean>
    rules: ColumnType<unknown, string | undefined, string>
    version: Generated<number>
    saved_at: Date | null
    saved_by: string | null
  }
  device_verdicts: Owned & {
    device_id: string
    verdict: string
    since: Date
    findings: Json<unknown>
    version: number
    judged_at: Date
    due_at: Date | null
    wanted: string | null
    wanted_at: Date | null
    told: string | null
    told_at: Date | null
    confirmed_at: Date | null
    tell_at: Date | null
    tries: Generated<number>
    overwritten: Generated<number>
    problem: Json<unknown> | null
  }
  verdict_changes: Owned & {
    number: Generated<string>
    device_id: string
    at: Date
    verdict: string
    broken: Json<unknown>
  }
  device_standings: Owned & {
    device_id: string
    session: Json<unknown> | null
    heard_digest: string | null
    reply: string | null
    heard_at: Date | null
    greeting_digest: string | null
    facts: Json<unknown>
    read_at: Json<unknown>
    due_at: Date
    proof: string | null
  }
  device_commands: Owned & {
    id: string
    number: Generated<number>
    device_id: string
    batch_id: string | null
    command_batch_id: Generated<string | null>
    kind: string
    parameters: Json<unknown>
    steps: Json<unknown>
    needs_user: boolean
    repeatable: boolean
    state: 'held' | 'queued' | 'sent' | 'succeeded' | 'failed' | 'cancelled' | 'expired'
    uncertain: Generated<boolean>
    created_at: Date
    created_by: string
    reason: string | null
    not_before: Date | null
    expires_at: Date
    sent_at: Date | null
    ended_at: Date | null
    answers: Json<unknown> | null
    own_request_of: Generated<string | null>
  }
  self_service_settings: Owned & {
    may_sync: boolean
    may_restart: boolean
    may_lock: boolean
    may_report_lost: boolean
    locks_lost: boolean
  }
  device_fact_changes: Owned & {
    number: Generated<number>
    device_id: string
    at: Date
    uri: string
    before: string | null
    after: string | null
  }
  device_groups: Owned & {
    id: string
    name: string
    sort_name: string
    description: string | null
    filter: Json<unknown> | null
    created_at: Date
    created_by: string
    changed_at: Date
  }
  device_group_members: Owned & {
    group_id: string
    device_id: string
    added_at: Date
    added_by: string
  }
  command_batches: Owned & {
    id: string
    key: string
    digest: string
    kind: string
    command: Json<unknown>
    target: Json<unknown>
    matched: number
    device_count: number
    left_out: Json<unknown>
    created_at: Date
    created_by: string
    cancelled_at: Date | null
    cancelled_by: string | null
  }
  session_settings: Owned & {
    poll: Json<unknown> | null
    poll_at: Date | null
    poll_by: string | null
    push_sid: string | null
    push_family_name: string | null
    push_secret_id: string | null
    push_at: Date | null
    push_by: string | null
    push_ever: Generated<boolean>
    push_outcome: string | null
    push_outcome_at: Date | null
    digest_at: Date | null
    digest_by: string | null
  }
  device_calls: Owned & {
    device_id: string
    asked_at: Date
    settled_at: Date | null
    next_at: Date
    tries: Generated<number>
    called_at: Date | null
    outcome: string | null
    status: number | null
    dead_channel: string | null
  }
  device_digests: Owned & {
    device_id: string
    nonce: string | null
    nonce_at: Date | null
    failures: Generated<number>
    failures_since: Date | null
  }
  wipe_guards: Owned & {
    per_person_hour: number
    per_day: number
    hold_minutes: number
    frozen_at: Date | null
    frozen_by: string | null
    thaw_asked_at: Date | null
    thaw_asked_by: string | null
    thaw_asked_name: string | null
  }
  wipe_requests: Owned & {
    id: string
    kind: string
    device_count: number
    list_hash: string
    reason: string
    requested_at: Date
    requested_by: string
    requested_name: string
    needs_approval: boolean
    beyond: 'personHour' | 'day' | 'newcomer' | null
    hold_until: Date
    approve_until: Date | null
    approved_at: Date | null
    approved_by: string | null
    approved_name: string | null
    cancelled_at: Date | null
    cancelled_name: string | null
  }
  terms_keys: Owned & { secret_id: string }
  outside_tests: Owned & { tested_at: Date; tested_by: string; findings: Json<unknown> }
  terms_pages: Owned & {
    enabled: boolean
    fallback: 'en' | 'de'
    texts: Json<unknown>
    version: number
    updated_at: Date
    updated_by: string
  }
  terms_answers: Owned & {
    id: string
    user_entra_id: string
    user_name: string | null
    version: number
    language: 'en' | 'de'
    answer: 'accepted' | 'declined'
    at: Date
    request_id: string | null
  }
  enrolment_settings: Owned & { settings: Json<unknown>; updated_at: Date; updated_by: string }
  enrolment_attempts: Owned & {
    id: string
    started_at: Date
    updated_at: Date
    request_id: Generated<string | null>
    user_entra_id: Generated<string | null>
    user_name: Generated<string | null>
    entra_device_id: Generated<string | null>
    device_id: Generated<string | null>
    device_name: Generated<string | null>
    outcome: 'underWay' | 'enrolled' | 'refused'
    reason: string | null
    hresult: string | null
    trail: Generated<string | null>
    steps: Json<unknown>
    facts: Json<unknown>
  }
  enrolment_uses: Owned & {
    token_hash: string
    request_hash: string
    device_id: string
    certificate: Bytes
    used_at: Date
    expires_at: Date
  }
  enrolment_tokens: Owned & {
    id: string
    token_hash: string
    kind: 'administrator' | 'signIn'
    name: string
    user_entra_id: string | null
    ownership: 'corporate' | 'personal'
    group_id: string | null
    group_name: Generated<string | null>
    most_uses: number
    uses: Generated<number>
    created_at: Date
    created_by: string
    expires_at: Date
    revoked_at: Date | null
  }
  deferred_indexes: { name: string; table_name: string; definition: string }
  directory_days: Owned & { day: Day; users: number; groups: number; memberships: number }
}
