import { z } from 'zod'
import { findConnection } from '../connection/index.ts'
import type { Cloud } from '../entra/clouds.ts'
import { groupPage, userPage } from '../entra/portal-links.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { changesRoutes } from './changes-routes.ts'
import {
  compareGroups,
  type EffectiveMembership,
  listEffectiveGroups,
} from './effective-groups-store.ts'
import { listGroups, listGroupsOf, loadGroup } from './groups-store.ts'
import { countMembers, listMembers } from './members-store.ts'
import { removeSynchronised } from './remove-synchronised.ts'
import {
  completenessOf,
  toEffectiveGroup,
  toGroup,
  toUser,
  toUserDetail,
} from './render-directory.ts'
import { findSettings } from './settings-store.ts'
import { standingRoutes } from './standing-routes.ts'
import { findStream } from './streams-store.ts'
import { listUsers, loadUser } from './users-store.ts'
import { watchRoutes } from './watch-routes.ts'

export type DirectoryRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
  readonly cloud: Cloud
  /** What follows from a removal for rooms above, in the same transaction. */
  readonly ended?: (tx: Db, organization: OrganizationId) => Promise<void>
}

type Names =
  | ObjectNames
  | keyof ReturnType<typeof changesRoutes>
  | keyof ReturnType<typeof standingRoutes>
  | keyof ReturnType<typeof watchRoutes>

type ObjectNames =
  | 'listUsers'
  | 'getUser'
  | 'listUserGroups'
  | 'removeUsers'
  | 'listGroups'
  | 'getGroup'
  | 'listMembers'
  | 'removeGroups'

/**
 * What was synchronised, to look at: objects, what changed about them, and how well they are kept.
 * There is no route that changes it: Entra leads.
 */
export function directoryRoutes(parts: DirectoryRouteParts): Handlers<Names> {
  return {
    ...objectRoutes(parts),
    ...changesRoutes(parts),
    ...standingRoutes(parts),
    ...watchRoutes(parts),
  }
}

function objectRoutes({ db, clock, cloud, ended }: DirectoryRouteParts): Handlers<ObjectNames> {
  return {
    async listUsers({ query }, { organization }) {
      const { users, nextCursor, total } = await listUsers(db, organization, query)
      const { settings } = await findSettings(db, organization)
      const standing = await standingOf(db, organization, 'users')
      const items = users.map((user) => toUser(user, settings))
      return { items, nextCursor, total, ...standing }
    },

    async getUser({ params }, { organization }) {
      const user = await loadUser(db, organization, params.user)
      const { settings } = await findSettings(db, organization)
      const groups = isPresent(user) ? await listGroupsOf(db, organization, user.entra_id) : []
      const { completeness } = await standingOf(db, organization, 'groups')
      return {
        ...toUserDetail(user, settings),
        entraUrl: userPage(cloud, user.entra_id),
        groups: groups.map((group) => toGroup(group, null)),
        groupsComplete: completeness === 'complete',
      }
    },

    async listUserGroups({ params, query }, { organization }) {
      const user = await loadUser(db, organization, params.user)
      const all = isPresent(user) ? await listEffectiveGroups(db, organization, user.entra_id) : []
      const { completeness } = await standingOf(db, organization, 'groups')
      const page = toPage(after(all, query.cursor).slice(0, query.limit + 1), query.limit, {
        item: toEffectiveGroup,
        key: ({ group }) => [group.sort_name, group.id],
      })
      return { ...page, complete: completeness === 'complete' }
    },

    async removeUsers({ query }, call) {
      await call.demandStepUp()
      return await removeSynchronised(db, { ...call, ...query, ended, now: clock.now() }, 'users')
    },

    async listGroups({ query }, { organization }) {
      const { groups, nextCursor, total } = await listGroups(db, organization, query)
      const standing = await standingOf(db, organization, 'groups')
      const ids = groups.map((group) => group.entra_id)
      const counts = standing.asOf ? await countMembers(db, organization, ids) : undefined
      const items = groups.map((group) =>
        toGroup(group, counts ? (counts.get(group.entra_id) ?? 0) : null),
      )
      return { items, nextCursor, total, ...standing }
    },

    async getGroup({ params }, { organization }) {
      const group = await loadGroup(db, organization, params.group)
      const { asOf } = await standingOf(db, organization, 'groups')
      const counts = asOf ? await countMembers(db, organization, [group.entra_id]) : undefined
      const memberOf = await listGroupsOf(db, organization, group.entra_id)
      return {
        ...toGroup(group, counts ? (counts.get(group.entra_id) ?? 0) : null),
        membershipRule: group.membership_rule,
        visibility: group.visibility,
        onPremisesSyncEnabled: group.on_premises_sync_enabled,
        entraUrl: groupPage(cloud, group.entra_id),
        memberOf: memberOf.map((parent) => toGroup(parent, null)),
      }
    },

    async listMembers({ params, query }, { organization }) {
      const group = await loadGroup(db, organization, params.group)
      const { asOf } = await standingOf(db, organization, 'groups')
      const { members, nextCursor } = await listMembers(db, organization, group.entra_id, {
        limit: query.limit,
        cursor: query.cursor,
        transitive: query.transitive ?? false,
      })
      const items = members.map(({ kind, entraId, id, displayName }) => ({
        kind,
        entraId,
        ...(id ? { id } : {}),
        ...(displayName ? { displayName } : {}),
      }))
      return { items, nextCursor, membersComplete: asOf !== null }
    },

    async removeGroups({ query }, call) {
      await call.demandStepUp()
      return await removeSynchronised(db, { ...call, ...query, ended, now: clock.now() }, 'groups')
    },
  }
}

/** Memberships of somebody who is locked for good are kept and count for nothing. */
const isPresent = ({ state }: { readonly state: string }) => state !== 'removed'

const GroupPlace = z.tuple([z.string(), z.string()])

/** The groups that come after a page. */
function after(all: readonly EffectiveMembership[], cursor: string | undefined) {
  if (!cursor) return all
  const [sortName, id] = readCursor(cursor, GroupPlace)
  return all.filter(({ group }) => compareGroups(group, { sort_name: sortName, id }) > 0)
}

async function standingOf(db: Db, organization: OrganizationId, stream: 'users' | 'groups') {
  const connection = await findConnection(db, organization)
  const isOn = stream === 'users' ? connection?.syncUsers : connection?.syncGroups
  return completenessOf(await findStream(db, organization, stream), isOn ?? false)
}
