import type { DirectorySettings } from '@mooring/contract/directory'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { approveHeldRun, cancelSyncRun } from './decide-run.ts'
import { previewSettings } from './preview-settings.ts'
import { lastChangeNumber, readChangesAfter } from './record-changes-store.ts'
import { runSync } from './run-sync.ts'
import { saveDirectorySettings } from './save-directory-settings.ts'
import { findSettings } from './settings-store.ts'
import { findRun, findRunUnderWay } from './sync-runs-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 30, groups: 14 })
  ;({ first, second } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const DAY_MS = 24 * 60 * 60_000
const starting = () => ({ db: world.db, clock: world.clock, enqueue: async () => undefined })
const signal = () => new AbortController().signal

/** People and groups that `what` tells of in the feed, as "change object reason". */
async function told(what: () => Promise<unknown>, of?: string) {
  const before = await lastChangeNumber(world.db, first)
  await what()
  const rows = await readChangesAfter(world.db, first, before, 1000)
  return rows
    .filter(
      ({ object, entra_id: id }) => object !== 'membership' && (of === undefined || id === of),
    )
    .map(({ change, object, reason }) => [change, object, reason].filter(Boolean).join(' '))
}
const sync = (mode: 'delta' | 'full' = 'delta') => world.sync(first, mode)

function somebody(index = 0) {
  const people = world.emulator.directory.users.filter(
    (user) => user.accountEnabled !== false && user.userType === 'Member',
  )
  const user = people[index]
  if (!user) throw new Error('the seed is too small')
  return user
}

const rowOf = (id: string, organization = first) =>
  world.db
    .selectFrom('directory_users')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('entra_id', '=', id)
    .executeTakeFirst()

/** Saves rules as the portal does, and carries out the run that follows. */
async function setRules(change: Partial<DirectorySettings>) {
  const { settings } = await findSettings(world.db, first)
  await saveDirectorySettings(starting(), first, { ...settings, ...change }, 'test')
  const run = await findRunUnderWay(world.db, first)
  return run ? await runSync(world.parts, first, run.id, signal()) : undefined
}

function groupOf(...members: string[]) {
  const { directory } = world.emulator
  const { id } = directory.addGroup({ displayName: 'Scope' })
  for (const member of members) directory.addMember(id, member)
  return id
}
const scopeOf = (entraId: string, transitive = false): DirectorySettings['scope'] => ({
  kind: 'groups',
  groups: [{ entraId, transitive }],
})

describe('what happens to a person', () => {
  beforeEach(async () => {
    await world.connect(first)
    await sync()
  })

  test('is told once, however often Graph tells it again', async () => {
    const { id } = somebody()
    world.emulator.scenario.delta.replayVersions = 50
    world.emulator.scenario.delta.duplicateEvery = 1
    world.emulator.directory.updateUser(id, { accountEnabled: false })

    expect(await told(sync)).toEqual(['disabled user accountDisabled'])
    expect(await told(sync)).toEqual([])
    expect(await told(() => sync('full'))).toEqual([])
  })

  test('when they are deleted, restored, deleted again and purged is told step by step', async () => {
    const { directory } = world.emulator
    const { id } = somebody()

    directory.deleteUser(id)
    expect(await told(sync)).toEqual(['removed user recycleBin'])
    directory.restoreUser(id)
    expect(await told(sync)).toEqual(['restored user'])
    directory.deleteUser(id)
    expect(await told(sync)).toEqual(['removed user recycleBin'])
    directory.purgeUser(id)
    expect(await told(sync)).toEqual([])
    await world.clock.wait(31 * DAY_MS)
    expect(await told(sync, id)).toEqual(['purged user deleted'])
    expect(await rowOf(id)).toBeUndefined()
  })

  test('whom nobody ever saw is nothing when they are gone', async () => {
    const { directory } = world.emulator
    const { id } = directory.addUser({
      userPrincipalName: 'short@contoso.example',
      displayName: 'Short',
    })
    directory.purgeUser(id)

    expect(await told(sync)).toEqual([])
    expect(await rowOf(id)).toBeUndefined()
  })

  test('whose names differ in case, swap or are null is who they were', async () => {
    const { directory } = world.emulator
    const [a, b, c] = [somebody(0), somebody(1), somebody(2)]
    const [nameOfA, nameOfB] = [a.userPrincipalName, b.userPrincipalName]
    directory.swapUserPrincipalNames(a.id, b.id)
    directory.updateUser(c.id, {
      userPrincipalName: c.userPrincipalName.toUpperCase(),
      displayName: null,
      mail: null,
      userType: null,
    })

    expect(await told(sync)).toEqual(['updated user', 'updated user', 'updated user'])
    expect((await rowOf(a.id))?.user_principal_name).toBe(nameOfB)
    expect((await rowOf(b.id))?.user_principal_name).toBe(nameOfA)
    expect(await rowOf(c.id)).toMatchObject({ display_name: null, mail: null, user_type: 'member' })
  })
})

describe('the rules', () => {
  test('of a group bring those in it alone, with grace for whoever leaves it', async () => {
    const { directory } = world.emulator
    const [a, b] = [somebody(0), somebody(1)]
    const group = groupOf(a.id, b.id)
    await world.connect(first, { settings: { scope: scopeOf(group) } })
    await sync()
    const before = await rowOf(a.id)
    expect((await world.copy(first)).users).toHaveLength(2)

    directory.removeMember(group, a.id)
    expect(await told(sync, a.id)).toEqual(['removed user outOfScope'])
    await world.clock.wait(5 * DAY_MS)
    directory.addMember(group, a.id)
    expect(await told(sync, a.id)).toEqual(['restored user'])
    expect((await rowOf(a.id))?.id).toBe(before?.id)

    directory.removeMember(group, a.id)
    await sync()
    await world.clock.wait(31 * DAY_MS)
    expect(await told(sync, a.id)).toEqual(['purged user outOfScope'])
    directory.addMember(group, a.id)
    expect(await told(sync, a.id)).toEqual(['created user'])
    expect((await rowOf(a.id))?.id).not.toBe(before?.id)
  })

  test('of nested groups follow what is nested and what no longer is', async () => {
    const { directory } = world.emulator
    const a = somebody()
    const inner = groupOf(a.id)
    const outer = groupOf(inner, somebody(1).id)
    directory.addMember(inner, outer)
    await world.connect(first, { settings: { scope: scopeOf(outer, true) } })
    await sync()
    expect((await rowOf(a.id))?.state).toBe('active')

    directory.removeMember(outer, inner)
    expect(await told(sync, a.id)).toEqual(['removed user outOfScope'])
    directory.addMember(outer, inner)
    expect(await told(sync, a.id)).toEqual(['restored user'])
    expect(await setRules({ scope: scopeOf(outer, false) })).toEqual({ kind: 'succeeded' })
    expect((await rowOf(a.id))?.state).toBe('removed')
  })

  test('of a membership that only a full round finds gone are followed at once', async () => {
    const { directory } = world.emulator
    const a = somebody()
    const group = groupOf(a.id, somebody(1).id)
    await world.connect(first, { settings: { scope: scopeOf(group) } })
    await sync()
    directory.removeMember(group, a.id)
    world.emulator.orderResync('groups')

    expect(await told(sync, a.id)).toEqual(['removed user outOfScope'])
  })

  test('tried out show what the next run then does, and write nothing', async () => {
    await world.connect(first, { settings: { brake: { atLeast: 1000, percent: 100 } } })
    await sync()
    const { settings } = await findSettings(world.db, first)
    const wanted = { ...settings, guests: 'exclude', disabledUsers: 'ignore' } as const
    const before = await world.copy(first)
    const number = await lastChangeNumber(world.db, first)

    const run = await previewSettings(world.parts, first, wanted, { by: 'test' })

    expect(await world.copy(first)).toEqual(before)
    expect(await lastChangeNumber(world.db, first)).toBe(number)
    const shown = await world.db
      .selectFrom('sync_proposals')
      .select(['change', 'object', 'entra_id', 'reason'])
      .where('organization_id', '=', first)
      .where('run_id', '=', run.id)
      .orderBy('number')
      .execute()
    await setRules(wanted)
    const done = await readChangesAfter(world.db, first, number, 1000)
    expect(shown.length).toBeGreaterThan(0)
    expect(
      done.map(({ change, object, entra_id, reason }) => ({ change, object, entra_id, reason })),
    ).toEqual(shown)
  })

  test('of two organizations never share a person, and the second has whom the first lets go', async () => {
    const { directory } = world.emulator
    const a = somebody()
    const group = groupOf(a.id, somebody(1).id)
    const settings = { scope: scopeOf(group), removedUsers: { graceDays: 0 } }
    await world.connect(first, { settings })
    await world.connect(second, { settings: { scope: { kind: 'all' } } })
    await sync()
    await world.sync(second)
    expect([(await rowOf(a.id))?.state, (await rowOf(a.id, second))?.state_reason]).toEqual([
      'active',
      'elsewhere',
    ])

    directory.removeMember(group, a.id)
    await sync()
    await world.clock.wait(1000)
    await sync()
    await world.sync(second)

    expect([(await rowOf(a.id))?.state, (await rowOf(a.id, second))?.state]).toEqual([
      'outside',
      'active',
    ])
  })
})

describe('the brake', () => {
  const lose = (count: number) => {
    for (let index = count; index > 0; index -= 1) {
      world.emulator.directory.deleteUser(somebody().id)
    }
  }
  const decide = (run: string) => ({ run, by: 'test', reason: null })

  beforeEach(async () => {
    await world.connect(first, { settings: { brake: { atLeast: 3, percent: 0 } } })
    await sync()
  })

  test('holds what is too much, lets it go when approved and then reads nothing', async () => {
    lose(4)
    const before = await world.copy(first)
    let held: Awaited<ReturnType<typeof sync>> | undefined
    expect(
      await told(async () => {
        held = await sync()
      }),
    ).toEqual([])
    expect(held?.outcome).toEqual({ kind: 'held' })
    expect(await world.copy(first)).toEqual(before)
    const id = held?.id ?? 'run_none'

    await approveHeldRun(starting(), first, decide(id))
    world.emulator.log.clear()
    const done = await told(() => runSync(world.parts, first, id, signal()))

    expect(done).toEqual(Array.from({ length: 4 }, () => 'removed user recycleBin'))
    expect(world.emulator.log.count({ side: 'graph' })).toBe(0)
  })

  test('holds again what was cancelled, and a later run takes an earlier one over', async () => {
    lose(4)
    const one = await sync()
    await cancelSyncRun(starting(), first, decide(one.id))
    const two = await sync()
    const three = await sync('full')

    expect([one, two, three].map(({ outcome }) => outcome.kind)).toEqual(['held', 'held', 'held'])
    expect((await findRun(world.db, first, two.id))?.decision).toMatchObject({
      kind: 'superseded',
      by: three.id,
    })
    await expect(approveHeldRun(starting(), first, decide(two.id))).rejects.toThrow(
      'syncRunSuperseded',
    )
  })

  test('holds a scope whose group is emptied, and one whose group is gone', async () => {
    const { directory } = world.emulator
    const members = [somebody(0).id, somebody(1).id]
    const group = groupOf(...members)
    await world.connect(second, {
      settings: { scope: scopeOf(group), brake: { atLeast: 1000, percent: 100 } },
    })
    await world.clock.wait(1)
    // The first organization would have them; it lets everybody go.
    await world.db.deleteFrom('connections').where('organization_id', '=', first).execute()
    await world.db.deleteFrom('directory_users').where('organization_id', '=', first).execute()
    await world.sync(second)
    for (const member of members) directory.removeMember(group, member)

    const emptied = await world.sync(second)
    directory.deleteGroup(group)
    const gone = await world.sync(second)

    const codes = await Promise.all(
      [emptied, gone].map(async ({ id }) => (await findRun(world.db, second, id))?.holds[0]?.code),
    )
    expect(codes).toEqual(['scopeGroupEmpty', 'scopeGroupGone'])
    expect((await world.copy(second)).users).toHaveLength(2)
  })
})
