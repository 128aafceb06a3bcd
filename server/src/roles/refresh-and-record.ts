import { recordAudit, SYSTEM } from '../audit/index.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type RoleChange, refreshPersonRoles } from './person-roles-store.ts'
import { revokeTokensBeyond } from './revoke-tokens.ts'

/** A group of thousands with a role changes at once at times: the rest is in the directory's own history. */
export const MOST_TOLD = 200

/** Somebody who came with the sign-in or the enrolment that needed them. */
type Created = { readonly id: string; readonly name: string; readonly from: string }

type Given = {
  readonly now: Date
  /** What a group gave that reaches nobody any more is let go: somebody has looked, or nobody need. */
  readonly letsEmptiedGo?: boolean
  readonly created?: Created | undefined
}

/**
 * Works out anew who holds which role after the directory changed, in the same transaction, and records
 * whose roles became others. Call it last: it holds the audit log's chain until the commit.
 */
export async function refreshAndRecord(
  tx: Db,
  organization: OrganizationId,
  { now, created, letsEmptiedGo = false }: Given,
): Promise<RoleChange[]> {
  const changed = await refreshPersonRoles(tx, organization, { keepsEmptied: !letsEmptiedGo })
  const occasion = { at: now, actor: SYSTEM }
  const record = async (note: AuditNote) => {
    await recordAudit(tx, organization, { note, occasion })
  }
  if (created) {
    const { from, ...person } = created
    await record({
      action: 'person.created',
      object: { kind: 'user', ...person },
      details: { from },
    })
  }
  await recordRoleChanges(tx, organization, { changed, record, now })
  return changed
}

type Told = {
  readonly changed: readonly RoleChange[]
  readonly record: (note: AuditNote) => Promise<void>
  readonly now: Date
}

/** Records whose roles became others, and takes back the tokens that are now stronger than their makers. */
export async function recordRoleChanges(
  tx: Db,
  organization: OrganizationId,
  { changed, record, now }: Told,
): Promise<void> {
  for (const { userId: maker, after: roles } of changed) {
    await revokeTokensBeyond(tx, organization, { maker, roles, now, record })
  }
  for (const { userId, name, before, after } of changed.slice(0, MOST_TOLD)) {
    await record({
      action: 'role.followed-directory',
      object: { kind: 'user', id: userId, name },
      changes: [{ field: 'roles', before: before.join(', '), after: after.join(', ') }],
      details: { changes: changed.length },
    })
  }
}
