import type { Group, User } from '@mooring/contract/directory'
import { oneOf, type PlainSearch } from '../frame/plain-search.ts'

const USER_STATES = ['active', 'disabled', 'removed'] as const satisfies readonly User['state'][]
const USER_TYPES = ['member', 'guest'] as const satisfies readonly User['userType'][]
const USER_SORTS = ['displayName', 'userPrincipalName', 'department'] as const
const GROUP_KINDS = [
  'security',
  'microsoft365',
  'mailSecurity',
  'distribution',
] as const satisfies readonly Group['kind'][]

export const FILTERS = { userStates: USER_STATES, userTypes: USER_TYPES, groupKinds: GROUP_KINDS }
export type UserSort = (typeof USER_SORTS)[number]

/** What the address of the list of users asks for; what it cannot mean is left out. */
export function readUsersSearch(search: PlainSearch) {
  return {
    search: search['search'],
    state: oneOf(USER_STATES, search['state']),
    userType: oneOf(USER_TYPES, search['userType']),
    sort: oneOf(USER_SORTS, search['sort']) ?? ('displayName' as const),
    descending: oneOf(['true'] as const, search['descending']),
    cursor: search['cursor'],
  }
}

export function readGroupsSearch(search: PlainSearch) {
  return {
    search: search['search'],
    kind: oneOf(GROUP_KINDS, search['kind']),
    descending: oneOf(['true'] as const, search['descending']),
    cursor: search['cursor'],
  }
}

/** Sorting by a column again turns it round. */
export function nextSort(now: { sort: string; descending: 'true' | undefined }, column: string) {
  if (now.sort !== column) return { sort: column, descending: undefined }
  return { sort: column, descending: now.descending ? undefined : 'true' }
}
