import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { FeedMirror } from '../../testing/feed-mirror.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { lastChangeNumber, readChangesAfter } from './record-changes-store.ts'
import { findRun } from './sync-runs-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 30, groups: 14 })
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const DAY_MS = 24 * 60 * 60_000

describe('a group that is let go', () => {
  /** A group within another one, with a member, known to a reader of the feed. */
  async function watched() {
    const { directory } = world.emulator
    await world.connect(first)
    await world.sync(first)
    const mirror = new FeedMirror(await lastChangeNumber(world.db, first))
    const outer = directory.addGroup({ displayName: 'Outer' }).id
    const inner = directory.addGroup({ displayName: 'Inner' }).id
    directory.addMember(inner, directory.users[0]?.id ?? '')
    directory.addMember(outer, inner)
    await world.sync(first)
    const follow = async () => {
      const rows = await readChangesAfter(world.db, first, mirror.last, 1000)
      mirror.follow(rows)
      return rows
        .filter(({ entra_id: id, object }) => object === 'group' && id === inner)
        .map(({ change, name }) => `${change} ${name}`)
    }
    await follow()
    const edges = () => [...mirror.edges].filter((edge) => edge.includes(inner))
    return { directory, inner, mirror, follow, edges }
  }

  test('is told to be deleted for good, and its memberships go with it', async () => {
    const { directory, inner, mirror, follow, edges } = await watched()
    const had = edges().length
    directory.deleteGroup(inner, { soft: false })

    await world.sync(first)

    expect(await follow()).toEqual(['removed Inner', 'purged Inner'])
    expect([had, edges()]).toEqual([2, []])
    expect(mirror.groups.has(inner)).toBe(false)
  })

  test('after thirty days in the bin and comes back all the same is told as a new one', async () => {
    const { directory, inner, follow, edges } = await watched()
    directory.deleteGroup(inner, { soft: true })
    await world.sync(first)
    expect(await follow()).toEqual(['removed Inner'])
    await world.clock.wait(31 * DAY_MS)
    await world.sync(first)
    expect(await follow()).toEqual(['purged Inner'])
    directory.restoreGroup(inner)

    await world.sync(first)

    expect(await follow()).toEqual(['created Inner'])
    const here = (await world.copy(first)).edges.map(
      (edge) => `${edge.group_entra_id} ${edge.member_entra_id}`,
    )
    expect(edges().toSorted()).toEqual(here.filter((edge) => edge.includes(inner)).toSorted())
  })
})

describe('a membership', () => {
  test('of somebody who was never here is told to end when Entra deletes them for good', async () => {
    const { directory } = world.emulator
    await world.connect(first, { settings: { guests: 'exclude' } })
    await world.sync(first)
    const group = directory.addGroup({ displayName: 'Visitors' }).id
    const guest = directory.addUser({
      userPrincipalName: 'guest#EXT#@contoso.example',
      displayName: 'A Guest',
      userType: 'Guest',
    }).id
    directory.addMember(group, guest)
    await world.sync(first)
    const before = await lastChangeNumber(world.db, first)
    directory.announcePurgedMembers = false
    directory.purgeUser(guest)

    const { id } = await world.sync(first)

    const told = await readChangesAfter(world.db, first, before, 100)
    expect(told.map(({ object, change, member_entra_id: of }) => [object, change, of])).toEqual([
      ['membership', 'removed', guest],
    ])
    expect((await findRun(world.db, first, id))?.counts.memberships.removed).toBe(1)
  })
})
