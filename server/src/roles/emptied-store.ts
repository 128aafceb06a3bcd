import type { Role } from '@mooring/contract/permissions'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { reaching } from './reach-store.ts'

/** Roles that no group may lose all its people of without somebody having looked. */
const STRONG_ROLES = ['owner', 'administrator'] as const satisfies readonly Role[]
type StrongRole = (typeof STRONG_ROLES)[number]

/**
 * For `with recursive`, after `reaching` of the same: `strong`, each assignment of a strong role to a
 * group, whom it reached `before` and `now`, and whether it `is_emptied`: it reaches nobody any more.
 *
 * Whom Entra locks is locked at once, whatever becomes of the role: a group with such a person among
 * those of before was not emptied by mistake.
 */
export function strongReach(organization: OrganizationId): RawBuilder<unknown> {
  return sql`
    present (id, role, group_id, before, now) as (
      select a.id, a.role, a.group_id, coalesce(a.reached, '{}'),
        array(select distinct user_id from reached where reached.id = a.id order by user_id)
      from role_assignments as a
      where a.organization_id = ${organization} and a.group_id is not null
        and a.role = any(${[...STRONG_ROLES]}::text[])
    ),
    strong as (
      select present.*, now = '{}' and before <> '{}' and not exists (
        select from directory_users as u
        where u.organization_id = ${organization} and u.id = any(before) and not u.account_enabled
      ) as is_emptied
      from present
    )`
}

/** A group whose people would lose a strong role, all of them. */
export type EmptiedGroup = {
  readonly role: StrongRole
  readonly entraId: string
  readonly name: string
  /** How many people had the role through it. */
  readonly had: number
}

/** Which groups give a strong role to nobody any more, by name. */
export async function listEmptied(tx: Db, organization: OrganizationId): Promise<EmptiedGroup[]> {
  const { rows } = await sql<EmptiedGroup>`
    with recursive ${reaching(organization)}, ${strongReach(organization)}
    select strong.role, coalesce(g.entra_id::text, strong.group_id) as "entraId",
      coalesce(g.display_name, g.entra_id::text, strong.group_id) as name,
      cardinality(strong.before) as had
    from strong
    left join directory_groups as g on g.organization_id = ${organization} and g.id = strong.group_id
    where strong.is_emptied
    order by name, "entraId", strong.role`.execute(tx)
  return rows
}

/** Keeps whom strong roles reach now. @param keepsEmptied what reaches nobody any more stays as it was. */
export async function saveReached(
  tx: Db,
  organization: OrganizationId,
  { keepsEmptied }: { readonly keepsEmptied: boolean },
): Promise<void> {
  await sql`
    with recursive ${reaching(organization)}, ${strongReach(organization)}
    update role_assignments as a set reached = strong.now
    from strong
    where a.organization_id = ${organization} and a.id = strong.id
      and a.reached is distinct from strong.now
      and not (${keepsEmptied} and strong.is_emptied)`.execute(tx)
}
