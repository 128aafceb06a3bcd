import type { Role } from '@mooring/contract/permissions'
import type { RoleAssignment } from '@mooring/contract/roles'
import { ApiError } from '../platform/api-error.ts'
import type { Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  addAssignment,
  findHolder,
  listAssignments,
  removeAssignment,
} from './assignments-store.ts'
import { lockOwners } from './owners-store.ts'
import { type RoleChange, refreshPersonRoles } from './person-roles-store.ts'

/** What was done, and whose roles became others by it. */
export type Changed = {
  readonly assignment: RoleAssignment
  readonly changed: readonly RoleChange[]
}

type Given = {
  readonly role: Role
  readonly holder: { readonly kind: 'user' | 'group'; readonly id: string }
  readonly includesGuests: boolean
  readonly by: string
  readonly now: Date
}

/**
 * Gives a role to a person or a group. It counts from the commit on.
 *
 * @throws {ApiError} 422 `holderUnknown`, 409 `roleGivenAlready`.
 */
export async function giveRole(
  tx: Db,
  organization: OrganizationId,
  { role, holder, includesGuests, by, now }: Given,
): Promise<Changed> {
  const found = await findHolder(tx, organization, holder)
  if (!found) throw new ApiError(422, 'holderUnknown')
  const id = newId('rol')
  const isAdded = await addAssignment(tx, organization, {
    id,
    role,
    userId: holder.kind === 'user' ? holder.id : undefined,
    groupId: holder.kind === 'group' ? holder.id : undefined,
    includesGuests,
    createdAt: now,
    createdBy: by,
  })
  if (!isAdded) throw new ApiError(409, 'roleGivenAlready', { values: { name: found.name, role } })
  const changed = await refreshPersonRoles(tx, organization)
  return { assignment: await loadAssignment(tx, organization, id), changed }
}

/**
 * Takes a role away again.
 *
 * @throws {ApiError} 409 `lastOwner` when an organization that has an owner would have none.
 */
export async function takeRole(
  tx: Db,
  organization: OrganizationId,
  assignment: RoleAssignment,
): Promise<Changed> {
  const before = await lockOwners(tx, organization)
  await removeAssignment(tx, organization, assignment.id)
  const changed = await refreshPersonRoles(tx, organization)
  const after = await lockOwners(tx, organization)
  const isLast = before.people > 0 && after.people + after.administrators.length === 0
  if (assignment.role === 'owner' && isLast) throw new ApiError(409, 'lastOwner')
  return { assignment, changed }
}

/** @throws {ApiError} 404 `assignmentUnknown`. */
export async function loadAssignment(
  db: Db,
  organization: OrganizationId,
  id: string,
): Promise<RoleAssignment> {
  const [found] = await listAssignments(db, organization, { id, limit: 1 })
  if (!found) throw new ApiError(404, 'assignmentUnknown')
  const { place: _, ...assignment } = found
  return assignment
}
