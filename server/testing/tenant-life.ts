import type { Directory } from '@mooring/emulator'
import type { Dice } from './dice.ts'

/** Objects in the recycle bin, and numbers for names that nobody has yet. */
export type TenantMemory = { readonly away: string[]; count: number }

/** @param count from where on names are numbered: lives one after the other use no name twice. */
export const noMemory = (count = 0): TenantMemory => ({ away: [], count })

/** Fewer people than this, and nobody is deleted any more. */
const LEAST_PEOPLE = 35

/** One thing that happens in a tenant on any day. */
export function happen(directory: Directory, roll: Dice, memory: TenantMemory): void {
  const user = roll.pick(directory.users)
  const group = roll.pick(openGroups(directory))
  if (!user || !group) return
  memory.count += 1
  const happening = roll.pick(HAPPENINGS)
  happening?.({ directory, roll, memory, user: user.id, group: group.id })
}

/** Groups whose members we may read. */
export const openGroups = (directory: Directory) =>
  directory.groups.filter((group) => group.visibility !== 'HiddenMembership')

type Here = {
  readonly directory: Directory
  readonly roll: Dice
  readonly memory: TenantMemory
  readonly user: string
  readonly group: string
}

const addUser = ({ directory, roll, memory, group }: Here) => {
  const { id } = directory.addUser({
    userPrincipalName: `new${memory.count}@contoso.example`,
    displayName: `New Person ${memory.count}`,
    userType: roll(6) === 0 ? 'Guest' : 'Member',
  })
  if (roll(2)) directory.addMember(group, id)
}

const rename = ({ directory, roll, memory, user }: Here) =>
  directory.updateUser(user, {
    displayName: `Renamed ${memory.count}`,
    department: roll(2) ? `Maths ${roll(9)}` : null,
  })

const moveHouse = ({ directory, roll, user }: Here) =>
  directory.updateUser(user, {
    city: roll(3) ? `City ${roll(9)}` : null,
    businessPhones: roll(2) ? [`+49 ${roll(999)}`] : [],
    mobilePhone: roll(2) ? `+49 1${roll(999)}` : null,
    employeeId: `${roll(9999)}`,
  })

const lock = ({ directory, roll, user }: Here) =>
  directory.updateUser(user, { accountEnabled: roll(2) === 0 })

const swapNames = ({ directory, roll, user }: Here) => {
  const other = roll.pick(directory.users)?.id
  if (other && other !== user) directory.swapUserPrincipalNames(user, other)
}

const changeType = ({ directory, roll, user }: Here) =>
  directory.updateUser(user, { userType: roll(3) === 0 ? 'Guest' : 'Member' })

const deleteUser = ({ directory, memory, user }: Here) => {
  if (directory.users.length < LEAST_PEOPLE) return
  directory.deleteUser(user)
  memory.away.push(user)
}

const restore = ({ directory, memory }: Here) => {
  const id = memory.away.shift()
  const found = id ? directory.find(id) : undefined
  if (!id || found?.state !== 'soft-deleted') return
  if (found.kind === 'group') directory.restoreGroup(id)
  else if (!isTaken(directory, id)) {
    directory.restoreUser(id)
  }
}

const purgeBinned = ({ directory, memory }: Here) => {
  const id = memory.away.pop()
  const found = id ? directory.find(id) : undefined
  if (!id || !found) return
  if (found.kind === 'group') directory.purgeGroup(id)
  else directory.purgeUser(id)
}

const purgeUser = ({ directory, user }: Here) => {
  if (directory.users.length >= LEAST_PEOPLE) directory.purgeUser(user)
}

const recreateUser = ({ directory, user }: Here) => {
  directory.recreateUser(user)
}

const join = ({ directory, group, user }: Here) => {
  directory.addMember(group, user)
}

const leave = ({ directory, roll, group }: Here) => {
  const member = roll.pick(directory.members(group))
  if (member) directory.removeMember(group, member.id)
}

/** As a rule of a dynamic group does: many at once. */
const flip = ({ directory, roll, group }: Here) => {
  const inside = new Set(directory.members(group).map(({ id }) => id))
  for (const { id } of directory.users) {
    if (roll(4) > 0) continue
    if (inside.has(id)) directory.removeMember(group, id)
    else directory.addMember(group, id)
  }
}

const renameGroup = ({ directory, memory, roll, group }: Here) =>
  directory.updateGroup(group, {
    displayName: `Group ${roll(5)}`,
    description: roll(2) ? `No. ${memory.count}` : null,
  })

const addGroup = ({ directory, roll, memory, user }: Here) => {
  const isModern = roll(2) === 0
  const { id } = directory.addGroup({
    displayName: `Group ${memory.count}`,
    ...(isModern ? { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false } : {}),
  })
  directory.addMember(id, user)
}

const nest = ({ directory, roll, group }: Here) => {
  const inner = roll.pick(openGroups(directory))
  if (inner && inner.id !== group) directory.addMember(group, inner.id)
}

const deleteGroup = ({ directory, roll, memory }: Here) => {
  const made = openGroups(directory).filter(({ displayName }) => displayName?.startsWith('Group '))
  const group = roll.pick(made)
  if (!group || made.length < 3) return
  directory.deleteGroup(group.id)
  if (directory.find(group.id)) memory.away.push(group.id)
}

const HAPPENINGS: readonly ((here: Here) => void)[] = [
  ...[addUser, rename, moveHouse, lock, swapNames, changeType, deleteUser, restore, restore],
  ...[purgeBinned, purgeUser, recreateUser, join, join, leave, leave, flip, renameGroup],
  ...[addGroup, nest, deleteGroup],
]

/** Whether somebody else has the name of a person in the recycle bin by now. */
const isTaken = (directory: Directory, id: string) =>
  directory.findUserByPrincipalName(directory.user(id).record.userPrincipalName) !== undefined
