import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { openGroups } from '../../testing/tenant-life.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findChangesOfRun, listChangesOfRun } from './changes-store.ts'
import { findRun } from './sync-runs-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 20, groups: 8 })
  ;({ first } = await world.organizations())
  await world.connect(first)
  await world.sync(first)
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const tryOut = () => world.sync(first, 'delta', undefined, true)
async function proposed(run: string) {
  const of = await findChangesOfRun(world.db, first, run)
  if (!of) throw new Error('no such run')
  return await listChangesOfRun(world.db, first, of, { limit: 10, after: undefined })
}

test('a dry run shows what can be read, and names what cannot', async () => {
  const { directory, trouble } = world.emulator
  const [user] = directory.users
  directory.updateUser(user?.id ?? '', { displayName: 'Somebody Else' })
  trouble.add({ path: '/v1.0/groups/delta', fault: { kind: 'forbidden' } })
  const before = await world.copy(first)

  const { outcome, id } = await tryOut()

  const problem = {
    code: 'Authorization_RequestDenied',
    values: { permission: 'Group.Read.All', stream: 'groups' },
  }
  expect(outcome).toMatchObject({ kind: 'failed', problem })
  const run = await findRun(world.db, first, id)
  expect(run).toMatchObject({ state: 'failed', problem, counts: { users: { updated: 1 } } })
  expect(run?.progress.streams.map(({ stream, state }) => [stream, state])).toEqual([
    ['users', 'done'],
    ['groups', 'failed'],
    ['devices', 'done'],
  ])
  expect(await proposed(id)).toMatchObject([{ change: 'updated', entraId: user?.id }])
  expect(await world.copy(first)).toEqual(before)
})

test('a dry run that can read nothing shows nothing', async () => {
  world.emulator.trouble.add({ path: '/v1.0/*/delta', fault: { kind: 'forbidden' } })

  const { outcome, id } = await tryOut()

  expect(outcome).toMatchObject({
    kind: 'failed',
    problem: { code: 'Authorization_RequestDenied' },
  })
  expect(await proposed(id)).toEqual([])
})

/** Somebody who joined a group while in the recycle bin, which no stream tells. */
async function backWithNews() {
  const { directory, scenario } = world.emulator
  scenario.delta.losesChangesWhileAway = true
  const [group] = openGroups(directory)
  const inside = new Set(directory.members(group?.id ?? '').map(({ id }) => id))
  const person = directory.users.find(({ id }) => !inside.has(id))?.id ?? ''
  directory.deleteUser(person)
  await world.sync(first)
  directory.addMember(group?.id ?? '', person)
  directory.restoreUser(person)
  return { group: group?.id, person }
}

test('a dry run asks about whoever came back, and shows what the run learns', async () => {
  const { group, person } = await backWithNews()

  const tried = await tryOut()

  const shown = await proposed(tried.id)
  expect(shown).toContainEqual(
    expect.objectContaining({ change: 'added', entraId: group, memberEntraId: person }),
  )
  const before = await world.copy(first)
  const done = await world.sync(first)
  expect(before).not.toEqual(await world.copy(first))
  const counts = async (run: string) => (await findRun(world.db, first, run))?.counts
  expect(await counts(done.id)).toEqual(await counts(tried.id))
  expect((await proposed(done.id)).map(kindOf)).toEqual(shown.map(kindOf))
})

test('a dry run that is not told about whoever came back shows the rest, and says so', async () => {
  const { person } = await backWithNews()
  const path = `/v1.0/users/${person}/memberOf`
  world.emulator.trouble.add({ path, fault: { kind: 'answer', status: 401 } })

  const { outcome, id } = await tryOut()

  expect(outcome).toMatchObject({ kind: 'failed' })
  expect((await proposed(id)).map(kindOf)).toEqual([`user restored ${person}`])
})

const kindOf = ({ object, change, entraId }: Awaited<ReturnType<typeof proposed>>[number]) =>
  `${object} ${change} ${entraId}`
