import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

/** The owners of an organization: local administrators, and people who hold the role. */
export type Owners = {
  /** Local ones who can sign in: with a password or a passkey. */
  readonly administrators: readonly string[]
  /** Local ones who have not opened their invitation. */
  readonly invited: readonly string[]
  readonly people: number
}

/** Looks who owns an organization; the local ones stay locked, so that two cannot leave at once. */
export async function lockOwners(tx: Db, organization: OrganizationId): Promise<Owners> {
  const administrators = await tx
    .selectFrom('administrators')
    .select(['id', 'password_hash'])
    .where('organization_id', '=', organization)
    .where('role', '=', 'owner')
    .orderBy('id')
    .forUpdate()
    .execute()
  const { rows: passkeys } = await sql<{ owner: string }>`
    select distinct administrator_id as owner from passkeys
    where organization_id = ${organization}`.execute(tx)
  const withPasskey = new Set(passkeys.map(({ owner }) => owner))
  const canSignIn = (row: (typeof administrators)[number]) =>
    row.password_hash !== null || withPasskey.has(row.id)
  const { rows } = await sql<{ people: number }>`
    select count(*)::int as people from person_roles
    where organization_id = ${organization} and 'owner' = any(roles)`.execute(tx)
  return {
    administrators: administrators.filter(canSignIn).map(({ id }) => id),
    invited: administrators.filter((row) => !canSignIn(row)).map(({ id }) => id),
    people: rows[0]?.people ?? 0,
  }
}
