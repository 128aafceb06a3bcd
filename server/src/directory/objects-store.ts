import type { OptionalAttribute } from '@mooring/contract/directory'
import { sql } from 'kysely'
import { copyRows } from '../platform/copy.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Change } from './directory-change.ts'
import type { DeviceRecord } from './plan-devices.ts'
import type { GroupRecord } from './plan-groups.ts'
import type { UserRecord } from './plan-users.ts'

// What the synchronisation reads and writes of users and groups. What people look at is in
// users-store.ts and groups-store.ts.

export type ObjectRecords = {
  directory_users: UserRecord
  directory_groups: GroupRecord
  directory_devices: DeviceRecord
}
export type ObjectTable = keyof ObjectRecords

/** Columns of a record, in the order in which they are written. `search` is the database's own work. */
const COLUMNS: { readonly [T in ObjectTable]: Readonly<Record<keyof ObjectRecords[T], string>> } = {
  directory_users: {
    organization_id: 'text',
    id: 'text',
    entra_id: 'uuid',
    user_principal_name: 'text',
    display_name: 'text',
    given_name: 'text',
    surname: 'text',
    mail: 'text',
    department: 'text',
    job_title: 'text',
    company_name: 'text',
    office_location: 'text',
    mobile_phone: 'text',
    business_phones: 'text[]',
    employee_id: 'text',
    preferred_language: 'text',
    usage_location: 'text',
    user_type: 'text',
    account_enabled: 'boolean',
    on_premises_sync_enabled: 'boolean',
    entra_state: 'text',
    in_scope: 'boolean',
    state: 'text',
    state_reason: 'text',
    unsettled: 'boolean',
    memberships_stale: 'boolean',
    custom_fields: 'jsonb',
    removed_at: 'timestamptz',
    created_at: 'timestamptz',
    changed_at: 'timestamptz',
    generation: 'integer',
    sort_name: 'text',
    sort_upn: 'text',
    sort_department: 'text',
    search_words: 'text',
  },
  directory_groups: {
    organization_id: 'text',
    id: 'text',
    entra_id: 'uuid',
    display_name: 'text',
    description: 'text',
    mail: 'text',
    mail_nickname: 'text',
    kind: 'text',
    is_dynamic: 'boolean',
    membership_rule: 'text',
    visibility: 'text',
    on_premises_sync_enabled: 'boolean',
    entra_state: 'text',
    state: 'text',
    unsettled: 'boolean',
    members_stale: 'boolean',
    removed_at: 'timestamptz',
    created_at: 'timestamptz',
    changed_at: 'timestamptz',
    generation: 'integer',
    sort_name: 'text',
    search_words: 'text',
  },
  directory_devices: {
    organization_id: 'text',
    id: 'text',
    entra_id: 'uuid',
    device_id: 'uuid',
    display_name: 'text',
    account_enabled: 'boolean',
    operating_system: 'text',
    operating_system_version: 'text',
    trust_type: 'text',
    profile_type: 'text',
    is_managed: 'boolean',
    is_compliant: 'boolean',
    management_type: 'text',
    mdm_app_id: 'text',
    device_ownership: 'text',
    manufacturer: 'text',
    model: 'text',
    physical_ids: 'text[]',
    on_premises_sync_enabled: 'boolean',
    last_sign_in_at: 'timestamptz',
    registered_at: 'timestamptz',
    compliance_expires_at: 'timestamptz',
    state: 'text',
    removed_at: 'timestamptz',
    created_at: 'timestamptz',
    changed_at: 'timestamptz',
    generation: 'integer',
  },
}

/** The rows of the objects that a page speaks of, by Entra id. */
export async function loadObjects<T extends ObjectTable>(
  tx: Db,
  table: T,
  organization: OrganizationId,
  entraIds: readonly string[],
): Promise<Map<string, ObjectRecords[T]>> {
  const columns = sql.join(Object.keys(COLUMNS[table]).map((name) => sql.ref(name)))
  const { rows } = await sql<ObjectRecords[T]>`
    select ${columns} from ${sql.table(table)}
    where organization_id = ${organization} and entra_id = any(${[...entraIds]}::uuid[])`.execute(
    tx,
  )
  return new Map(rows.map((row) => [row.entra_id, row]))
}

/** Writes objects that were not there when they were looked for in this transaction. */
export async function insertObjects<T extends ObjectTable>(
  tx: Db,
  table: T,
  records: readonly ObjectRecords[T][],
): Promise<void> {
  const names = Object.keys(COLUMNS[table]) as (keyof ObjectRecords[T] & string)[] // so they are declared
  await copyRows(
    tx,
    table,
    names,
    records.map((record) => names.map((name) => record[name])),
  )
}

