import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
import { OneText, readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { Handlers, OrganizationCall } from '../platform/http/call.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { checkOther, checkStrength, lockOwners, revokeTokensBeyond } from '../roles/index.ts'
import { type Administrator, FEW_OWNERS, toContract } from './administrator.ts'
import {
  countLocalOwners,
  findAdministrator,
  listAdministrators,
  removeAdministrator,
  saveRole,
} from './administrators-store.ts'
import { clearSecondFactors } from './clear-second-factors.ts'
import { inviteAdministrator, makePasswordLink } from './invite-administrator.ts'
import { toOwnSession } from './own-session.ts'
import { findSecondFactors } from './passkeys-store.ts'
import { removePasswordLinks } from './password-links-store.ts'
import type { SignInParts } from './session-routes.ts'
import { toObject } from './sign-in-notes.ts'

type Names =
  | 'listAdministrators'
  | 'createAdministrator'
  | 'changeAdministrator'
  | 'renewPasswordLink'
  | 'deleteAdministrator'

/** Invite, list and remove local administrators. */
export function administratorRoutes(parts: SignInParts): Handlers<Names> {
  const { db, clock, secrets, publicUrl } = parts
  const occasion = () => ({ now: clock.now(), publicUrl })
  return {
    async listAdministrators({ query }, { organization }) {
      const rows = await listAdministrators(db, organization, {
        ...(query.cursor ? { after: readCursor(query.cursor, OneText)[0] } : {}),
        limit: query.limit + 1,
      })
      const ids = rows.map(({ id }) => id)
      const factors = await findSecondFactors(db, organization, ids)
      return toPage(rows, query.limit, {
        item: (row) => toContract(row, factors.get(row.id)),
        key: (row) => [row.email],
      })
    },

    async createAdministrator({ body }, call) {
      const { organization, caller, demandStepUp, log, audit } = asPerson(call)
      checkStrength(caller.permissions, body.role)
      await demandStepUp()
      const invitation = await inviteAdministrator(
        db,
        { organization, ...body },
        {
          ...occasion(),
          record: (tx, invited) =>
            audit(tx, {
              action: 'administrator.invited',
              object: toObject(invited),
              changes: compareFields(undefined, { role: invited.role }),
            }),
        },
      )
      if (!invitation) throw new ApiError(409, 'emailTaken')
      const { administrator, passwordLink } = invitation
      log.info({ organization, administrator: administrator.id }, 'an administrator was invited')
      await warnOfOwners(parts, organization, log)
      return { ...toContract(administrator), passwordLink }
    },

    async changeAdministrator({ params, body }, call) {
      const { organization, caller, demandStepUp, log, audit } = asPerson(call)
      const before = await load(parts, organization, params.administrator)
      checkStrength(caller.permissions, before.role)
      checkStrength(caller.permissions, body.role)
      checkOther(caller, before.id)
      await demandStepUp()
      const administrator = await db.transaction().execute(async (tx) => {
        if (body.role !== 'owner') await checkOwnersStay(tx, before)
        await saveRole(tx, before, body.role)
        // Whoever holds an open link was to become what the account was, not what it is now.
        await removePasswordLinks(tx, before)
        await audit(tx, {
          action: 'administrator.role-changed',
          object: toObject(before),
          changes: compareFields({ role: before.role }, body),
        })
        await revokeTokensBeyond(tx, organization, {
          maker: before.id,
          roles: [body.role],
          now: clock.now(),
          record: (note) => audit(tx, note),
        })
        return { ...before, role: body.role }
      })
      log.info({ organization, administrator: before.id }, "an administrator's role was changed")
      const factors = await findSecondFactors(db, organization, [before.id])
      return toContract(administrator, factors.get(before.id))
    },

    async renewPasswordLink({ params }, call) {
      const { organization, caller, demandStepUp, audit } = asPerson(call)
      const administrator = await load(parts, organization, params['administrator'])
      checkStrength(caller.permissions, administrator.role)
      await demandStepUp()
      const passwordLink = await db.transaction().execute(async (tx) => {
        const link = await makePasswordLink(tx, administrator, occasion())
        await audit(tx, { action: 'administrator.link-renewed', object: toObject(administrator) })
        return link
      })
      return { passwordLink }
    },

    async deleteAdministrator({ params }, call) {
      const { organization, caller, demandStepUp, log, audit } = asPerson(call)
      const administrator = await load(parts, organization, params['administrator'])
      checkStrength(caller.permissions, administrator.role)
      await demandStepUp()
      await db.transaction().execute(async (tx) => {
        await checkOwnersStay(tx, administrator)
        await clearSecondFactors(tx, secrets, administrator)
        await removeAdministrator(tx, organization, administrator.id)
        await audit(tx, { action: 'administrator.removed', object: toObject(administrator) })
        await revokeTokensBeyond(tx, organization, {
          maker: administrator.id,
          roles: [],
          now: clock.now(),
          record: (note) => audit(tx, note),
        })
      })
      log.info({ organization, administrator: administrator.id }, 'an administrator was removed')
      return undefined
    },
  }
}

/** A token must not become a person. @throws {ApiError} 403 `sessionNeeded`. */
function asPerson(call: OrganizationCall): OrganizationCall {
  toOwnSession(call)
  return call
}

/** Local owners are the way in when nothing else works, and each is one more way in for others. */
async function warnOfOwners(
  { db }: SignInParts,
  organization: OrganizationId,
  log: Logger,
): Promise<void> {
  const owners = await countLocalOwners(db, organization)
  if (owners > FEW_OWNERS) log.warn({ organization, owners }, 'there are many local owners')
}

async function load(
  { db }: SignInParts,
  organization: OrganizationId,
  id: string | undefined,
): Promise<Administrator> {
  const administrator = await findAdministrator(db, organization, id ?? '')
  if (administrator) return administrator
  throw new ApiError(404, 'administratorUnknown')
}

/**
 * The last local owner stays: whatever becomes of Entra, the synchronisation or the provider, somebody
 * can still come in.
 *
 * @throws {ApiError} 409 `lastOwner`.
 */
async function checkOwnersStay(tx: Db, { organization, id, role }: Administrator): Promise<void> {
  if (role !== 'owner') return
  const { administrators, invited } = await lockOwners(tx, organization)
  // Whoever has not opened the invitation yet may never do so: they count while there is nobody else.
  const candidates = administrators.length > 0 ? administrators : invited
  const isLast = candidates.length === 1 && candidates[0] === id
  if (isLast) throw new ApiError(409, 'lastOwner')
}
