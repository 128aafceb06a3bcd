import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { findRun, runSync } from '../directory/index.ts'
import { steppingClock } from '../platform/clock.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findPersonRoles } from '../roles/index.ts'
import { defineJobs } from './jobs.ts'
import { followDirectory, judgeRoles, toSyncParts } from './sync-parts.ts'
import { asToken, testApi } from './testing.ts'

// What Entra takes from people counts at once, but for the last whom a group makes an owner or administrator.

const database = await testDatabase()
const api = testApi(database.database, steppingClock(new Date('2026-11-25T08:00:00Z')))
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let group: string

beforeAll(async () => {
  // What is approved is put into the queue; the tests carry it out themselves.
  defineJobs(api.jobs, api.parts, toSyncParts(api.parts, api.entra))
  await api.jobs.start(false)
})
beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 8, groups: 2 })
  const { clock } = world
  Object.assign(world.parts, { ended: followDirectory({ clock }), judge: judgeRoles })
  ;({ first } = await world.organizations())
  await world.connect(first, { settings: { brake: { atLeast: 1000, percent: 100 } } })
  group = world.emulator.directory.addGroup({ displayName: 'Admins' }).id
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(async () => {
  await api.jobs.stop()
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function call(method: 'POST' | 'DELETE', path: string, payload?: object) {
  const headers = await asToken(api.parts, 'owner')
  const url = `/api/v1/organizations/default${path}`
  const answer = await api.app.inject({ method, url, headers, ...(payload ? { payload } : {}) })
  if (answer.statusCode >= 400) throw new Error(`${path} answered ${answer.body}`)
  return answer.body ? answer.json() : undefined
}

const active = (index: number) => {
  const people = world.emulator.directory.users.filter(
    (user) => user.accountEnabled !== false && user.userType !== 'Guest',
  )
  const found = people[index]
  if (!found) throw new Error('the company is too small')
  return found.id
}
const rowOf = async (table: 'directory_users' | 'directory_groups', entraId: string) =>
  await world.db
    .selectFrom(table)
    .select('id')
    .where('organization_id', '=', first)
    .where('entra_id', '=', entraId)
    .executeTakeFirstOrThrow()

/** Puts people into the group, and gives it a role. @returns the assignment. */
async function give(role: 'owner' | 'administrator' | 'helpdesk', ...people: string[]) {
  for (const person of people) world.emulator.directory.addMember(group, person)
  await world.sync(first)
  const { id } = await rowOf('directory_groups', group)
  const given = await call('POST', '/role-assignments', { role, holder: { kind: 'group', id } })
  return String(given.id)
}
const rolesOf = async (entraId: string) =>
  await findPersonRoles(world.db, first, (await rowOf('directory_users', entraId)).id)

/** Synchronises. @returns the run, how it ended, and why it is held. */
async function sync() {
  await world.clock.wait(60_000)
  const { id, outcome } = await world.sync(first)
  const holds = (await findRun(world.db, first, id))?.holds ?? []
  return { id, kind: outcome.kind, holds }
}

async function approve(run: `run_${string}`) {
  await call('POST', `/directory/sync-runs/${run}/approve`, { reason: 'they left' })
  const { signal } = new AbortController()
  return (await runSync(world.parts, first, run, signal)).kind
}

describe('a group that makes people administrators', () => {
  test('is not emptied unasked: the run is held, they stay, and go once somebody approved', async () => {
    const [ada, bela] = [active(0), active(1)]
    await give('administrator', ada, bela)
    for (const person of [ada, bela]) world.emulator.directory.removeMember(group, person)

    const held = await sync()
    const meanwhile = await rolesOf(ada)
    const approved = await approve(held.id)

    expect(held.kind).toBe('held')
    expect(held.holds).toEqual([
      { code: 'administratorGroupEmpty', values: { group: 'Admins', entraId: group, had: 2 } },
    ])
    expect(meanwhile).toEqual(['administrator'])
    expect(approved).toBe('succeeded')
    expect([await rolesOf(ada), await rolesOf(bela)]).toEqual([[], []])
    expect((await sync()).kind).toBe('succeeded')
  })

  test('is held again by every run until then, whoever gave the one before up', async () => {
    const ada = active(0)
    await give('owner', ada)
    world.emulator.directory.removeMember(group, ada)
    const { id } = await sync()
    await call('POST', `/directory/sync-runs/${id}/cancel`)

    const again = await sync()

    expect(again.holds).toMatchObject([{ code: 'ownerGroupEmpty', values: { had: 1 } }])
    expect(await rolesOf(ada)).toEqual(['owner'])
  })

  test('is held when its last person is deleted, or the group itself', async () => {
    const ada = active(0)
    await give('administrator', ada)
    world.emulator.directory.deleteUser(ada)
    const person = await sync()
    world.emulator.directory.restoreUser(ada)
    const back = await sync()
    world.emulator.directory.deleteGroup(group, { soft: true })
    const whole = await sync()

    expect([person.kind, back.kind, whole.kind]).toEqual(['held', 'succeeded', 'held'])
    expect(whole.holds).toMatchObject([{ code: 'administratorGroupEmpty' }])
    expect(await rolesOf(ada)).toEqual(['administrator'])
  })

  test('loses whoever is not the last at once', async () => {
    const [ada, bela] = [active(0), active(1)]
    await give('administrator', ada, bela)
    world.emulator.directory.removeMember(group, ada)

    expect((await sync()).kind).toBe('succeeded')

    expect([await rolesOf(ada), await rolesOf(bela)]).toEqual([[], ['administrator']])
  })

  test('loses even the last at once when Entra disables them: they may be somebody else by now', async () => {
    const ada = active(0)
    await give('administrator', ada)
    world.emulator.directory.updateUser(ada, { accountEnabled: false })
    world.emulator.directory.removeMember(group, ada)

    expect((await sync()).kind).toBe('succeeded')

    expect(await rolesOf(ada)).toEqual([])
  })

  test('loses them with the assignment, which waits for no run', async () => {
    const ada = active(0)
    const assignment = await give('administrator', ada)
    world.emulator.directory.removeMember(group, ada)
    await sync()

    await call('DELETE', `/role-assignments/${assignment}`)

    expect(await rolesOf(ada)).toEqual([])
    expect((await sync()).kind).toBe('succeeded')
  })

  test('makes a dry run say that it would be held', async () => {
    const ada = active(0)
    await give('administrator', ada)
    world.emulator.directory.removeMember(group, ada)

    const { id } = await world.sync(first, 'delta', new AbortController().signal, true)

    const found = await findRun(world.db, first, id)
    expect(found?.holds).toMatchObject([{ code: 'administratorGroupEmpty' }])
  })
})

test('an approval of one emptied group is none of another', async () => {
  const [ada, bela] = [active(0), active(1)]
  await give('administrator', ada)
  world.emulator.directory.removeMember(group, ada)
  const { id } = await sync()
  const other = world.emulator.directory.groups.find((one) => one.id !== group)?.id ?? ''
  const { db } = world
  // As if somebody had given it the role, and it had been emptied, after the run was held.
  await db
    .insertInto('role_assignments')
    .values({
      organization_id: first,
      id: 'rol_other',
      role: 'administrator',
      user_id: null,
      group_id: (await rowOf('directory_groups', other)).id,
      includes_guests: false,
      created_at: world.clock.now(),
      created_by: 'test',
      reached: [(await rowOf('directory_users', bela)).id],
    })
    .execute()
  await db
    .deleteFrom('directory_memberships')
    .where('organization_id', '=', first)
    .where('group_entra_id', '=', other)
    .execute()

  expect(await approve(id)).toBe('held')
  expect(await rolesOf(ada)).toEqual(['administrator'])
})

test('a role that is not strong goes at once, with its last person', async () => {
  const ada = active(0)
  await give('helpdesk', ada)
  world.emulator.directory.removeMember(group, ada)

  expect((await sync()).kind).toBe('succeeded')

  expect(await rolesOf(ada)).toEqual([])
})
