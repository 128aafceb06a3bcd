import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listMembers } from './members-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 50, groups: 14 })
  ;({ first } = await world.organizations())
  await world.connect(first)
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

/** A small generator with a seed, so that a failure can be repeated. */
function dice(seed: number) {
  let state = seed
  return (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

/** One thing that happens in a tenant on any day. */
function happen(roll: (sides: number) => number): void {
  const { directory } = world.emulator
  const pick = <T>(list: readonly T[]) => list[roll(list.length)]
  const user = pick(directory.users)
  const other = pick(directory.users)
  const group = pick(
    directory.groups.filter((candidate) => candidate.visibility !== 'HiddenMembership'),
  )
  if (!user || !other || !group) return
  switch (roll(11)) {
    case 0:
      directory.addUser({
        userPrincipalName: `new${roll(1e9)}@contoso.example`,
        displayName: 'New Person',
      })
      break
    case 1:
      directory.updateUser(user.id, {
        displayName: `Renamed ${roll(1000)}`,
        department: roll(2) ? 'Maths' : null,
      })
      break
    case 2:
      directory.updateUser(user.id, { accountEnabled: roll(2) === 0 })
      break
    case 3:
      if (user.id !== other.id) directory.swapUserPrincipalNames(user.id, other.id)
      break
    case 4:
      if (directory.users.length > 30) directory.deleteUser(user.id)
      break
    case 5: {
      const binned = removed.splice(0, 1)[0]
      if (binned) directory.restoreUser(binned)
      break
    }
    case 6:
      if (directory.users.length > 30) directory.purgeUser(user.id)
      break
    case 7:
      directory.addMember(group.id, user.id)
      break
    case 8: {
      const member = pick(directory.members(group.id))
      if (member) directory.removeMember(group.id, member.id)
      break
    }
    case 9:
      directory.updateGroup(group.id, { displayName: `Group ${roll(1000)}` })
      break
    case 10:
      directory.addGroup({ displayName: `Group ${roll(1000)}` })
      break
  }
}
let removed: string[] = []

/** What people see of the copy: members are visible people and whatever else is in a group. */
async function seen() {
  const { users, groups } = await world.copy(first)
  const edges: string[] = []
  for (const group of groups) {
    const page = { limit: 1000, cursor: undefined, transitive: false }
    const { members } = await listMembers(world.db, first, group.entra_id, page)
    edges.push(...members.map((member) => `${group.entra_id} ${member.entraId}`))
  }
  return { users, groups, edges: edges.toSorted() }
}

function truth() {
  const { users, groups, edges } = truthOf(world.emulator)
  return {
    users,
    groups,
    edges: edges.map((edge) => `${edge.group_entra_id} ${edge.member_entra_id}`).toSorted(),
  }
}

test.each([1, 2, 3, 4])(
  'after every day of random changes (seed %i) the copy equals the tenant',
  async (seed) => {
    const roll = dice(seed)
    const { scenario, trouble } = world.emulator
    scenario.delta.pageSizes = [11, 3, 7]
    scenario.delta.membersPerPage = 9
    scenario.delta.duplicateEvery = 5
    scenario.delta.emptyPageEvery = 4
    scenario.delta.replayVersions = 6
    scenario.delta.linkSpelling = 'rotate'
    removed = []
    await world.sync(first)
    expect(await seen()).toEqual(truth())

    for (let day = 0; day < 12; day += 1) {
      const before = new Set(world.emulator.directory.users.map((user) => user.id))
      for (let change = roll(12); change >= 0; change -= 1) happen(roll)
      for (const user of world.emulator.directory.users) before.delete(user.id)
      removed.push(
        ...[...before].filter((id) => world.emulator.directory.find(id)?.state === 'soft-deleted'),
      )
      trouble.clear()
      if (roll(3) === 0)
        trouble.add({ path: '/v1.0/*/delta', nth: [1 + roll(4)], fault: { kind: 'reset' } })
      if (roll(4) === 0)
        trouble.add({ path: '/v1.0/*/delta', nth: [1 + roll(3)], fault: { kind: 'resync' } })

      const { outcome } = await world.sync(first, roll(6) === 0 ? 'full' : 'delta')

      expect(outcome).toEqual({ kind: 'succeeded' })
      expect(await seen()).toEqual(truth())
    }
  },
)
