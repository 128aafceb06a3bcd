import { DeviceFilter } from '@mooring/contract/devices'
import { type Selectable, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { fitsFilter } from './device-filter-store.ts'

export type GroupRow = Selectable<Schema['device_groups']>

/** Where a list goes on: after this one. */
type Place = { readonly name: string; readonly id: string }

/** Groups by name; of those with chosen members, how many they are. */
export async function listGroups(
  db: Db,
  organization: OrganizationId,
  asked: {
    readonly search?: string | undefined
    readonly after: Place | undefined
    readonly limit: number
  },
): Promise<(GroupRow & { readonly chosen: number })[]> {
  const { search, after, limit } = asked
  let query = db
    .selectFrom('device_groups as g')
    .selectAll('g')
    .select((is) =>
      is
        .selectFrom('device_group_members as m')
        .select(sql<number>`count(*)::int`.as('count'))
        .where('m.organization_id', '=', organization)
        .whereRef('m.group_id', '=', 'g.id')
        .$asScalar()
        .$notNull()
        .as('chosen'),
    )
    .where('g.organization_id', '=', organization)
  if (search !== undefined) {
    const escaped = search.toLowerCase().replace(/[\\%_]/g, '\\$&')
    query = query.where('g.sort_name', 'like', `%${escaped}%`)
  }
  if (after) query = query.where(sql<boolean>`(g.sort_name, g.id) > (${after.name}, ${after.id})`)
  return await query.orderBy('g.sort_name').orderBy('g.id').limit(limit).execute()
}

export async function findGroup(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<GroupRow | undefined> {
  return await db
    .selectFrom('device_groups')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** The same, held until the transaction ends. */
export async function lockGroup(
  tx: Db,
  organization: OrganizationId,
  id: string,
): Promise<GroupRow | undefined> {
  return await tx
    .selectFrom('device_groups')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** How many devices are in a group now. */
export async function countMembers(
  db: Db,
  organization: OrganizationId,
  { id, filter }: Pick<GroupRow, 'id' | 'filter'>,
  now: Date,
): Promise<number> {
  const own = filter === null ? undefined : DeviceFilter.parse(filter)
  const { count } = await db
    .selectFrom('devices')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organization_id', '=', organization)
    .where(fitsFilter(organization, { group: id, members: own ?? 'chosen' }, now))
    .executeTakeFirstOrThrow()
  return count
}

/** Whoever gives names to groups takes turns. */
export async function holdNames(tx: Db, organization: OrganizationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${organization}, 10))`.execute(tx)
}

export type NewGroup = Pick<GroupRow, 'id' | 'name' | 'description' | 'created_by'> & {
  readonly filter: object | undefined
  readonly now: Date
}

/** @returns undefined: another group has the name. */
export async function addGroup(
  tx: Db,
  organization: OrganizationId,
  { filter, now, ...row }: NewGroup,
): Promise<GroupRow | undefined> {
  return await tx
    .insertInto('device_groups')
    .values({
      ...row,
      organization_id: organization,
      sort_name: sortName(row.name),
      filter: filter ? JSON.stringify(filter) : null,
      created_at: now,
      changed_at: now,
    })
    .onConflict((conflict) => conflict.columns(['organization_id', 'sort_name']).doNothing())
    .returningAll()
    .executeTakeFirst()
}

export type GroupChange = {
  readonly name?: string | undefined
  readonly description?: string | null | undefined
  readonly filter?: object | undefined
}

export async function changeGroup(
  tx: Db,
  organization: OrganizationId,
  id: string,
  { name, description, filter, now }: GroupChange & { readonly now: Date },
): Promise<GroupRow> {
  return await tx
    .updateTable('device_groups')
    .set({
      ...(name === undefined ? {} : { name, sort_name: sortName(name) }),
      ...(description === undefined ? {} : { description: description || null }),
      ...(filter === undefined ? {} : { filter: JSON.stringify(filter) }),
      changed_at: now,
    })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Whether another group has this name already, in capitals or not. */
export async function isNameTaken(
  db: Db,
  organization: OrganizationId,
  { name, except }: { readonly name: string; readonly except: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('device_groups')
    .select('id')
    .where('organization_id', '=', organization)
    .where('sort_name', '=', sortName(name))
    .where('id', '<>', except)
    .executeTakeFirst()
  return found !== undefined
}

const sortName = (name: string) => name.toLowerCase()

export async function deleteGroup(tx: Db, organization: OrganizationId, id: string): Promise<void> {
  await tx
    .deleteFrom('device_groups')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** How many of these ids are devices of the organization. */
export async function countKnown(
  tx: Db,
  organization: OrganizationId,
  devices: readonly string[],
): Promise<number> {
  const { count } = await tx
    .selectFrom('devices')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('organization_id', '=', organization)
    .where('id', 'in', [...devices])
    .executeTakeFirstOrThrow()
  return count
}

type Members = { readonly group: string; readonly devices: readonly string[] }

/** @returns how many were not in it before. */
export async function addMembers(
  tx: Db,
  organization: OrganizationId,
  { group, devices, by, now }: Members & { readonly by: string; readonly now: Date },
): Promise<number> {
  const added = await tx
    .insertInto('device_group_members')
    .values(
      devices.map((device) => ({
        organization_id: organization,
        group_id: group,
        device_id: device,
        added_at: now,
        added_by: by,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'group_id', 'device_id']).doNothing(),
    )
    .returning('device_id')
    .execute()
  return added.length
}

/** @returns how many were in it. */
export async function removeMembers(
  tx: Db,
  organization: OrganizationId,
  { group, devices }: Members,
): Promise<number> {
  const removed = await tx
    .deleteFrom('device_group_members')
    .where('organization_id', '=', organization)
    .where('group_id', '=', group)
    .where('device_id', 'in', [...devices])
    .returning('device_id')
    .execute()
  return removed.length
}
