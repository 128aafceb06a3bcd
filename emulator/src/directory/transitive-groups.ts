import type { Directory } from './directory.ts'
import type { GroupRecord } from './records.ts'

/** All live groups that an object is in, directly or through other groups. */
export function transitiveGroups(directory: Directory, handle: number): GroupRecord[] {
  const seen = new Set<number>()
  const open = [...directory.groupsOf(handle)]
  const groups: GroupRecord[] = []
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    const group = directory.object(next)
    if (group.kind !== 'group' || group.state !== 'live') continue
    groups.push(group.record)
    open.push(...directory.groupsOf(next))
  }
  return groups
}
