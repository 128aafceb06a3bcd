import { ApiError } from '../platform/api-error.ts'
import { OneText, readCursor, toPage } from '../platform/cursor.ts'
import type { Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { checkStrength, lockOwners } from '../roles/index.ts'
import { type Administrator, toContract } from './administrator.ts'
import {
  findAdministrator,
  listAdministrators,
  removeAdministrator,
  saveRole,
} from './administrators-store.ts'
import { inviteAdministrator, makePasswordLink } from './invite-administrator.ts'
import type { SignInParts } from './session-routes.ts'

type Names =
  | 'listAdministrators'
  | 'createAdministrator'
  | 'changeAdministrator'
  | 'renewPasswordLink'
  | 'deleteAdministrator'

/** Invite, list and remove local administrators. */
export function administratorRoutes(parts: SignInParts): Handlers<Names> {
  const { db, clock, publicUrl } = parts
  const occasion = () => ({ now: clock.now(), publicUrl })
  return {
    async listAdministrators({ query }, { organization }) {
      const rows = await listAdministrators(db, organization, {
        ...(query.cursor ? { after: readCursor(query.cursor, OneText)[0] } : {}),
        limit: query.limit + 1,
      })
      return toPage(rows, query.limit, { item: toContract, key: (row) => [row.email] })
    },

    async createAdministrator({ body }, { organization, caller, demandStepUp, log }) {
      checkStrength(caller.permissions, body.role)
      await demandStepUp()
      const invitation = await inviteAdministrator(db, { organization, ...body }, occasion())
      if (!invitation) throw new ApiError(409, 'emailTaken')
      const { administrator, passwordLink } = invitation
      log.info({ organization, administrator: administrator.id }, 'an administrator was invited')
      return { ...toContract(administrator), passwordLink }
    },

    async changeAdministrator({ params, body }, { organization, caller, demandStepUp, log }) {
      const before = await load(parts, organization, params.administrator)
      checkStrength(caller.permissions, before.role)
      checkStrength(caller.permissions, body.role)
      await demandStepUp()
      const administrator = await db.transaction().execute(async (tx) => {
        if (body.role !== 'owner') await checkOwnersStay(tx, before)
        await saveRole(tx, before, body.role)
        return { ...before, role: body.role }
      })
      log.info({ organization, administrator: before.id }, "an administrator's role was changed")
      return toContract(administrator)
    },

    async renewPasswordLink({ params }, { organization, caller, demandStepUp }) {
      const administrator = await load(parts, organization, params['administrator'])
      checkStrength(caller.permissions, administrator.role)
      await demandStepUp()
      const passwordLink = await db
        .transaction()
        .execute((tx) => makePasswordLink(tx, administrator, occasion()))
      return { passwordLink }
    },

    async deleteAdministrator({ params }, { organization, caller, demandStepUp, log }) {
      const administrator = await load(parts, organization, params['administrator'])
      checkStrength(caller.permissions, administrator.role)
      await demandStepUp()
      await db.transaction().execute(async (tx) => {
        await checkOwnersStay(tx, administrator)
        await removeAdministrator(tx, organization, administrator.id)
      })
      log.info({ organization, administrator: administrator.id }, 'an administrator was removed')
      return undefined
    },
  }
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
async function checkOwnersStay(tx: Db, administrator: Administrator): Promise<void> {
  const { administrators } = await lockOwners(tx, administrator.organization)
  const isLast = administrators.length === 1 && administrators[0] === administrator.id
  if (isLast) throw new ApiError(409, 'lastOwner')
}
