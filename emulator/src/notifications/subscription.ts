import type { DirectoryChange } from './directory-change.ts'

/** What a subscription watches: a whole collection, one object, or a relation of one group. */
export type Watched = {
  readonly set: 'users' | 'groups'
  /** Lower-case object id; undefined for the whole collection. */
  readonly id: string | undefined
  readonly relation: 'members' | 'owners' | undefined
}

/** One subscription to change notifications, as `POST /subscriptions` made it. */
export type Subscription = {
  readonly id: string
  readonly tenantId: string
  /** Client id of the app that made it; nobody else sees it. */
  readonly applicationId: string
  /** Object id of that app's service principal. */
  readonly creatorId: string | undefined
  readonly resource: string
  readonly watched: Watched
  readonly changeTypes: readonly ('updated' | 'deleted')[]
  readonly changeType: string
  readonly clientState: string | undefined
  readonly notificationUrl: string
  readonly lifecycleNotificationUrl: string | undefined
  readonly latestSupportedTlsVersion: string | undefined
  expiresAt: Date
  /** When `reauthorizationRequired` was sent last without an answer since. */
  challengedAt: Date | undefined
  /** When the app reauthorized or renewed last. */
  reauthorizedAt: Date | undefined
}

/** Reads the `resource` of a subscription; undefined when it is none that is emulated. */
export function readWatched(resource: string): Watched | undefined {
  const found =
    /^\/?(?:v1\.0\/)?(users|groups)(?:\/([0-9a-f-]{36})(?:\/(members|owners))?)?\/?$/i.exec(
      resource,
    )
  const set = found?.[1]?.toLowerCase()
  const relation = found?.[3]?.toLowerCase()
  if (set !== 'users' && set !== 'groups') return undefined
  if (relation !== undefined && set !== 'groups') return undefined
  return { set, id: found?.[2]?.toLowerCase(), relation: relation as Watched['relation'] } // by the pattern
}

/** The change types of a change that this subscription wants to hear of. */
export function toldTypes(
  { watched, changeTypes }: Subscription,
  change: DirectoryChange,
): readonly ('updated' | 'deleted')[] {
  if (watched.set !== change.set) return []
  if (watched.id !== undefined && watched.id !== change.id.toLowerCase()) return []
  // Nobody owns a group in this directory, so its owners never change.
  if (watched.relation === 'owners') return []
  if (watched.relation === 'members' && !change.members) return []
  return change.types.filter(
    (type) => changeTypes.includes(type) && !(watched.relation === 'members' && type === 'deleted'),
  )
}
