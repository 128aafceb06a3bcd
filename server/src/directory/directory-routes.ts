import { findConnection } from '../connection/index.ts'
import type { Cloud } from '../entra/clouds.ts'
import { groupPage, userPage } from '../entra/portal-links.ts'
import { ApiError } from '../platform/api-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Handlers } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { countMembers, findGroup, listGroups, listGroupsOf, listMembers } from './groups-store.ts'
import { removeSynchronised } from './remove-synchronised.ts'
import { completenessOf, toGroup, toUser } from './render-directory.ts'
import { findStream } from './streams-store.ts'
import { findUser, listUsers } from './users-store.ts'

export type DirectoryRouteParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly cloud: Cloud
}

type Names =
  | 'listUsers'
  | 'getUser'
  | 'removeUsers'
  | 'listGroups'
  | 'getGroup'
  | 'listMembers'
  | 'removeGroups'

/** What was synchronised, to look at. There is no route that changes it: Entra leads. */
export function directoryRoutes(parts: DirectoryRouteParts): Handlers<Names> {
  const { db, clock, cloud } = parts
  return {
    async listUsers({ query }, { organization }) {
      const { users, nextCursor, total } = await listUsers(db, organization, query)
      const standing = await standingOf(db, organization, 'users')
      return { items: users.map(toUser), nextCursor, total, ...standing }
    },

    async getUser({ params }, { organization }) {
      const user = await findUser(db, organization, params.user)
      if (!user) throw new ApiError(404, 'userMissing')
      const groups = await listGroupsOf(db, organization, user.entra_id)
      const { completeness } = await standingOf(db, organization, 'groups')
      return {
        ...toUser(user),
        companyName: user.company_name,
        officeLocation: user.office_location,
        mobilePhone: user.mobile_phone,
        businessPhones: user.business_phones,
        employeeId: user.employee_id,
        preferredLanguage: user.preferred_language,
        usageLocation: user.usage_location,
        onPremisesSyncEnabled: user.on_premises_sync_enabled,
        entraUrl: userPage(cloud, user.entra_id),
        groups: groups.map((group) => toGroup(group, null)),
        groupsComplete: completeness === 'complete',
      }
    },

    async removeUsers({ query }, call) {
      return await removeSynchronised(db, { ...call, ...query, now: clock.now() }, 'users')
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
      return await removeSynchronised(db, { ...call, ...query, now: clock.now() }, 'groups')
    },
  }
}

async function loadGroup(db: Db, organization: OrganizationId, id: string) {
  const group = await findGroup(db, organization, id)
  if (!group || group.state === 'removed') throw new ApiError(404, 'groupMissing')
  return group
}

async function standingOf(db: Db, organization: OrganizationId, stream: 'users' | 'groups') {
  const connection = await findConnection(db, organization)
  const isOn = stream === 'users' ? connection?.syncUsers : connection?.syncGroups
  return completenessOf(await findStream(db, organization, stream), isOn ?? false)
}