/** Inserts or replaces rows in one statement. */
export async function saveObjects<T extends ObjectTable>(
  tx: Db,
  table: T,
  organization: OrganizationId,
  records: readonly ObjectRecords[T][],
): Promise<void> {
  if (records.length === 0) return
  const names = Object.keys(COLUMNS[table])
  const columns = sql.join(names.map((name) => sql.ref(name)))
  const shape = sql.raw(
    Object.entries(COLUMNS[table])
      .map(([name, type]) => `"${name}" ${type}`)
      .join(', '),
  )
  const assignments = sql.join(
    names
      .filter((name) => !['organization_id', 'id', 'entra_id'].includes(name))
      .map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`),
  )
  await sql`
    insert into ${sql.table(table)} (${columns})
    select ${columns} from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as incoming (${shape})
    where organization_id = ${organization}
    on conflict (organization_id, entra_id) do update set ${assignments}`.execute(tx)
}

/** Notes that objects were seen in this full round. */
export async function markSeen(
  tx: Db,
  table: ObjectTable,
  organization: OrganizationId,
  entraIds: readonly string[],
  generation: number,
): Promise<void> {
  if (entraIds.length === 0) return
  await sql`
    update ${sql.table(table)} set generation = ${generation}
    where organization_id = ${organization} and entra_id = any(${[...entraIds]}::uuid[])`.execute(
    tx,
  )
}

/**
 * Marks what a finished full round did not meet; the run's settling lets it go, brake permitting.
 *
 * What is in Entra's recycle bin is listed by no round and stays as it is.
 */
export async function markMissing(
  tx: Db,
  table: 'directory_users' | 'directory_groups',
  organization: OrganizationId,
  generation: number,
): Promise<void> {
  await sql`
    update ${sql.table(table)} set entra_state = 'missing', unsettled = true
    where organization_id = ${organization} and generation < ${generation} and entra_state = 'present'
      ${table === 'directory_users' ? sql`and source = 'entra'` : sql``}`.execute(tx)
}

/** Hides the devices that a finished full round did not meet. @returns what changed. */
export async function hideUnseen(
  tx: Db,
  organization: OrganizationId,
  generation: number,
  now: Date,
): Promise<Change[]> {
  const { rows } = await sql<{ entraId: string; id: string; name: string | null }>`
    update directory_devices set state = 'removed', removed_at = ${now}, changed_at = ${now}
    where organization_id = ${organization} and generation < ${generation} and state <> 'removed'
    returning entra_id as "entraId", id, display_name as name`.execute(tx)
  return rows.map((row) => ({ object: 'device', change: 'removed', ...row }))
}

/** A person with the attributes that may be left out, as text. */
export type UserRecordPart = Pick<
  UserRecord,
  'id' | 'entra_id' | 'display_name' | 'user_principal_name' | 'custom_fields'
> & { readonly values: Readonly<Record<OptionalAttribute, string | null>> }

/** People who are part of the organization, a chunk in the order of their Entra ids. */
export async function listKept(
  tx: Db,
  organization: OrganizationId,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<UserRecordPart[]> {
  const { rows } = await sql<UserRecordPart>`
    select id, entra_id, display_name, user_principal_name, custom_fields, jsonb_build_object(
      'givenName', given_name, 'surname', surname, 'mail', mail, 'department', department,
      'jobTitle', job_title, 'companyName', company_name, 'officeLocation', office_location,
      'mobilePhone', mobile_phone, 'businessPhones', nullif(array_to_string(business_phones, ', '), ''),
      'employeeId', employee_id, 'preferredLanguage', preferred_language,
      'usageLocation', usage_location) as values
    from directory_users
    where organization_id = ${organization} and state <> 'outside'
      and entra_id > ${page.after ?? '00000000-0000-0000-0000-000000000000'}::uuid
    order by entra_id
    limit ${page.limit}`.execute(tx)
  return rows
}

/** Deletes every object of a kind. @returns how many of them were part of the organization. */
export async function deleteObjects(
  tx: Db,
  table: ObjectTable,
  organization: OrganizationId,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from ${sql.table(table)} where organization_id = ${organization} returning state
    )
    select count(*) filter (where state <> 'outside')::int as count from gone`.execute(tx)
  return rows[0]?.count ?? 0
}
