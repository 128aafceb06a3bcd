import { z } from 'zod'
import type { Cloud } from '../entra/clouds.ts'
import { groupPage, userPage } from '../entra/portal-links.ts'
import type { Clock } from '../platform/clock.ts'
import { readCursor, toPage } from '../platform/cursor.ts'
import type { Database } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Texts } from '../platform/texts.ts'
import { changesRoutes } from './changes-routes.ts'
import type { DirectoryFacts } from './directory-facts-store.ts'
import {
  compareGroups,
  type EffectiveMembership,
  listEffectiveGroups,
} from './effective-groups-store.ts'
import { listGroups, loadGroupPage } from './groups-store.ts'
import { KeptCounts } from './kept-counts.ts'
import { countMembers, listMembers } from './members-store.ts'
import type { SyncParts } from './reading.ts'
import { removeSynchronised } from './remove-synchronised.ts'
import {
  toEffectiveGroup,
  toGroup,
  toNamedGroup,
  toUser,
  toUserDetail,
} from './render-directory.ts'
import { standingRoutes } from './standing-routes.ts'
import { listUsers, loadUserPage } from './users-store.ts'
import { watchRoutes } from './watch-routes.ts'

export type DirectoryRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly texts: Texts
  readonly cloud: Cloud
  /** What follows from a removal for rooms above, in the same transaction. */
  readonly ended?: SyncParts['ended']
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
  const counts = new KeptCounts()

  /** Direct members of groups; of none while the first synchronisation is not through. */
  async function findMemberCounts(
    organization: OrganizationId,
    { groups: { asOf }, version }: DirectoryFacts,
    groups: readonly { readonly entra_id: string }[],
  ): Promise<(group: { readonly entra_id: string }) => number | null> {
    if (!asOf) return () => null
    const found = await counts.many(
      { organization, version },
      groups.map((group) => group.entra_id),
      (ids) => countMembers(db, organization, ids),
    )
    return (group) => found.get(group.entra_id) ?? 0
  }

  return {
    async listUsers({ query }, { organization }) {
      const { users, nextCursor, total, facts } = await listUsers(db, organization, query, counts)
      const items = users.map((user) => toUser(user, facts.settings))
      return { items, nextCursor, total, ...facts.users }
    },

    async getUser({ params }, { organization }) {
      const { user, groups, facts } = await loadUserPage(db, organization, params.user)
      return {
        ...toUserDetail(user, facts.settings),
        entraUrl: userPage(cloud, user.entra_id),
        groups: isPresent(user) ? groups.map(toNamedGroup) : [],
        groupsComplete: facts.groups.completeness === 'complete',
      }
    },

    async listUserGroups({ params, query }, { organization }) {
      const { user, facts } = await loadUserPage(db, organization, params.user)
      const all = isPresent(user) ? await listEffectiveGroups(db, organization, user.entra_id) : []
      const page = toPage(after(all, query.cursor).slice(0, query.limit + 1), query.limit, {
        item: toEffectiveGroup,
        key: ({ group }) => [group.sort_name, group.id],
      })
      return { ...page, complete: facts.groups.completeness === 'complete' }
    },

    async removeUsers({ query }, call) {
      await call.demandStepUp()
      return await removeSynchronised(db, { ...call, ...query, ended, now: clock.now() }, 'users')
    },

    async listGroups({ query }, { organization }) {
      const { groups, nextCursor, total, facts } = await listGroups(db, organization, query, counts)
      const countOf = await findMemberCounts(organization, facts, groups)
      const items = groups.map((group) => toGroup(group, countOf(group)))
      return { items, nextCursor, total, ...facts.groups }
    },

    async getGroup({ params }, { organization }) {
      const { group, memberOf, facts } = await loadGroupPage(db, organization, params.group)
      const countOf = await findMemberCounts(organization, facts, [group])
      return {
        ...toGroup(group, countOf(group)),
        membershipRule: group.membership_rule,
        visibility: group.visibility,
        onPremisesSyncEnabled: group.on_premises_sync_enabled,
        entraUrl: groupPage(cloud, group.entra_id),
        memberOf: memberOf.map(toNamedGroup),
      }
    },

    async listMembers({ params, query }, { organization }) {
      const { group, facts } = await loadGroupPage(db, organization, params.group)
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
      return { items, nextCursor, membersComplete: facts.groups.asOf !== null }
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
