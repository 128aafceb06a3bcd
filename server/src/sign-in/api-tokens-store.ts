import { Role } from '@mooring/contract/permissions'
import type { ApiToken } from '@mooring/contract/sign-in'
import type { Selectable } from 'kysely'
import type { Db } from '../platform/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Schema } from '../platform/schema.ts'
import { hashToken } from './token.ts'

type Row = Selectable<Schema['api_tokens']>

export async function addApiToken(tx: Db, row: Row): Promise<void> {
  await tx.insertInto('api_tokens').values(row).execute()
}

/** A token that is neither revoked nor expired, and whose it is; the token itself says so. */
export async function findApiToken(
  db: Db,
  token: string,
  now: Date,
): Promise<(Row & { slug: string; is_home: boolean }) | undefined> {
  return await acrossOrganizations<Schema>(db)
    .selectFrom('api_tokens')
    .innerJoin('organizations', 'organizations.id', 'api_tokens.organization_id')
    .selectAll('api_tokens')
    .select(['organizations.slug', 'organizations.is_home'])
    .where('token_hash', '=', hashToken(token))
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirst()
}

export async function touchApiToken(
  db: Db,
  organization: OrganizationId,
  id: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('api_tokens')
    .set({ last_used_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .execute()
}

/** Tokens that are not revoked, newest first; expired ones too, so that one sees what ended. */
export async function listApiTokens(
  db: Db,
  organization: OrganizationId,
  { after, limit }: { after?: { createdAt: Date; id: string }; limit: number },
): Promise<Row[]> {
  let query = db
    .selectFrom('api_tokens')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (after) {
    query = query.where((where) =>
      where.or([
        where('created_at', '<', after.createdAt),
        where.and([where('created_at', '=', after.createdAt), where('id', '<', after.id)]),
      ]),
    )
  }
  return await query.execute()
}

/** The role of a token, by our id of it. */
export async function findApiTokenRole(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<Role | undefined> {
  const row = await db
    .selectFrom('api_tokens')
    .select('role')
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && Role.parse(row.role)
}

/** @returns whether there was such a token. */
export async function revokeApiToken(
  db: Db,
  organization: OrganizationId,
  id: string,
  now: Date,
): Promise<boolean> {
  const revoked = await db
    .updateTable('api_tokens')
    .set({ revoked_at: now })
    .where('organization_id', '=', organization)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}

export function toContract(row: Row): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: Role.parse(row.role),
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
