import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { startChance } from '../chance.ts'
import { Directory } from './directory.ts'
import { MemberList } from './member-list.ts'
import { fillGroup, flipDynamicGroup, loseUsers, makeCycle, moveMember } from './mutations.ts'
import { transitiveMembers } from './transitive-members.ts'

let directory: Directory

beforeEach(() => {
  directory = new Directory({ now: () => new Date(0), chance: startChance(1) })
  directory.openJournal()
})

const add = (name: string) =>
  directory.addUser({ userPrincipalName: `${name}@x.example`, displayName: name })

describe('a user', () => {
  it('needs a free sign-in name, whatever the case', () => {
    add('ada')

    expect(() => add('ADA')).toThrow(/another user/)
  })

  it('frees its name when it is deleted, and cannot come back while another has it', () => {
    const old = add('ada')
    directory.deleteUser(old.id)
    const young = add('ada')

    expect(() => directory.restoreUser(old.id)).toThrow(/another user/)
    directory.purgeUser(young.id)
    directory.restoreUser(old.id)
    expect(directory.findUserByPrincipalName('ada@x.example')?.record.id).toBe(old.id)
  })

  it('keeps its groups through delete and restore, and loses them when purged', () => {
    const user = add('ada')
    const group = directory.addGroup({ displayName: 'G' })
    directory.addMember(group.id, user.id)

    directory.deleteUser(user.id)
    const away = directory.members(group.id)
    directory.restoreUser(user.id)
    const back = directory.members(group.id)
    directory.purgeUser(user.id)

    expect([away.length, back.length, directory.membershipCount]).toEqual([0, 1, 0])
  })

  it('can swap names with another, and be made anew under the same name', () => {
    const [ada, ben] = [add('ada'), add('ben')]
    directory.swapUserPrincipalNames(ada.id, ben.id)
    const anew = directory.recreateUser(ada.id)

    expect(directory.findUserByPrincipalName('ada@x.example')?.record.id).toBe(ben.id)
    expect(anew.userPrincipalName).toBe('ben@x.example')
    expect(anew.id).not.toBe(ada.id)
  })
})

describe('the journal', () => {
  it('says nothing when nothing changed', () => {
    const user = add('ada')
    const { version } = directory.journal

    directory.updateUser(user.id, { displayName: 'ada' })

    expect(directory.journal.version).toBe(version)
  })

  it('may be told to keep silent about purged members', () => {
    const user = add('ada')
    const group = directory.addGroup({ displayName: 'G' })
    directory.addMember(group.id, user.id)
    const { version } = directory.journal
    directory.announcePurgedMembers = false

    directory.purgeUser(user.id)

    expect(directory.journal.between(version, 99).map(({ what }) => what)).toEqual(['purged'])
  })
})

describe('the great mutations', () => {
  it('lose a share of the users', () => {
    for (let number = 0; number < 50; number++) add(`user${number}`)

    expect(loseUsers(directory, 6)).toHaveLength(3)
    expect(directory.users).toHaveLength(47)
  })

  it('fill a group beyond the number of users', () => {
    add('ada')
    const group = directory.addGroup({ displayName: 'G' })

    fillGroup(directory, group.id, 500)

    expect(directory.members(group.id)).toHaveLength(500)
  })

  it('nest groups in a circle', () => {
    const groups = ['A', 'B', 'C'].map((displayName) => directory.addGroup({ displayName }).id)

    makeCycle(directory, groups)

    expect(groups.map((id) => directory.members(id)[0]?.id)).toEqual([
      groups[1],
      groups[2],
      groups[0],
    ])
  })
})

describe('a dynamic group', () => {
  it('flips 50,000 members in less than two seconds of processor time', () => {
    for (let number = 0; number < 100_000; number++) add(`user${number}`)
    const group = directory.addGroup({ displayName: 'G', groupTypes: ['DynamicMembership'] })
    flipDynamicGroup(directory, group.id, { add: 50_000 })
    const started = process.cpuUsage()

    const { added, removed } = flipDynamicGroup(directory, group.id, {
      add: 50_000,
      remove: 50_000,
    })

    const { user, system } = process.cpuUsage(started)
    expect([added.length, removed.length]).toEqual([50_000, 50_000])
    expect(new Set(directory.members(group.id).map(({ id }) => id))).toEqual(new Set(added))
    expect((user + system) / 1e6).toBeLessThan(2)
  }, 30_000)

  it('takes the ids of who comes and who goes, and tells who really did', () => {
    const [ada, ben] = [add('ada'), add('ben')]
    const group = directory.addGroup({ displayName: 'G' })
    directory.addMember(group.id, ada.id)

    const flipped = flipDynamicGroup(directory, group.id, {
      add: [ada.id, ben.id],
      remove: [ben.id],
    })

    expect(flipped).toEqual({ added: [ben.id], removed: [] })
  })
})

describe('the transitive members', () => {
  it('are the users below a group, through a cycle, without soft-deleted people and groups', () => {
    const [a, b, c] = ['A', 'B', 'C'].map((displayName) => directory.addGroup({ displayName }).id)
    if (!a || !b || !c) throw new Error('three groups were made')
    const [ada, ben, cleo] = [add('ada'), add('ben'), add('cleo')]
    makeCycle(directory, [a, b, c])
    directory.addMember(a, ada.id)
    directory.addMember(b, ben.id)
    directory.addMember(c, cleo.id)
    directory.addMember(c, ada.id)
    directory.deleteUser(ben.id)
    const around = transitiveMembers(directory, a)
    moveMember(directory, ada.id, a, b)
    directory.deleteGroup(c, { soft: true })

    expect(around).toEqual([ada.id, cleo.id].sort())
    expect(transitiveMembers(directory, a)).toEqual([ada.id])
    expect(transitiveMembers(directory, c)).toEqual([])
  })
})

describe('a member list', () => {
  it('behaves like a set in order of joining, and positions stay valid', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(90)), { maxLength: 300 }), (steps) => {
        const list = new MemberList()
        const model = new Set<number>()
        const places = new Map<number, number>()
        for (const [isAdded, handle] of steps) {
          if (!isAdded) expect(list.remove(handle)).toBe(model.delete(handle))
          else if (!model.has(handle)) {
            places.set(handle, list.positions)
            list.add(handle)
            model.add(handle)
          }
          expect(list.has(handle)).toBe(model.has(handle))
        }
        expect([...list]).toEqual([...model])
        expect(list.size).toBe(model.size)
        for (const handle of model) expect(list.at(places.get(handle) ?? -1)).toBe(handle)
      }),
      { seed: 1, numRuns: 60 },
    )
  })
})
