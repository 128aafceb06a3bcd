import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import { OneText, readCursor, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Caller, Handlers } from '../platform/http/call.ts'
import { newId } from '../platform/ids.ts'
import { type Organization, toContract } from './organization.ts'
import {
  addOrganization,
  listOrganizations,
  loadOrganization,
  removeOrganization,
  renameOrganization,
} from './organizations-store.ts'

export type OrganizationRouteParts = { readonly db: Database['db']; readonly clock: Clock }

type Names =
  | 'listOrganizations'
  | 'createOrganization'
  | 'getOrganization'
  | 'updateOrganization'
  | 'deleteOrganization'

/** Create, rename, list and delete the organizations of this installation. */
export function organizationRoutes({ db, clock }: OrganizationRouteParts): Handlers<Names> {
  return {
    async listOrganizations({ query }, { caller }) {
      const { everywhere, organization } = signedIn(caller)
      const rows = await listOrganizations(db, {
        ...(everywhere ? {} : { only: organization }),
        ...(query.cursor ? { after: readCursor(query.cursor, OneText)[0] } : {}),
        limit: query.limit + 1,
      })
      return toPage(rows, query.limit, { item: toContract, key: (row) => [row.slug] })
    },

    async createOrganization({ body }, { caller }) {
      onlyEverywhere(caller)
      const organization: Organization = {
        ...body,
        id: newId('org'),
        isHome: false,
        createdAt: clock.now(),
      }
      if (await addOrganization(db, organization)) return toContract(organization)
      throw new ApiError(409, 'slugTaken', { values: { slug: body.slug } })
    },

    async getOrganization(_input, { organization }) {
      return toContract(await loadOrganization(db, organization))
    },

    async updateOrganization({ body }, { organization }) {
      return toContract(await renameOrganization(db, organization, body.name))
    },

    async deleteOrganization({ query }, { organization, slug, caller }) {
      onlyEverywhere(caller)
      if (query.confirm !== slug) throw new ApiError(409, 'confirmationWrong', { values: { slug } })
      const { isHome } = await loadOrganization(db, organization)
      if (isHome) throw new ApiError(409, 'homeStays')
      await removeOrganization(db, organization)
      return undefined
    },
  }
}

/** Every owner has `organizations.manage`, but it counts for the home organization's only. */
function onlyEverywhere(caller: Caller | undefined): void {
  if (signedIn(caller).everywhere) return
  throw new ApiError(403, 'notAllowed', { values: { permission: 'organizations.manage' } })
}

/** These endpoints are not public, so that there is a caller. */
function signedIn(caller: Caller | undefined): Caller {
  if (caller) return caller
  throw new Error('An endpoint that is not public was called by nobody')
}
