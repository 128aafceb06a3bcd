import { sql } from 'kysely'
import { isGuid } from '../entra/ids.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { UserRow } from '../platform/schema.ts'
import type { UnsettledUser } from './settle-store.ts'

// One person at a time: what a sign-in asks of the directory.

/** A person as the organization knows them, also those who are locked or left out. */
export type Person = {
  readonly id: string
  readonly entraId: string
  readonly name: string
  readonly userPrincipalName: string
  readonly mail: string | null
  readonly isGuest: boolean
  /** `active` only where Entra itself says so as well, whatever a held run still waits for. */
  readonly state: UserRow['state']
  readonly stateReason: UserRow['state_reason']
}

/** Which property of ours somebody is looked up by. */
export type PersonField = 'id' | 'entraId' | 'userPrincipalName' | 'employeeId' | 'mail'

const CONDITIONS = {
  id: (value: string) => sql<boolean>`id = ${value}`,
  // By the index, which knows ids and no texts. What is no id is nobody's.
  entraId: (value: string) => sql<boolean>`entra_id = ${isGuid(value) ? value : null}`,
  userPrincipalName: (value: string) => sql<boolean>`lower(user_principal_name) = lower(${value})`,
  employeeId: (value: string) => sql<boolean>`employee_id = ${value}`,
  mail: (value: string) => sql<boolean>`lower(mail) = lower(${value})`,
} satisfies Record<PersonField, unknown>

const COLUMNS = [
  'id',
  'entra_id',
  'display_name',
  'user_principal_name',
  'mail',
  'user_type',
  'state',
  'state_reason',
  'account_enabled',
  'entra_state',
] as const

/** People with this very value. More than one, and nobody is meant. */
export async function findPeople(
  db: Db,
  organization: OrganizationId,
  { field, value }: { readonly field: PersonField; readonly value: string },
): Promise<Person[]> {
  const rows = await db
    .selectFrom('directory_users')
    .select(COLUMNS)
    .where('organization_id', '=', organization)
    .where(CONDITIONS[field](value))
    .limit(2)
    .execute()
  return rows.map(toPerson)
}

/** Those of many ids of Entra's that are known here, in no order. @param entraIds GUIDs. */
export async function findPeopleByEntraIds(
  db: Db,
  organization: OrganizationId,
  entraIds: readonly string[],
): Promise<Person[]> {
  const rows = await db
    .selectFrom('directory_users')
    .select(COLUMNS)
    .where('organization_id', '=', organization)
    .where(sql<boolean>`entra_id = any(${entraIds}::uuid[])`)
    .execute()
  return rows.map(toPerson)
}

type Row = Pick<
  UserRow,
  | 'id'
  | 'entra_id'
  | 'display_name'
  | 'user_principal_name'
  | 'mail'
  | 'user_type'
  | 'state'
  | 'state_reason'
  | 'account_enabled'
  | 'entra_state'
>

function toPerson(row: Row): Person {
  return {
    id: row.id,
    entraId: row.entra_id,
    name: row.display_name ?? row.user_principal_name,
    userPrincipalName: row.user_principal_name,
    mail: row.mail,
    isGuest: row.user_type === 'guest',
    state: stateOf(row),
    stateReason: row.state_reason,
  }
}

function stateOf({ state, account_enabled: isEnabled, entra_state: entra }: Row): Row['state'] {
  if (state !== 'active') return state
  if (entra !== 'present') return 'removed'
  return isEnabled ? 'active' : 'disabled'
}

/** One person, as settling needs them. */
export async function findUnsettled(
  tx: Db,
  organization: OrganizationId,
  entraId: string,
): Promise<UnsettledUser | undefined> {
  return await tx
    .selectFrom('directory_users')
    .select(['id', 'entra_id', 'user_principal_name', 'display_name', 'entra_state'])
    .select(['account_enabled', 'user_type', 'in_scope', 'state', 'state_reason', 'removed_at'])
    .select('unsettled')
    .where('organization_id', '=', organization)
    .where('entra_id', '=', entraId)
    .executeTakeFirst()
}

/** Says that somebody did not come from Entra: no round of the synchronisation takes them away. */
export async function markFromProvider(
  tx: Db,
  organization: OrganizationId,
  entraId: string,
): Promise<void> {
  await tx
    .updateTable('directory_users')
    .set({ source: 'provider' })
    .where('organization_id', '=', organization)
    .where('entra_id', '=', entraId)
    .execute()
}
