import { Role } from '@mooring/contract/permissions'
import type { RoleAssignment } from '@mooring/contract/roles'
import { loadUser } from '../directory/index.ts'
import { loadOrganization } from '../organizations/index.ts'
import { ApiError } from '../platform/api-error.ts'
import type { AuditNote } from '../platform/audit-note.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, TimeAndId, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Caller, Handlers, OrganizationCall } from '../platform/http/call.ts'
import { countHolders, listAssignments } from './assignments-store.ts'
import { type Changed, giveRole, loadAssignment, takeRole } from './change-roles.ts'
import { explainRoles } from './explain-roles.ts'
import { mayGrant, permissionsOf } from './granting.ts'
import { recordRoleChanges } from './refresh-and-record.ts'

type Parts = { readonly db: Database['db']; readonly clock: Clock }
type Names =
  | 'listRoles'
  | 'listRoleAssignments'
  | 'createRoleAssignment'
  | 'deleteRoleAssignment'
  | 'getUserRoles'

const NOBODY = { administrators: 0, people: 0, tokens: 0 }

/** Look at roles, give them and take them. */
export function roleRoutes({ db, clock }: Parts): Handlers<Names> {
  return {
    async listRoles(_input, { organization }) {
      const { isHome } = await loadOrganization(db, organization)
      const holders = await countHolders(db, organization, clock.now())
      const items = Role.options.map((role) => ({
        role,
        permissions: [...permissionsOf([role], isHome)],
        ...(holders.get(role) ?? NOBODY),
      }))
      return { items }
    },

    async listRoleAssignments({ query }, { organization }) {
      const rows = await listAssignments(db, organization, {
        role: query.role,
        after: query.cursor ? toPlace(query.cursor) : undefined,
        limit: query.limit + 1,
      })
      return toPage(rows, query.limit, {
        item: ({ place: _, ...assignment }) => assignment,
        key: ({ place }) => [place.createdAt.toISOString(), place.id],
      })
    },

    async createRoleAssignment({ body }, call) {
      const { organization, caller, demandStepUp } = call
      checkStrength(caller.permissions, body.role)
      checkOther(caller, body.holder.id)
      await demandStepUp()
      const given = { ...body, by: caller.name, now: clock.now() }
      return await db.transaction().execute(async (tx) => {
        const done = await giveRole(tx, organization, given)
        await tellChange(tx, call, { done, action: 'role.given', now: given.now })
        return done.assignment
      })
    },

    async deleteRoleAssignment({ params }, call) {
      const { organization, caller, demandStepUp } = call
      const assignment = await loadAssignment(db, organization, params.assignment)
      checkStrength(caller.permissions, assignment.role)
      checkOther(caller, assignment.holder.id)
      await demandStepUp()
      await db.transaction().execute(async (tx) => {
        const done = await takeRole(tx, organization, assignment)
        await tellChange(tx, call, { done, action: 'role.taken', now: clock.now() })
      })
      return undefined
    },

    async getUserRoles({ params }, { organization }) {
      const user = await loadUser(db, organization, params.user)
      return await explainRoles(db, organization, {
        id: user.id,
        entraId: user.entra_id,
        isGuest: user.user_type === 'guest',
        isActive: user.state === 'active',
      })
    },
  }
}

type Told = {
  readonly done: Changed
  readonly action: 'role.given' | 'role.taken'
  readonly now: Date
}

/**
 * Records what was done, and what follows for everybody but the one it was done to.
 *
 * @throws {ApiError} 403 `ownRole`: also a group one is in is oneself.
 */
async function tellChange(
  tx: Db,
  { organization, caller, audit }: OrganizationCall,
  { done: { assignment, changed }, action, now }: Told,
): Promise<void> {
  for (const { userId } of changed) checkOther(caller, userId)
  await audit(tx, { action, ...toNote(assignment) })
  const record = (note: AuditNote) => audit(tx, note)
  await recordRoleChanges(tx, organization, { changed, record, now })
}

/** What the audit log says of an assignment. */
function toNote({ role, holder, includesGuests }: RoleAssignment): Omit<AuditNote, 'action'> {
  const { kind, id, name } = holder
  return { object: { kind, id, name }, details: { role, includesGuests } }
}

function toPlace(cursor: string) {
  const [createdAt, id] = readCursor(cursor, TimeAndId)
  return { createdAt: new Date(createdAt), id }
}

/** @throws {ApiError} 403 `roleTooStrong`: nobody gives or takes more than they have. */
export function checkStrength(own: Parameters<typeof mayGrant>[0], role: Role): void {
  if (!mayGrant(own, role)) throw new ApiError(403, 'roleTooStrong', { values: { role } })
}

/** @throws {ApiError} 403 `ownRole`: what somebody may do, somebody else decides. */
export function checkOther({ id, makerId }: Pick<Caller, 'id' | 'makerId'>, holder: string): void {
  // A token is its maker by other means.
  if (id === holder || makerId === holder) throw new ApiError(403, 'ownRole')
}
