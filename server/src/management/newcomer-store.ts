import type { AuditAction } from '@mooring/contract/audit'
import { sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { MOST_TOLD } from '../roles/index.ts'
import { DAY_MS } from './judge-wipe.ts'

/** What gives somebody a power they did not have, or takes an account over. */
const EMPOWERING: readonly AuditAction[] = [
  'administrator.invited',
  'administrator.role-changed',
  'administrator.link-renewed',
  'administrator.reset',
  'role.given',
  'role.followed-directory',
]

/**
 * Whether somebody came to their rights, or to their password, within a day. Whoever holds one stolen session
 * can make themselves a second person in a minute, and that one must not count as one. An organization that is
 * itself new has nobody else, and not much to lose.
 *
 * Told by the audit log, which nobody can write but by doing it.
 */
export async function isNewcomer(
  tx: Db,
  organization: OrganizationId,
  { person, now }: { readonly person: string; readonly now: Date },
): Promise<boolean> {
  const since = new Date(now.getTime() - DAY_MS)
  const { created_at: foundedAt } = await tx
    .selectFrom('organizations')
    .select('created_at')
    .where('id', '=', organization)
    .executeTakeFirstOrThrow()
  if (foundedAt > since) return false
  const event = await tx
    .selectFrom('audit_events')
    .select('number')
    .where('organization_id', '=', organization)
    .where('at', '>', since)
    .where('action', 'in', [...EMPOWERING])
    .where((is) =>
      is.or([
        is('object_id', '=', person),
        // A role given to a group may have reached anybody, and so may a change too large to be told by name.
        is('object_kind', '=', 'group'),
        sql<boolean>`(details->>'changes')::int > ${MOST_TOLD}`,
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return event !== undefined
}
