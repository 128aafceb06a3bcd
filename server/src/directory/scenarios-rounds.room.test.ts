import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { lastChangeNumber, readChangesAfter } from './record-changes-store.ts'
import { runSync } from './run-sync.ts'
import { startSync } from './start-sync.ts'
import { findStream } from './streams-store.ts'
import { findRun } from './sync-runs-store.ts'

// How a round of pages begins, breaks off, goes on and ends; some pages are written out by hand.

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

const DELTA = '/v1.0/users/delta'
const GROUPS_DELTA = '/v1.0/groups/delta'
/** What goes is no flood that somebody has to look at. */
const UNMOVED = { atLeast: 1000, percent: 100 }
const FORBIDDEN = { kind: 'forbidden' } as const
type Item = { readonly id: string; readonly [property: string]: unknown }

/** From now on a delta answers with these pages, each led to by the one before. */
function answerWith(path: string, ...pages: (readonly Item[])[]): void {
  for (const [index, value] of pages.entries()) {
    const isLast = index === pages.length - 1
    const link = `${world.emulator.url}${path}?$skiptoken=by-hand-${index + 1}`
    const body = { value, [isLast ? '@odata.deltaLink' : '@odata.nextLink']: link }
    const fault = { kind: 'answer', status: 200, body } as const
    world.emulator.trouble.add({ path, nth: [index + 1], fault })
  }
}

const person = (number: number, more: object = {}): Item => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  userPrincipalName: `person${number}@contoso.example`,
  displayName: `Person ${number}`,
  accountEnabled: true,
  userType: 'Member',
  ...more,
})
const stream = (name: 'users' | 'groups' = 'users') => findStream(world.db, first, name)
const namesHere = async () => (await world.copy(first)).users.map((user) => user.display_name)

/** The feed from now on, as "change object". */
async function told(what: () => Promise<unknown>): Promise<string[]> {
  const before = await lastChangeNumber(world.db, first)
  await what()
  const rows = await readChangesAfter(world.db, first, before, 1000)
  return rows.map(({ change, object }) => `${change} ${object}`)
}

test('a member who leaves a deciding group and is back before the first round ends is in it', async () => {
  const { emulator } = world
  const group = emulator.directory.groups[0]?.id ?? ''
  const [member] = emulator.directory.members(group)
  const groups = [{ entraId: group, transitive: false }]
  await world.connect(first, { settings: { scope: { kind: 'groups', groups } } })
  const told = { '@odata.type': '#microsoft.graph.user', id: member?.id }
  const gone = { ...told, '@removed': { reason: 'deleted' } }
  answerWith(
    GROUPS_DELTA,
    ...[told, gone, told].map((item) => [
      { id: group, displayName: 'Staff', 'members@delta': [item] },
    ]),
  )

  await world.sync(first)

  const { edges } = await world.copy(first)
  expect(edges.filter((edge) => edge.group_entra_id === group)).toMatchObject([
    { member_entra_id: member?.id },
  ])
})

describe('a first round of three pages', () => {
  beforeEach(async () => {
    world.emulator.scenario.delta.pageSizes = [10]
    await world.connect(first, { syncGroups: false })
  })

  test('brings everybody once and keeps the deltaLink with the third page, not before it', async () => {
    world.emulator.trouble.add({ path: DELTA, nth: [3], fault: FORBIDDEN })
    await world.sync(first)
    const [before, here] = [await stream(), await namesHere()]
    world.emulator.log.clear()

    await world.sync(first)

    expect(here).toHaveLength(20)
    expect(before).toMatchObject({ round: 'full', deltaLink: undefined, lastSuccessAt: undefined })
    expect(before?.cursorUrl).toContain('skiptoken')
    expect(await stream()).toMatchObject({ round: 'delta', cursorUrl: undefined })
    expect((await stream())?.deltaLink).toContain('deltatoken')
    expect((await world.copy(first)).users).toEqual(truthOf(world.emulator).users)
    expect(world.emulator.log.count({ path: DELTA })).toBe(1)
  })

  test('that a lost secret interrupts goes on at its cursor once the new one is saved', async () => {
    const { apps, app, trouble, log } = world.emulator
    trouble.add({ path: DELTA, nth: [3], fault: { kind: 'unauthorized' } })
    apps.expireSecret(app.clientId)
    // The token at hand is still good for two pages: it was fetched before the secret ended.
    const { outcome } = await withTokenAtHand()
    const cursor = (await stream())?.cursorUrl
    const { value } = apps.addSecret(app.clientId)
    await world.connect(first, { syncGroups: false, secret: value })
    log.clear()

    await world.sync(first)

    expect(outcome).toMatchObject({ kind: 'failed', problem: { code: 'AADSTS7000222' } })
    expect(cursor).toContain('skiptoken')
    expect((await world.copy(first)).users).toEqual(truthOf(world.emulator).users)
    expect(log.count({ path: DELTA })).toBe(1)
  })

  async function withTokenAtHand() {
    const { apps, app } = world.emulator
    const secret = apps.get(app.clientId).secrets[0]
    if (!secret) throw new Error('the application has no secret')
    const { expiresAt } = secret
    secret.expiresAt = new Date(world.clock.now().getTime() + 60_000)
    await (await world.clients.find(first))?.tokens.token()
    secret.expiresAt = expiresAt
    return await world.sync(first)
  }
})

