import { Role } from '@mooring/contract/permissions'
import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import type { Administrator, AdministratorId } from './administrator.ts'

/** Finds who signs in: the mail address decides to which organization somebody belongs. */
export async function findAdministratorByEmail(
  db: Db,
  email: string,
): Promise<Administrator | undefined> {
  const row = await acrossOrganizations<Schema>(db)
    .selectFrom('administrators')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function findAdministrator(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<Administrator | undefined> {
  const row = await db
    .selectFrom('administrators')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** An organization's administrators by mail address, after `after`. */
export async function listAdministrators(
  db: Db,
  organization: OrganizationId,
  { after, limit }: { after?: string; limit: number },
): Promise<Administrator[]> {
  let query = db
    .selectFrom('administrators')
    .selectAll()
    .where('organization_id', '=', organization)
    .orderBy('email')
    .limit(limit)
  if (after !== undefined) query = query.where('email', '>', after)
  return (await query.execute()).map(fromRow)
}

export async function countLocalOwners(db: Db, organization: OrganizationId): Promise<number> {
  const { owners } = await db
    .selectFrom('administrators')
    .select((select) => select.fn.countAll<number>().as('owners'))
    .where('organization_id', '=', organization)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return Number(owners)
}

/** @returns whether it was added; `false` when the mail address is taken, in whichever organization. */
export async function addAdministrator(tx: Db, administrator: Administrator): Promise<boolean> {
  const added = await tx
    .insertInto('administrators')
    .values({
      organization_id: administrator.organization,
      id: administrator.id,
      email: administrator.email,
      role: administrator.role,
      password_hash: administrator.passwordHash ?? null,
      created_at: administrator.createdAt,
      last_sign_in_at: administrator.lastSignInAt ?? null,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

export async function savePasswordHash(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
  passwordHash: string,
): Promise<void> {
  await tx
    .updateTable('administrators')
    .set({ password_hash: passwordHash })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

export async function removePasswordHash(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
): Promise<void> {
  await tx
    .updateTable('administrators')
    .set({ password_hash: null })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

export async function saveLastSignIn(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('administrators')
    .set({ last_sign_in_at: at })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

export async function saveRole(
  tx: Db,
  { organization, id }: Pick<Administrator, 'organization' | 'id'>,
  role: Role,
): Promise<void> {
  await tx
    .updateTable('administrators')
    .set({ role })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** Every local administrator of the installation, for whoever holds the machine. */
export async function listAllAdministrators(
  db: Db,
): Promise<(Administrator & { organizationSlug: string })[]> {
  const rows = await acrossOrganizations<Schema>(db)
    .selectFrom('administrators as a')
    .innerJoin('organizations as o', 'o.id', 'a.organization_id')
    .selectAll('a')
    .select('o.slug')
    .orderBy('o.slug')
    .orderBy('a.email')
    .execute()
  return rows.map(({ slug, ...row }) => ({ ...fromRow(row), organizationSlug: slug }))
}

/** Removes an administrator; sessions, links and passkeys go with the row. */
export async function removeAdministrator(
  tx: Db,
  organization: OrganizationId,
  id: AdministratorId,
): Promise<void> {
  await tx
    .deleteFrom('administrators')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

function fromRow(row: Selectable<Schema['administrators']>): Administrator {
  return {
    organization: row.organization_id,
    id: row.id as AdministratorId, // written by addAdministrator only
    email: row.email,
    role: Role.parse(row.role),
    passwordHash: row.password_hash ?? undefined,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at ?? undefined,
  }
}
