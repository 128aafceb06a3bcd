import type { Directory } from './directory.ts'

/**
 * The truth about who is in a group, however deep: ids of users, sorted. Soft-deleted people are
 * not in it, disabled ones are; what hangs below a soft-deleted group does not count.
 */
export function transitiveMembers(directory: Directory, groupId: string): string[] {
  const root = directory.group(groupId)
  const seen = new Set<number>([root.handle])
  const open = root.state === 'live' ? [root.handle] : []
  const ids: string[] = []
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    for (const member of directory.memberList(group)) {
      if (seen.has(member)) continue
      seen.add(member)
      const { kind, state, record } = directory.object(member)
      if (state !== 'live') continue
      if (kind === 'group') open.push(member)
      else if (kind === 'user') ids.push(record.id)
    }
  }
  return ids.sort()
}
