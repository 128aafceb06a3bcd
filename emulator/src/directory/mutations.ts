import { startChance } from '../chance.ts'
import type { Directory } from './directory.ts'

/** A share of all users is deleted at once, as after a wrong filter: the case for a brake. */
export function loseUsers(directory: Directory, percent: number, seed = 1): string[] {
  const chance = startChance(seed)
  const ids = directory.users.map(({ id }) => id)
  const lost: string[] = []
  for (let left = Math.round((ids.length * percent) / 100); left > 0; left--) {
    const [id] = ids.splice(chance.below(ids.length), 1)
    if (id === undefined) break
    directory.deleteUser(id)
    lost.push(id)
  }
  return lost
}

/** Fills a group up to a number of members, with users that exist and then with new ones. */
export function fillGroup(directory: Directory, groupId: string, members: number): void {
  const list = directory.memberList(directory.group(groupId).handle)
  for (const { id } of directory.users) {
    if (list.size >= members) return
    directory.addMember(groupId, id)
  }
  for (let number = directory.handles('user').length; list.size < members; number++) {
    const user = directory.addUser({
      userPrincipalName: `filler.${number}@filler.example`,
      displayName: `Filler ${number}`,
      userType: 'Member',
    })
    directory.addMember(groupId, user.id)
  }
}

/** Nests groups in a circle. */
export function makeCycle(directory: Directory, groupIds: readonly string[]): void {
  for (const [place, id] of groupIds.entries()) {
    directory.addMember(id, groupIds[(place + 1) % groupIds.length] ?? id)
  }
}

/** Makes random changes of every kind, the same for the same seed. Returns how many were made. */
export function changeRandomly(directory: Directory, count: number, seed: number): number {
  const chance = startChance(seed)
  const users = directory.users.map(({ id }) => id)
  const groups = directory.groups.map(({ id }) => id)
  const away: string[] = []
  for (let number = 0; number < count; number++) {
    const user = chance.pick(users)
    const group = chance.pick(groups)
    const isLive = directory.find(user)?.state === 'live'
    const dice = chance.below(100)
    if (dice < 30) directory.addMember(group, isLive ? user : group)
    else if (dice < 50) removeSomeMember(directory, group, chance.next())
    else if (dice < 75) directory.updateUser(user, { jobTitle: `Role ${seed}.${number}` })
    else if (dice < 80) directory.updateUser(user, { mobilePhone: null })
    else if (dice < 85) directory.updateGroup(group, { displayName: `Group ${seed}.${number}` })
    else if (dice < 90) users.push(addPerson(directory, `${seed}.${number}`))
    else if (dice < 95 && isLive && users.length > 10) {
      directory.deleteUser(user)
      away.push(user)
    } else if (away.length > 0) restoreOrPurge(directory, away, users, chance.below(2) === 0)
    else directory.updateUser(user, { department: `Department ${seed}.${number}` })
  }
  return count
}

function removeSomeMember(directory: Directory, group: string, share: number): void {
  const members = directory.members(group)
  const member = members[Math.floor(share * members.length)]
  if (member) directory.removeMember(group, member.id)
}

function addPerson(directory: Directory, name: string): string {
  return directory.addUser({
    userPrincipalName: `new.${name}@hafenstern.example`,
    displayName: `New ${name}`,
    userType: 'Member',
  }).id
}

function restoreOrPurge(
  directory: Directory,
  away: string[],
  users: string[],
  isRestored: boolean,
): void {
  const id = away.pop() ?? ''
  if (isRestored) directory.restoreUser(id)
  else {
    directory.purgeUser(id)
    users.splice(users.indexOf(id), 1)
  }
}

/** Ids, or how many: of the first members to leave, or of users that are not in the group yet. */
type Choice = number | readonly string[]

/**
 * A dynamic group after its rule or its people changed: many come and go at once. Fast enough for
 * 50,000. Returns who was added and who was removed.
 */
export function flipDynamicGroup(
  directory: Directory,
  groupId: string,
  { add = 0, remove = 0 }: { add?: Choice; remove?: Choice },
): { added: string[]; removed: string[] } {
  const group = directory.group(groupId).handle
  const list = directory.memberList(group)
  const joining =
    typeof add === 'number' ? take(outsiders(directory, group), add) : toHandles(directory, add)
  const leaving = typeof remove === 'number' ? take(list, remove) : toHandles(directory, remove)
  const removed = leaving.filter((member) => directory.removeMemberByHandle(group, member))
  const added = joining.filter((member) => directory.addMemberByHandle(group, member))
  const toId = (handle: number) => directory.object(handle).record.id
  return { added: added.map(toId), removed: removed.map(toId) }
}

/** Takes somebody out of one group and puts them into another. */
export function moveMember(
  directory: Directory,
  memberId: string,
  fromGroupId: string,
  toGroupId: string,
): void {
  directory.removeMember(fromGroupId, memberId)
  directory.addMember(toGroupId, memberId)
}

function* outsiders(directory: Directory, group: number): Generator<number> {
  const list = directory.memberList(group)
  for (const user of directory.handles('user')) {
    if (directory.object(user).state === 'live' && !list.has(user)) yield user
  }
}

function take(handles: Iterable<number>, count: number): number[] {
  const taken: number[] = []
  if (count <= 0) return taken
  for (const handle of handles) if (taken.push(handle) >= count) break
  return taken
}

function toHandles(directory: Directory, ids: readonly string[]): number[] {
  return ids.flatMap((id) => directory.find(id)?.handle ?? [])
}
