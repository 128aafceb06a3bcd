import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { makeIndex } from './make-index-store.ts'

// The primary key of the memberships costs two thirds of writing them: the first load of an
// installation that has none makes it at its end, in the transaction that ends the round. Until then
// a membership may be there twice, because Graph repeats itself.

export const MEMBERSHIPS = 'directory_memberships'
const KEY = 'directory_memberships_pkey'

/** Takes the key off the table, which nobody has written to yet. */
export async function deferKey(tx: Db): Promise<void> {
  const { rows } = await sql`
    insert into deferred_indexes (name, table_name, definition)
    select conname, ${MEMBERSHIPS},
      format('alter table %I add constraint %I %s', ${MEMBERSHIPS}::text, conname, pg_get_constraintdef(oid))
    from pg_constraint where conrelid = ${MEMBERSHIPS}::regclass and contype = 'p'
    on conflict do nothing
    returning name`.execute(tx)
  if (rows.length > 0) {
    await sql`alter table ${sql.id(MEMBERSHIPS)} drop constraint ${sql.id(KEY)}`.execute(tx)
  }
}

/**
 * Whether the key is off, which stays so until the transaction ends.
 *
 * @param who `alone`: nobody else writes memberships meanwhile, as whoever makes the key needs it.
 *   Asked for before the first write, so that two never wait for each other.
 */
export async function isKeyDeferred(tx: Db, who: 'together' | 'alone'): Promise<boolean> {
  const { rows } = await sql`
    select name from deferred_indexes where name = ${KEY}
    for ${who === 'alone' ? sql`update` : sql`share`}`.execute(tx)
  return rows.length > 0
}

/**
 * Makes the key, if it is off. What is there twice is there once afterwards.
 *
 * @returns how many memberships of an organization were one too many.
 */
export async function restoreKey(tx: Db, organization?: OrganizationId): Promise<number> {
  const { rows } = await sql<{ definition: string }>`
    delete from deferred_indexes where name = ${KEY} returning definition`.execute(tx)
  const definition = rows[0]?.definition
  if (definition === undefined) return 0
  // Looking for doubles takes longer than making the key, and mostly there are none.
  await sql`savepoint without_key`.execute(tx)
  try {
    await makeIndex(tx, definition)
    return 0
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '23505')) throw error
    await sql`rollback to savepoint without_key`.execute(tx)
  }
  await sql`set local statement_timeout = 0`.execute(tx)
  const doubles = await deleteDoubles(tx)
  await makeIndex(tx, definition)
  return doubles.filter((owner) => owner === organization).length
}

/** Of each membership the one that was met last stays. @returns whose the others were. */
async function deleteDoubles(tx: Db): Promise<OrganizationId[]> {
  // The key is everybody's.
  const { rows } = await sql<{ owner: OrganizationId }>`
    delete from directory_memberships as edge
    using (
      select ctid as place, row_number() over (
        partition by organization_id, group_entra_id, member_entra_id order by generation desc, ctid desc
      ) as number
      from directory_memberships
    ) as copy
    where edge.ctid = copy.place and copy.number > 1
    returning edge.organization_id as owner`.execute(acrossOrganizations<Schema>(tx))
  return rows.map((row) => row.owner)
}
