import { Role } from '@mooring/contract/permissions'
import type { RoleAssignment } from '@mooring/contract/roles'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { reaching } from './reach-store.ts'
import type { StoredAssignment } from './role-assignment.ts'

/** @returns whether it was added; `false` when the holder has this role by itself already. */
export async function addAssignment(
  tx: Db,
  organization: OrganizationId,
  given: StoredAssignment,
): Promise<boolean> {
  const added = await tx
    .insertInto('role_assignments')
    .values({
      organization_id: organization,
      id: given.id,
      role: given.role,
      user_id: given.userId ?? null,
      group_id: given.groupId ?? null,
      includes_guests: given.includesGuests,
      created_at: given.createdAt,
      created_by: given.createdBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

export async function removeAssignment(
  tx: Db,
  organization: OrganizationId,
  id: string,
): Promise<void> {
  await tx
    .deleteFrom('role_assignments')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** Where a list goes on: after this one. */
export type AssignmentPlace = { readonly createdAt: Date; readonly id: string }
type Which = {
  readonly id?: string | undefined
  readonly role?: Role | undefined
  readonly after?: AssignmentPlace | undefined
  readonly limit: number
}

type Row = {
  id: string
  role: string
  includes_guests: boolean
  created_at: Date
  created_by: string
  user_id: string | null
  user_entra_id: string | null
  user_name: string | null
  user_principal_name: string | null
  user_state: string | null
  group_id: string | null
  group_entra_id: string | null
  group_name: string | null
  group_state: string | null
}

/** Assignments with their holders' names, oldest first. Holders who are gone for good have none. */
export async function listAssignments(
  db: Db,
  organization: OrganizationId,
  which: Which,
): Promise<(RoleAssignment & { place: AssignmentPlace })[]> {
  const rows = await selectAssignments(db, organization, which)
  const people = await countPeople(
    db,
    organization,
    rows.filter((row) => row.group_id !== null).map((row) => row.id),
  )
  return rows.map((row) => ({ ...toContract(row, people), place: toPlace(row) }))
}

/** What gives somebody a role, or may: an assignment to them, or to a group. */
type GivenTo = {
  readonly role: Role
  readonly includesGuests: boolean
  /** Of a group our id and its name; absent for the person. */
  readonly group: { readonly id: string; readonly name: string } | undefined
}

/** Assignments to a person and to groups of any kind, oldest first; nobody is counted. */
export async function listGivenTo(
  db: Db,
  organization: OrganizationId,
  userId: string,
  limit: number,
): Promise<GivenTo[]> {
  const rows = await selectAssignments(db, organization, { holder: userId, limit })
  return rows.map(({ role, includes_guests: includesGuests, group_id: id, group_name: name }) => ({
    role: Role.parse(role),
    includesGuests,
    group: id === null ? undefined : { id, name: name ?? '' },
  }))
}

async function selectAssignments(
  db: Db,
  organization: OrganizationId,
  { id, role, holder, after, limit }: Which & { readonly holder?: string },
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select a.id, a.role, a.includes_guests, a.created_at, a.created_by,
      u.id as user_id, u.entra_id as user_entra_id, coalesce(u.display_name, u.user_principal_name) as user_name,
      u.user_principal_name, u.state as user_state,
      g.id as group_id, g.entra_id as group_entra_id, coalesce(g.display_name, g.entra_id::text) as group_name,
      g.state as group_state
    from role_assignments as a
    left join directory_users as u on u.organization_id = ${organization} and u.id = a.user_id
    left join directory_groups as g on g.organization_id = ${organization} and g.id = a.group_id
    where a.organization_id = ${organization} and (u.id is not null or g.id is not null)
      ${id === undefined ? sql`` : sql`and a.id = ${id}`}
      ${role === undefined ? sql`` : sql`and a.role = ${role}`}
      ${holder === undefined ? sql`` : sql`and (a.user_id = ${holder} or a.group_id is not null)`}
      ${after ? sql`and (a.created_at, a.id) > (${after.createdAt}, ${after.id})` : sql``}
    order by a.created_at, a.id
    limit ${limit}`.execute(db)
  return rows
}

function toPlace(row: Row): AssignmentPlace {
  return { createdAt: row.created_at, id: row.id }
}

function toContract(row: Row, people: ReadonlyMap<string, number>): RoleAssignment {
  return {
    id: row.id,
    role: Role.parse(row.role),
    holder: toHolder(row, people),
    includesGuests: row.includes_guests,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  }
}

function toHolder(row: Row, people: ReadonlyMap<string, number>): RoleAssignment['holder'] {
  if (row.user_id !== null) {
    return {
      kind: 'user',
      id: row.user_id,
      entraId: row.user_entra_id ?? '',
      name: row.user_name ?? '',
      userPrincipalName: row.user_principal_name ?? '',
      // People outside the organization hold nothing; to whoever looks, they are gone.
      state:
        row.user_state === 'active' || row.user_state === 'disabled' ? row.user_state : 'removed',
    }
  }
  return {
    kind: 'group',
    id: row.group_id ?? '',
    entraId: row.group_entra_id ?? '',
    name: row.group_name ?? '',
    state: row.group_state === 'active' ? 'active' : 'removed',
    people: people.get(row.id) ?? 0,
  }
}

/** How many people each assignment to a group reaches now. */
async function countPeople(
  db: Db,
  organization: OrganizationId,
  assignments: readonly string[],
): Promise<Map<string, number>> {
  if (assignments.length === 0) return new Map()
  const { rows } = await sql<{ id: string; people: number }>`
    with recursive ${reaching(organization, sql`and a.id = any(${[...assignments]}::text[])`)}
    select id, count(distinct user_id)::int as people from reached group by id`.execute(db)
  return new Map(rows.map((row) => [row.id, row.people]))
}

/** How many hold each role: local administrators, people, and API tokens that are good. */
export async function countHolders(
  db: Db,
  organization: OrganizationId,
  now: Date,
): Promise<Map<string, { administrators: number; people: number; tokens: number }>> {
  const { rows } = await sql<{
    kind: 'administrators' | 'people' | 'tokens'
    role: string
    count: number
  }>`
    select 'administrators' as kind, role, count(*)::int as count
    from administrators where organization_id = ${organization} group by role
    union all
    select 'tokens', role, count(*)::int
    from api_tokens
    where organization_id = ${organization} and revoked_at is null
      and (expires_at is null or expires_at > ${now})
    group by role
    union all
    select 'people', role, count(*)::int
    from person_roles, unnest(roles) as role
    where person_roles.organization_id = ${organization} group by role`.execute(db)
  const holders = new Map<string, { administrators: number; people: number; tokens: number }>()
  for (const { kind, role, count } of rows) {
    const of = holders.get(role) ?? { administrators: 0, people: 0, tokens: 0 }
    holders.set(role, { ...of, [kind]: count })
  }
  return holders
}

type Holder = { readonly name: string }

/** A person or a group that can be given a role: one that is here. */
export async function findHolder(
  tx: Db,
  organization: OrganizationId,
  { kind, id }: { kind: 'user' | 'group'; id: string },
): Promise<Holder | undefined> {
  if (kind === 'user') {
    const user = await tx
      .selectFrom('directory_users')
      .select(['display_name', 'user_principal_name'])
      .where('organization_id', '=', organization)
      .where('id', '=', id)
      .where('state', 'in', ['active', 'disabled'])
      .executeTakeFirst()
    return user && { name: user.display_name ?? user.user_principal_name }
  }
  const group = await tx
    .selectFrom('directory_groups')
    .select(['display_name', 'entra_id'])
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst()
  return group && { name: group.display_name ?? group.entra_id }
}

/** Assignments whose holder has left the directory for good. */
export async function removeOrphans(tx: Db, organization: OrganizationId): Promise<void> {
  await sql`
    delete from role_assignments as a
    where a.organization_id = ${organization}
      and not exists (select from directory_users as u
        where u.organization_id = ${organization} and u.id = a.user_id)
      and not exists (select from directory_groups as g
        where g.organization_id = ${organization} and g.id = a.group_id)`.execute(tx)
}
