import type { Role } from '@mooring/contract/permissions'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'

type Which = { readonly maker: string; readonly roles: readonly Role[]; readonly now: Date }

/** Revokes what one person made with one of these roles. @returns what was good until now. */
export async function revokeTokensOf(
  tx: Db,
  organization: OrganizationId,
  { maker, roles, now }: Which,
): Promise<{ id: string; name: string; role: string }[]> {
  if (roles.length === 0) return []
  return await tx
    .updateTable('api_tokens')
    .set({ revoked_at: now })
    .where('organization_id', '=', organization)
    .where('created_by_id', '=', maker)
    .where('role', 'in', [...roles])
    .where('revoked_at', 'is', null)
    .returning(['id', 'name', 'role'])
    .execute()
}
