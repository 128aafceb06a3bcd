import { type Kysely, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { UserRecord } from './plan-users.ts'

/** What a settling starts from. */
export type DirectoryState = {
  readonly settleAll: boolean
  readonly rescopeAll: boolean
  /** Members of each group of the scope when last settled. */
  readonly scopeMembers: Readonly<Record<string, number>>
}

/** Read and held until the transaction ends. */
export async function lockState(tx: Db, organization: OrganizationId): Promise<DirectoryState> {
  const row = await tx
    .selectFrom('directory_states')
    .selectAll()
    .where('organization_id', '=', organization)
    .forUpdate()
    .executeTakeFirst()
  return {
    settleAll: row?.settle_all ?? false,
    rescopeAll: row?.rescope_all ?? false,
    scopeMembers: (row?.scope_members ?? {}) as Record<string, number>, // written by saveSettled
  }
}

/** Notes that everybody has to be looked at: the rules are other ones. */
export async function noteSettleAll(tx: Db, organization: OrganizationId): Promise<void> {
  await tx
    .updateTable('directory_states')
    .set({ settle_all: true })
    .where('organization_id', '=', organization)
    .execute()
}

/**
 * Notes that nobody has to be looked at while nobody is here: whoever comes is judged by the rules that
 * are read after this, in the same transaction.
 */
export async function noteNobodyToSettle(tx: Db, organization: OrganizationId): Promise<void> {
  await sql`
    update directory_states set settle_all = false
    where organization_id = ${organization} and settle_all
      and not exists (select from directory_users where organization_id = ${organization})`.execute(
    tx,
  )
}

/** Everybody was looked at. */
export async function saveSettled(
  tx: Db,
  organization: OrganizationId,
  scopeMembers: Readonly<Record<string, number>>,
): Promise<void> {
  await tx
    .updateTable('directory_states')
    .set({ settle_all: false, scope_members: JSON.stringify(scopeMembers) })
    .where('organization_id', '=', organization)
    .execute()
}

/**
 * Makes organizations that are connected to the same tenant take turns, so that nobody ever lives in
 * two of them. Held until the transaction ends.
 */
export async function lockTenant(tx: Db, tenantId: string): Promise<void> {
  // Another organization may be settling a hundred thousand people: that is no statement gone astray.
  await sql`select set_config('statement_timeout', '0', true)`.execute(tx)
  await sql`select pg_advisory_xact_lock(hashtextextended(${tenantId}, 7))`.execute(tx)
}

/** Other organizations that are connected to the tenant, or hold people of it. */
export async function findSiblings(
  db: Kysely<Schema>,
  organization: OrganizationId,
  tenantId: string,
): Promise<OrganizationId[]> {
  // Whether somebody lives elsewhere is a question about other organizations.
  const { rows } = await sql<{ id: OrganizationId }>`
    select organization_id as id from connections
      where tenant_id = ${tenantId}::uuid and organization_id <> ${organization}
    union
    select organization_id from directory_streams
      where tenant_id = ${tenantId}::uuid and organization_id <> ${organization}`.execute(
    acrossOrganizations(db),
  )
  return rows.map((row) => row.id)
}

/** Which of these people are part of one of these organizations. */
export async function findElsewhere(
  db: Kysely<Schema>,
  siblings: readonly OrganizationId[],
  entraIds: readonly string[],
): Promise<Set<string>> {
  if (siblings.length === 0 || entraIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select entra_id as id from directory_users
    where organization_id = any(${[...siblings]}::text[]) and entra_id = any(${[...entraIds]}::uuid[])
      and state <> 'outside'`.execute(acrossOrganizations(db))
  return new Set(rows.map((row) => row.id))
}

/** Has other organizations look again at people whom one has let go. */
export async function wakeElsewhere(
  db: Kysely<Schema>,
  siblings: readonly OrganizationId[],
  entraIds: readonly string[],
): Promise<void> {
  if (siblings.length === 0 || entraIds.length === 0) return
  await sql`
    update directory_users set unsettled = true
    where organization_id = any(${[...siblings]}::text[]) and entra_id = any(${[...entraIds]}::uuid[])
      and state_reason = 'elsewhere'`.execute(acrossOrganizations(db))
}

export type UnsettledUser = Pick<
  UserRecord,
  | 'id'
  | 'entra_id'
  | 'user_principal_name'
  | 'display_name'
  | 'entra_state'
  | 'account_enabled'
  | 'user_type'
  | 'in_scope'
  | 'state'
  | 'state_reason'
  | 'removed_at'
  | 'unsettled'
>

/** People whose state may not be what it should, a chunk in the order of their Entra ids. */
export async function listUnsettled(
  tx: Db,
  organization: OrganizationId,
  page: {
    readonly all: boolean
    readonly expiredBefore: Date
    readonly after: string
    readonly limit: number
  },
): Promise<UnsettledUser[]> {
  const which = page.all
    ? sql`true`
    : sql`(unsettled or (state = 'removed' and removed_at <= ${page.expiredBefore}))`
  const { rows } = await sql<UnsettledUser>`
    select id, entra_id, user_principal_name, display_name, entra_state, account_enabled, user_type,
      in_scope, state, state_reason, removed_at, unsettled
    from directory_users
    where organization_id = ${organization} and entra_id > ${page.after}::uuid and ${which}
    order by entra_id
    limit ${page.limit}`.execute(tx)
  return rows
}

/** A person's new state. */
export type Move = {
  readonly entra_id: string
  readonly id: string
  readonly state: UserRecord['state']
  readonly reason: string | null
  readonly removed_at: Date | null
  readonly changed: boolean
}

/** Writes new states. */
export async function moveUsers(
  tx: Db,
  organization: OrganizationId,
  moves: readonly Move[],
  now: Date,
): Promise<void> {
  if (moves.length === 0) return
  await sql`
    update directory_users as u
    set id = move.id, state = move.state, state_reason = move.reason, removed_at = move.removed_at,
      unsettled = false, changed_at = case when move.changed then ${now}::timestamptz else u.changed_at end
    from jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) as move
      (entra_id uuid, id text, state text, reason text, removed_at timestamptz, changed boolean)
    where u.organization_id = ${organization} and u.entra_id = move.entra_id`.execute(tx)
}

/**
 * Empties the rows of people whose grace period is over and who may still come back in Entra: nothing
 * is left of them but Entra's id.
 */
export async function blankUsers(
  tx: Db,
  organization: OrganizationId,
  entraIds: readonly string[],
  now: Date,
): Promise<void> {
  if (entraIds.length === 0) return
  await sql`
    update directory_users set user_principal_name = '', display_name = null, given_name = null,
      surname = null, mail = null, department = null, job_title = null, company_name = null,
      office_location = null, mobile_phone = null, business_phones = '{}', employee_id = null,
      preferred_language = null, usage_location = null, custom_fields = '{}', sort_name = '',
      sort_upn = '', sort_department = '', search_words = '', changed_at = ${now}
    where organization_id = ${organization} and entra_id = any(${[...entraIds]}::uuid[])`.execute(
    tx,
  )
}

/** Deletes people whose grace period is over and whom Entra no longer knows. */
export async function deleteUsers(
  tx: Db,
  organization: OrganizationId,
  entraIds: readonly string[],
): Promise<void> {
  if (entraIds.length === 0) return
  await sql`
    delete from directory_users
    where organization_id = ${organization} and entra_id = any(${[...entraIds]}::uuid[])`.execute(
    tx,
  )
}

/** How many people the organization has, locked by Entra or not. */
export async function countPeople(tx: Db, organization: OrganizationId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from directory_users
    where organization_id = ${organization} and state in ('active', 'disabled')`.execute(tx)
  return rows[0]?.count ?? 0
}

/** How many groups are shown. */
export async function countGroups(tx: Db, organization: OrganizationId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from directory_groups
    where organization_id = ${organization} and state = 'active'`.execute(tx)
  return rows[0]?.count ?? 0
}

export type UnsettledGroup = {
  readonly id: string
  readonly entra_id: string
  readonly display_name: string | null
  readonly entra_state: string
  readonly state: 'active' | 'removed'
}

/** Shows the groups that are there and hides those that are not. @returns them as they were. */
export async function settleGroups(
  tx: Db,
  organization: OrganizationId,
  now: Date,
): Promise<UnsettledGroup[]> {
  const { rows } = await sql<UnsettledGroup>`
    with before as (
      select id, entra_id, display_name, entra_state, state from directory_groups
      where organization_id = ${organization} and unsettled
      order by entra_id
      for update
    ), moved as (
      update directory_groups as g set unsettled = false,
        state = case g.entra_state when 'present' then 'active' else 'removed' end,
        removed_at = case g.entra_state when 'present' then null else coalesce(g.removed_at, ${now}::timestamptz) end,
        changed_at = ${now}
      from before
      where g.organization_id = ${organization} and g.entra_id = before.entra_id
    )
    select * from before`.execute(tx)
  return rows
}

export type DeletedGroup = Pick<UnsettledGroup, 'id' | 'entra_id' | 'display_name'>

/** Deletes hidden groups: those gone for good, and those that nobody restored in time. */
export async function deleteGroups(
  tx: Db,
  organization: OrganizationId,
  hiddenBefore: Date,
): Promise<DeletedGroup[]> {
  const { rows } = await sql<DeletedGroup>`
    delete from directory_groups
    where organization_id = ${organization} and state = 'removed'
      and (entra_state = 'gone' or removed_at <= ${hiddenBefore})
    returning id, entra_id, display_name`.execute(tx)
  return rows
}