describe('pages', () => {
  beforeEach(() => world.connect(first, { syncGroups: false }))

  test('that are empty and lead on are not the end', async () => {
    answerWith(DELTA, [person(1)], [], [], [person(2)])

    await world.sync(first)

    expect(await namesHere()).toEqual(['Person 1', 'Person 2'])
  })

  test('of a round that brings nothing replace the deltaLink, move the last success and write nothing', async () => {
    answerWith(DELTA, [person(1)], [])
    await world.sync(first)
    const [before, row] = [await stream(), await rowOf(1)]
    await world.clock.wait(60_000)
    world.emulator.trouble.clear()
    answerWith(DELTA, [])

    const changes = await told(() => world.sync(first))

    const after = await stream()
    expect(changes).toEqual([])
    expect(await rowOf(1)).toEqual(row)
    expect(before?.deltaLink).toContain('by-hand-2')
    expect(after?.deltaLink).toContain('by-hand-1')
    expect(after?.lastSuccessAt?.getTime()).toBeGreaterThan(before?.lastSuccessAt?.getTime() ?? 0)
  })

  test('that tell somebody twice with different names leave the last one, and tell one change', async () => {
    answerWith(DELTA, [person(1)])
    await world.sync(first)
    world.emulator.trouble.clear()
    answerWith(DELTA, [person(1, { displayName: 'Once' }), person(1, { displayName: 'Last' })])

    expect(await told(() => world.sync(first))).toEqual(['updated user'])
    expect(await namesHere()).toEqual(['Last'])
  })

  test('that come back to somebody three pages later make one row, with the last values', async () => {
    answerWith(DELTA, [person(1)], [person(2)], [person(3)], [person(1, { displayName: 'Last' })])

    await world.sync(first)

    expect(await namesHere()).toEqual(['Last', 'Person 2', 'Person 3'])
  })

  test('of which one swaps names with the next end right, also where the round broke off between them', async () => {
    answerWith(DELTA, [person(1), person(2)])
    await world.sync(first)
    const [one, two] = ['person1@contoso.example', 'person2@contoso.example']
    world.emulator.trouble.clear()
    answerWith(DELTA, [person(1, { userPrincipalName: two })], [])
    world.emulator.trouble.remove(world.emulator.trouble.rules.at(-1)?.id ?? 0)
    world.emulator.trouble.add({ path: DELTA, nth: [2], fault: FORBIDDEN })
    await world.sync(first)
    expect([(await rowOf(1))?.user_principal_name, (await rowOf(2))?.user_principal_name]).toEqual([
      two,
      two,
    ])
    world.emulator.trouble.clear()
    answerWith(DELTA, [person(2, { userPrincipalName: one })])

    await world.sync(first)

    expect([(await rowOf(1))?.user_principal_name, (await rowOf(2))?.user_principal_name]).toEqual([
      two,
      one,
    ])
  })

  const rowOf = (number: number) =>
    world.db
      .selectFrom('directory_users')
      .selectAll()
      .where('organization_id', '=', first)
      .where('entra_id', '=', person(number).id)
      .executeTakeFirst()
})

test('somebody who is told and, later in the round, deleted for good is gone, memberships too', async () => {
  const { directory } = world.emulator
  await world.connect(first, { settings: { removedUsers: { graceDays: 0 } } })
  await world.sync(first)
  const [edge] = truthOf(world.emulator).edges.filter(
    ({ member_entra_id: id }) => directory.find(id)?.kind === 'user',
  )
  const id = edge?.member_entra_id ?? ''
  answerWith(DELTA, [{ ...person(1), id }], [{ id, '@removed': { reason: 'deleted' } }])

  await world.sync(first)

  const { users, edges } = await world.copy(first)
  expect(users.map((user) => user.entra_id)).not.toContain(id)
  expect(edges.filter(({ member_entra_id: member }) => member === id)).toEqual([])
})

test('a Retry-After that is a date is waited for until then', async () => {
  await world.connect(first)
  const fault = { kind: 'throttle', retryAfterDateIn: 7 } as const
  world.emulator.trouble.add({ path: DELTA, nth: [1], fault })

  await world.sync(first)

  expect(world.clock.waitedMs[0]).toBeGreaterThan(5000)
  expect(world.clock.waitedMs[0]).toBeLessThanOrEqual(8000)
  expect(await world.copy(first)).toEqual(truthOf(world.emulator))
})

