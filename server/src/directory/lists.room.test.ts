import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { listGroups } from './groups-store.ts'
import { KeptCounts } from './kept-counts.ts'
import { listMembers } from './members-store.ts'
import { listUsers } from './users-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database)
  ;({ first, second } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const listed = { limit: 50, sort: 'displayName' } as const

describe('what people look at', () => {
  beforeEach(async () => {
    await world.connect(first)
    await world.sync(first)
  })

  test('is paged without a person lost or doubled', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listUsers(world.db, first, {
        ...listed,
        limit: 7,
        ...(cursor ? { cursor } : {}),
      })
      seen.push(...page.users.map((user) => user.entra_id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)

    expect(seen.toSorted()).toEqual(
      world.emulator.directory.users.map((user) => user.id).toSorted(),
    )
  })

  test.each(['displayName', 'userPrincipalName', 'department'] as const)(
    'is sorted by %s, both ways',
    async (sort) => {
      const up = await listUsers(world.db, first, { limit: 1000, sort })
      const down = await listUsers(world.db, first, { limit: 1000, sort, descending: true })

      expect(down.users.map((user) => user.id)).toEqual(up.users.map((user) => user.id).reverse())
      expect(up.total).toBe(up.users.length)
    },
  )

  test('is found by the beginning of any word of it', async () => {
    const somebody = world.emulator.directory.users.find((user) => user.surname && user.givenName)
    const typed = `${somebody?.surname?.slice(0, 4)} ${somebody?.givenName?.slice(0, 3)}`

    const page = await listUsers(world.db, first, { ...listed, search: typed })

    expect(page.users.map((user) => user.entra_id)).toContain(somebody?.id)
    expect(page.total).toBeLessThan(world.emulator.directory.users.length)
  })

  test.each(['displayName', 'userPrincipalName', 'department'] as const)(
    'is found and paged in the order of %s, both ways',
    async (sort) => {
      for (const descending of [false, true]) {
        const wanted = { search: 'a', sort, descending }
        const whole = await listUsers(world.db, first, { ...wanted, limit: 1000 })
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await listUsers(world.db, first, { ...wanted, limit: 3, cursor })
          seen.push(...page.users.map((user) => user.id))
          cursor = page.nextCursor ?? undefined
        } while (cursor)

        expect(seen.length).toBeGreaterThan(3)
        expect(seen).toEqual(whole.users.map((user) => user.id))
        expect(whole.total).toBe(seen.length)
      }
    },
  )

  test('is counted anew after each synchronisation, for each organization by itself', async () => {
    const { directory } = world.emulator
    const counts = new KeptCounts()
    const look = async () => {
      const { total, facts } = await listUsers(world.db, first, listed, counts)
      const groups = await listGroups(world.db, first, listed, counts)
      return { people: total, groups: groups.total, version: facts.version }
    }
    const before = await look()
    const [leaver] = directory.users
    const [group] = directory.groups

    await world.sync(first)
    const unchanged = await look()
    directory.deleteUser(leaver?.id ?? '')
    directory.deleteGroup(group?.id ?? '')
    await world.sync(first)
    const after = await look()

    expect(unchanged).toMatchObject({ people: before.people, groups: before.groups })
    expect(after).toMatchObject({
      people: (before.people ?? 0) - 1,
      groups: (before.groups ?? 0) - 1,
    })
    expect(after.version).not.toBe(before.version)
    // Of an organization that has none, whoever else has.
    expect((await listUsers(world.db, second, listed, counts)).total).toBe(0)
  })

  test.each(["'); drop table directory_users; --", '\\', '%', ':*', '\u0000'])(
    'takes %j as a text to search for',
    async (search) => {
      await expect(listUsers(world.db, first, { ...listed, search })).resolves.toBeDefined()
    },
  )

  test.each(['', 'x', 'W10', 'eyJhIjoxfQ', Buffer.from('["a"]').toString('base64url')])(
    'refuses the cursor %j, which it did not make',
    async (cursor) => {
      if (cursor === '') return
      await expect(listUsers(world.db, first, { ...listed, cursor })).rejects.toThrow(
        'cursorInvalid',
      )
    },
  )

  test('shows each member of nested groups once, also where they form a circle', async () => {
    const { directory } = world.emulator
    for (const group of directory.groups) {
      const expected = new Set<string>()
      const visit = (id: string, seen: Set<string>) => {
        if (seen.has(id)) return
        seen.add(id)
        for (const member of directory.members(id)) {
          expected.add(member.id)
          if (member.kind === 'group') visit(member.id, seen)
        }
      }
      if (group.visibility === 'HiddenMembership') continue
      visit(group.id, new Set())
      expected.delete(group.id)

      const { members } = await listMembers(world.db, first, group.id, {
        limit: 1000,
        cursor: undefined,
        transitive: true,
      })

      expect(members.map((member) => member.entraId).toSorted()).toEqual([...expected].toSorted())
    }
  })
})
