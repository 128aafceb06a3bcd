import { ApiError } from '../platform/api-error.ts'
import { compareFields } from '../platform/audit-note.ts'
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

    async createOrganization({ body }, { caller, audit }) {
      onlyEverywhere(caller)
      const organization: Organization = {
        ...body,
        id: newId('org'),
        isHome: false,
        createdAt: clock.now(),
      }
      await db.transaction().execute(async (tx) => {
        if (!(await addOrganization(tx, organization))) {
          throw new ApiError(409, 'slugTaken', { values: { slug: body.slug } })
        }
        const note = {
          action: 'organization.created',
          object: toObject(organization),
          changes: compareFields(undefined, body),
        } as const
        // In the log of whoever made it, and as the beginning of its own.
        await audit(tx, note)
        await audit(tx, note, { organization: organization.id })
      })
      return toContract(organization)
    },

    async getOrganization(_input, { organization }) {
      return toContract(await loadOrganization(db, organization))
    },

    async updateOrganization({ body }, { organization, audit }) {
      return await db.transaction().execute(async (tx) => {
        const { name } = await loadOrganization(tx, organization)
        const renamed = await renameOrganization(tx, organization, body.name)
        await audit(tx, {
          action: 'organization.renamed',
          object: toObject(renamed),
          changes: compareFields({ name }, { name: renamed.name }),
        })
        return toContract(renamed)
      })
    },

    async deleteOrganization({ query }, { organization, slug, caller, demandStepUp, audit }) {
      onlyEverywhere(caller)
      if (query.confirm !== slug) throw new ApiError(409, 'confirmationWrong', { values: { slug } })
      const deleted = await loadOrganization(db, organization)
      if (deleted.isHome) throw new ApiError(409, 'homeStays')
      await demandStepUp()
      await db.transaction().execute(async (tx) => {
        await removeOrganization(tx, organization)
        // Its own log is gone with it: it stands in that of whoever deleted it.
        const elsewhere = { organization: caller.organization }
        await audit(
          tx,
          { action: 'organization.deleted', object: toObject(deleted), details: { slug } },
          elsewhere,
        )
      })
      return undefined
    },
  }
}

const toObject = ({ id, name }: Organization) => ({ kind: 'organization', id, name })

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