describe('a full round', () => {
  beforeEach(async () => {
    await world.connect(first)
    await world.sync(first)
  })

  test('that lists nobody removes nobody, and waits for somebody to decide', async () => {
    const before = await world.copy(first)
    answerWith(DELTA, [])

    const { outcome, id } = await world.sync(first, 'full')

    expect(outcome).toEqual({ kind: 'held' })
    expect((await findRun(world.db, first, id))?.holds).toMatchObject([
      { code: 'manyPeople', values: { removed: before.users.length } },
    ])
    expect(await world.copy(first)).toEqual(before)
  })

  test('for properties that a new version asks for is read by itself, and tells nobody as changed', async () => {
    await world.db
      .updateTable('directory_streams')
      .set({ select_hash: 'of an earlier version' })
      .where('organization_id', '=', first)
      .execute()

    const changes = await told(() => world.sync(first))

    expect(changes).toEqual([])
    expect((await stream())?.generation).toBe(2)
    expect((await stream('groups'))?.generation).toBe(2)
  })

  test('in which a group is deleted while its members are told ends without it, and never shows half of it', async () => {
    const { directory, scenario } = world.emulator
    await world.connect(first, { settings: { brake: UNMOVED } })
    Object.assign(scenario.delta, { memberSlice: 1, membersPerPage: 2, pageSizes: [2] })
    const group = largeGroup()
    const edgesOf = async () =>
      (await world.copy(first)).edges.filter((edge) => edge.group_entra_id === group.id)
    const before = await edgesOf()
    const shown: number[] = []

    const outcome = await runWatched('full', async (call) => {
      shown.push((await edgesOf()).length)
      if (call === 3) directory.purgeGroup(group.id)
    })

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(shown.length).toBeGreaterThan(5)
    expect(new Set(shown)).toEqual(new Set([before.length]))
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  test('in which the group that decides who belongs here is deleted waits for somebody, and nobody is let go', async () => {
    const { directory, scenario } = world.emulator
    const group = largeGroup()
    const groups = [{ entraId: group.id, transitive: false }]
    await world.connect(first, { settings: { scope: { kind: 'groups', groups }, brake: UNMOVED } })
    expect((await world.sync(first, 'full')).outcome).toEqual({ kind: 'succeeded' })
    Object.assign(scenario.delta, { memberSlice: 1, membersPerPage: 2, pageSizes: [2] })
    const before = await peopleHere()

    const outcome = await runWatched('full', async (call) => {
      if (call === 3) directory.purgeGroup(group.id)
    })

    expect(outcome).toEqual({ kind: 'held' })
    expect(before.length).toBeGreaterThan(5)
    expect(await peopleHere()).toEqual(before)
  })

  test('of groups whose members come in slices among those of others has all of them', async () => {
    const { directory, scenario } = world.emulator
    Object.assign(scenario.delta, { memberSlice: 2, membersPerPage: 4, openGroups: 3 })
    const large = directory.groups.find(({ id }) => directory.members(id).length > 10)
    expect(large).toBeDefined()

    const { outcome } = await world.sync(first, 'full')

    expect(outcome).toEqual({ kind: 'succeeded' })
    expect(await world.copy(first)).toEqual(truthOf(world.emulator))
  })

  const peopleHere = async () => (await world.copy(first)).users.map(({ entra_id }) => entra_id)

  /** One whose members may be read. */
  function largeGroup() {
    const { directory } = world.emulator
    const found = directory.groups.find(
      ({ id, visibility }) =>
        visibility !== 'HiddenMembership' && directory.members(id).length > 10,
    )
    if (!found) throw new Error('the seed is too small')
    return found
  }

  /** Carries a run out, and looks in before each call of groups/delta. */
  async function runWatched(mode: 'full', look: (call: number) => Promise<void>) {
    const { clients, parts, db, clock } = world
    let calls = 0
    const find: typeof clients.find = async (organization) => {
      const client = await clients.find(organization)
      if (!client) return undefined
      const get: typeof client.graph.get = async (target, options) => {
        if (/groups.*delta/.test(target)) await look(++calls)
        return await client.graph.get(target, options)
      }
      return { ...client, graph: { ...client.graph, get } }
    }
    const wanted = { mode, trigger: 'api', by: 'test' } as const
    const run = await startSync({ db, clock, enqueue: async () => undefined }, first, wanted)
    if (!run) throw new Error('a run is under way')
    const watched = { ...parts, clients: { ...clients, find } }
    return await runSync(watched, first, run.id, new AbortController().signal)
  }
})
