import { ApiError } from '../platform/api-error.ts'
import { OneText, readCursor, toPage } from '../platform/cursor.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { type Administrator, toContract } from './administrator.ts'
import {
  countOtherOwners,
  findAdministrator,
  listAdministrators,
  removeAdministrator,
} from './administrators-store.ts'
import { mayGrant } from './caller.ts'
import { inviteAdministrator, makePasswordLink } from './invite-administrator.ts'
import type { SignInParts } from './session-routes.ts'

type Names =
  | 'listAdministrators'
  | 'createAdministrator'
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

    async createAdministrator({ body }, { organization, caller, log }) {
      if (!mayGrant(caller.role, body.role)) throw tooStrong(body.role)
      const invitation = await inviteAdministrator(db, { organization, ...body }, occasion())
      if (!invitation) throw new ApiError(409, 'emailTaken')
      const { administrator, passwordLink } = invitation
      log.info({ organization, administrator: administrator.id }, 'an administrator was invited')
      return { ...toContract(administrator), passwordLink }
    },

    async renewPasswordLink({ params }, { organization, caller }) {
      const administrator = await load(parts, organization, params['administrator'])
      if (!mayGrant(caller.role, administrator.role)) throw tooStrong(administrator.role)
      const passwordLink = await db
        .transaction()
        .execute((tx) => makePasswordLink(tx, administrator, occasion()))
      return { passwordLink }
    },

    async deleteAdministrator({ params }, { organization, caller, log }) {
      const administrator = await load(parts, organization, params['administrator'])
      if (!mayGrant(caller.role, administrator.role)) throw tooStrong(administrator.role)
      await db.transaction().execute(async (tx) => {
        const others = await countOtherOwners(tx, organization, administrator.id)
        if (administrator.role === 'owner' && others === 0) throw new ApiError(409, 'lastOwner')
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

/** Nobody makes, resets or removes somebody stronger. */
export function tooStrong(role: string): ApiError {
  return new ApiError(403, 'roleTooStrong', { values: { role } })
}
