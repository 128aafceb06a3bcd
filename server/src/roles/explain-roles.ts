import { Role } from '@mooring/contract/permissions'
import type { UserRoles } from '@mooring/contract/roles'
import { listEffectiveGroups } from '../directory/index.ts'
import { loadOrganization } from '../organizations/index.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listGivenTo } from './assignments-store.ts'
import { permissionsOf } from './granting.ts'

/** More than anybody gives; beyond it the rest would not be explained. */
const MOST = 1000

type Person = {
  readonly id: string
  readonly entraId: string
  readonly isGuest: boolean
  readonly isActive: boolean
}

/** Which roles a person holds and for which reasons, worked out anew from the directory. */
export async function explainRoles(
  db: Db,
  organization: OrganizationId,
  person: Person,
): Promise<UserRoles> {
  if (!person.isActive) return { roles: [], permissions: ['signedIn'] }
  const [given, groups, { isHome }] = await Promise.all([
    listGivenTo(db, organization, person.id, MOST),
    listEffectiveGroups(db, organization, person.entraId),
    loadOrganization(db, organization),
  ])
  const byGroup = new Map(groups.map((found) => [found.group.id, found]))
  const reasons = new Map<Role, Reason[]>()
  const add = (role: Role, reason: Reason) =>
    reasons.set(role, [...(reasons.get(role) ?? []), reason])
  for (const { role, group, includesGuests } of given) {
    if (person.isGuest && !includesGuests) continue
    if (!group) {
      add(role, { kind: 'person' })
      continue
    }
    const found = byGroup.get(group.id)
    if (!found) continue
    const through = found.via.map(({ id, display_name, entra_id }) => ({
      id,
      name: display_name ?? entra_id,
    }))
    add(role, { kind: 'group', group, through })
  }
  const roles = Role.options.flatMap((role) => {
    const why = reasons.get(role)
    // What was given to the person comes first: it is the shortest reason.
    return why ? [{ role, reasons: why.sort(personFirst) }] : []
  })
  const held = roles.map(({ role }) => role)
  return { roles, permissions: [...permissionsOf(held, isHome)] }
}

type Reason = UserRoles['roles'][number]['reasons'][number]
const personFirst = (left: Reason, right: Reason) =>
  Number(left.kind === 'group') - Number(right.kind === 'group')
