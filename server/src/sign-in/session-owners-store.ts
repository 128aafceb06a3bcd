import { Role } from '@mooring/contract/permissions'
import type { Db } from '../platform/database.ts'
import { toRoles } from '../roles/index.ts'
import type { Holder } from './portal-session.ts'

/**
 * Sessions with their owners as they are at this moment: of people only those whom the directory lets in.
 * Each join is by a unique index.
 */
export function selectWithOwners(db: Db) {
  return db
    .selectFrom('sessions as s')
    .leftJoin('administrators as a', (join) =>
      join
        .onRef('a.organization_id', '=', 's.organization_id')
        .onRef('a.id', '=', 's.administrator_id'),
    )
    .leftJoin('directory_users as u', (join) =>
      join
        .onRef('u.organization_id', '=', 's.organization_id')
        .onRef('u.id', '=', 's.user_id')
        .on('u.state', '=', 'active')
        .on('u.account_enabled', '=', true)
        .on('u.entra_state', '=', 'present'),
    )
    .leftJoin('person_roles as p', (join) =>
      join
        .onRef('p.organization_id', '=', 's.organization_id')
        .onRef('p.user_id', '=', 's.user_id'),
    )
    .select([
      's.organization_id',
      's.id',
      's.last_seen_at',
      's.expires_at',
      'a.id as administrator_id',
      'a.email',
      'a.role',
      'u.id as user_id',
      'u.display_name',
      'u.user_principal_name',
      'p.roles',
    ])
}

type OwnerColumns = {
  administrator_id: string | null
  email: string | null
  role: string | null
  user_id: string | null
  display_name: string | null
  user_principal_name: string | null
  roles: string[] | null
}
type Owner = Pick<Holder, 'kind' | 'id'> & { name: string; roles: Role[] }

/** Whose session it is; `undefined` where nobody is let in any more. */
export function toOwner(row: OwnerColumns): Owner | undefined {
  if (row.administrator_id !== null) {
    const { administrator_id: id, email, role } = row
    return { kind: 'administrator', id, name: email ?? '', roles: [Role.parse(role)] }
  }
  if (row.user_id === null) return undefined
  const name = row.display_name ?? row.user_principal_name ?? ''
  return { kind: 'user', id: row.user_id, name, roles: toRoles(row.roles) }
}
