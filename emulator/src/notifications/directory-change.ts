import type { Directory } from '../directory/directory.ts'
import { isTold, type Silence } from '../directory/journal.ts'

/** What happened to one user or group in a stretch of the journal. */
export type DirectoryChange = {
  readonly set: 'users' | 'groups'
  readonly id: string
  readonly types: readonly ('updated' | 'deleted')[]
  /** Whether members of the group came or went. */
  readonly members: boolean
}

/**
 * The changes after version `from` of the journal, each object once.
 *
 * Creating, restoring and soft-deleting are `updated`; only deleting for good is `deleted`.
 * @see Graph "Set up notifications for changes in resource data" › Supported resources
 */
export function changesSince(
  directory: Directory,
  from: number,
  silence: Silence,
): DirectoryChange[] {
  const { journal } = directory
  const found = new Map<number, { updated: boolean; deleted: boolean; members: boolean }>()
  for (const happened of journal.between(from, journal.version)) {
    if (!isTold(happened, silence)) continue
    const { handle, what } = happened
    let change = found.get(handle)
    if (!change) {
      change = { updated: false, deleted: false, members: false }
      found.set(handle, change)
    }
    if (what === 'purged') change.deleted = true
    else change.updated = true
    if (what === 'member-added' || what === 'member-removed') change.members = true
  }
  return [...found].flatMap(([handle, { updated, deleted, members }]) => {
    const { kind, record } = directory.object(handle)
    if (kind !== 'user' && kind !== 'group') return []
    const types = [
      ...(updated ? ['updated' as const] : []),
      ...(deleted ? ['deleted' as const] : []),
    ]
    return [{ set: kind === 'user' ? 'users' : 'groups', id: record.id, types, members }]
  })
}
