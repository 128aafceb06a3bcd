import { Role } from '@mooring/contract/permissions'
import type { AuditNote } from '../platform/audit-note.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { mayGrant, permissionsOf } from './granting.ts'
import { revokeTokensOf } from './tokens-store.ts'

type Maker = {
  /** `adm_…` or `usr_…`. */
  readonly maker: string
  /** What they hold from now on; none once they are gone. */
  readonly roles: readonly Role[]
  readonly now: Date
  readonly record: (note: AuditNote) => Promise<void>
}

/** Revokes the API tokens somebody made that may do more than they may themselves, and records each. */
export async function revokeTokensBeyond(
  tx: Db,
  organization: OrganizationId,
  { maker, roles, now, record }: Maker,
): Promise<void> {
  const own = permissionsOf(roles, false)
  const tooStrong = Role.options.filter((role) => roles.length === 0 || !mayGrant(own, role))
  const revoked = await revokeTokensOf(tx, organization, { maker, roles: tooStrong, now })
  for (const { id, name, role } of revoked) {
    await record({
      action: 'token.revoked',
      object: { kind: 'token', id, name },
      details: { role, because: 'makerLostRole', maker },
    })
  }
}
