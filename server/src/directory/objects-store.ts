import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { GroupRecord } from './plan-groups.ts'
import type { UserRecord } from './plan-users.ts'

// What the synchronisation reads and writes of users and groups. What people look at is in
// users-store.ts and groups-store.ts.

export type ObjectRecords = { directory_users: UserRecord; directory_groups: GroupRecord }
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
    state: 'text',
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
    state: 'text',
    removed_at: 'timestamptz',
    created_at: 'timestamptz',
    changed_at: 'timestamptz',
    generation: 'integer',
    sort_name: 'text',
    search_words: 'text',
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

/** Deletes objects that are gone for good, and their memberships on both sides. */
export async function purgeObjects(
  tx: Db,
  table: ObjectTable,
  organization: OrganizationId,
  entraIds: readonly string[],
): Promise<void> {
  if (entraIds.length === 0) return
  await sql`
    delete from ${sql.table(table)}
    where organization_id = ${organization} and entra_id = any(${[...entraIds]}::uuid[])`.execute(
    tx,
  )
  await sql`
    delete from directory_memberships
    where organization_id = ${organization}
      and (group_entra_id = any(${[...entraIds]}::uuid[]) or member_entra_id = any(${[...entraIds]}::uuid[]))`.execute(
    tx,
  )
}

/** How many objects there are, and how many of them this full round did not meet. */
export async function countUnseen(
  tx: Db,
  table: ObjectTable,
  organization: OrganizationId,
  generation: number,
): Promise<{ present: number; unseen: number }> {
  const { rows } = await sql<{ present: number; unseen: number }>`
    select count(*)::int as present, count(*) filter (where generation < ${generation})::int as unseen
    from ${sql.table(table)}
    where organization_id = ${organization} and state <> 'removed'`.execute(tx)
  return rows[0] ?? { present: 0, unseen: 0 }
}

/** Hides the objects that a finished full round did not meet. They are kept, should they come back. */
export async function hideUnseen(
  tx: Db,
  table: ObjectTable,
  organization: OrganizationId,
  generation: number,
  now: Date,
): Promise<void> {
  await sql`
    update ${sql.table(table)} set state = 'removed', removed_at = ${now}, changed_at = ${now}
    where organization_id = ${organization} and generation < ${generation} and state <> 'removed'`.execute(
    tx,
  )
}

/** Deletes every object of a kind. @returns how many there were. */
export async function deleteObjects(
  tx: Db,
  table: ObjectTable,
  organization: OrganizationId,
): Promise<number> {
  const result = await sql`
    delete from ${sql.table(table)} where organization_id = ${organization}`.execute(tx)
  return Number(result.numAffectedRows ?? 0n)
}
