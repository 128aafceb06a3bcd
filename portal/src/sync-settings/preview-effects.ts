import type { SyncCounts } from '@mooring/contract/directory'

/** What saving would do to people and groups; nothing that would not happen is told. */
export function effectsOf({ users, groups, memberships }: SyncCounts) {
  const effects = [
    ['removedUsers', users.removed],
    ['disabledUsers', users.disabled],
    ['addedUsers', users.created],
    ['restoredUsers', users.restored],
    ['updatedUsers', users.updated],
    ['groups', groups.created + groups.updated + groups.removed + groups.restored],
    ['memberships', memberships.added + memberships.removed],
  ] as const
  return effects.filter(([, count]) => count > 0)
}
