import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Organization } from './organization.ts'

/** @returns the organization with this slug, if there is one. */
export async function findOrganizationBySlug(
  db: Db,
  slug: string,
): Promise<Organization | undefined> {
  const row = await db
    .selectFrom('organizations')
    .selectAll()
    .where('slug', '=', slug)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** @throws {Error} when there is no such organization: ids come from rows that refer to it. */
export async function loadOrganization(db: Db, id: OrganizationId): Promise<Organization> {
  const row = await db
    .selectFrom('organizations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** The first organization of the installation. The migration creates it, nothing removes it. */
export async function loadHomeOrganization(db: Db): Promise<Organization> {
  const row = await db
    .selectFrom('organizations')
    .selectAll()
    .where('is_home', '=', true)
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** Organizations by slug, after `after`; all of them, or only the one named. */
export async function listOrganizations(
  db: Db,
  { only, after, limit }: { only?: OrganizationId; after?: string; limit: number },
): Promise<Organization[]> {
  let query = db.selectFrom('organizations').selectAll().orderBy('slug').limit(limit)
  if (only !== undefined) query = query.where('id', '=', only)
  if (after !== undefined) query = query.where('slug', '>', after)
  return (await query.execute()).map(fromRow)
}

/** @returns whether it was added; `false` when the slug is taken. */
export async function addOrganization(tx: Db, organization: Organization): Promise<boolean> {
  const added = await tx
    .insertInto('organizations')
    .values({
      id: organization.id,
      slug: organization.slug,
      name: organization.name,
      is_home: organization.isHome,
      created_at: organization.createdAt,
    })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

export async function renameOrganization(
  tx: Db,
  id: OrganizationId,
  name: string,
): Promise<Organization> {
  const row = await tx
    .updateTable('organizations')
    .set({ name })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** Deletes an organization; every row that belongs to it goes with it (foreign keys cascade). */
export async function removeOrganization(tx: Db, id: OrganizationId): Promise<void> {
  await tx.deleteFrom('organizations').where('id', '=', id).execute()
}

function fromRow(row: Selectable<Schema['organizations']>): Organization {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    isHome: row.is_home,
    createdAt: row.created_at,
  }
}
