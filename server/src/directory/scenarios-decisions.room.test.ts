import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { approveHeldRun, cancelSyncRun } from './decide-run.ts'
import { runSync } from './run-sync.ts'
import { saveDirectorySettings } from './save-directory-settings.ts'
import { findSettings } from './settings-store.ts'
import { startSync } from './start-sync.ts'
import { findStream } from './streams-store.ts'
import { findRun, findRunUnderWay } from './sync-runs-store.ts'

// What people decide while a run is under way, or about one that is held.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database)
  ;({ first } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

const starting = () => ({ db: world.db, clock: world.clock, enqueue: async () => undefined })
const decided = (run: string) => ({ run, by: 'test', reason: 'looked at it' })
const signal = () => new AbortController().signal

async function statesOf(ids: readonly string[]): Promise<string[]> {
  const rows = await acrossOrganizations(world.db)
    .selectFrom('directory_users')
    .select('state')
    .where('organization_id', '=', first)
    .where('entra_id', 'in', [...ids])
    .orderBy('entra_id')
    .execute()
  return rows.map(({ state }) => state)
}

test('rules that are saved while a run is reading count when it settles', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  const guests = directory.users.filter(({ userType }) => userType === 'Guest')
  expect(guests.length).toBeGreaterThan(0)
  directory.updateUser(directory.users[0]?.id ?? '', { displayName: 'Changed' })
  const { clients, parts, db } = world
  let isSaved = false
  const find: typeof clients.find = async (organization) => {
    const client = await clients.find(organization)
    if (!client) return undefined
    const get: typeof client.graph.get = async (target, options) => {
      if (!isSaved && target.includes('/delta')) {
        isSaved = true
        const { settings } = await findSettings(db, first)
        const wanted = { ...settings, guests: 'exclude' as const }
        await saveDirectorySettings(starting(), first, wanted, 'test')
      }
      return await client.graph.get(target, options)
    }
    return { ...client, graph: { ...client.graph, get } }
  }
  const run = await startSync(starting(), first, { mode: 'delta', trigger: 'api', by: 'test' })
  if (!run) throw new Error('a run is under way')

  await runSync({ ...parts, clients: { ...clients, find } }, first, run.id, signal())

  expect(isSaved).toBe(true)
  expect(new Set(await statesOf(guests.map(({ id }) => id)))).toEqual(new Set(['removed']))
})

test('an approval does not cover people who were not shown, however many', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  const people = directory.users.filter(({ accountEnabled }) => accountEnabled)
  const shown = people.slice(0, 25).map(({ id }) => id)
  const others = people.slice(25, 50).map(({ id }) => id)
  for (const id of shown) directory.deleteUser(id)
  const { id, outcome } = await world.sync(first)
  expect(outcome).toEqual({ kind: 'held' })
  // Another process reads further and dies before it settles: the held run is still the latest.
  await acrossOrganizations(world.db)
    .updateTable('directory_users')
    .set({ entra_state: 'present', unsettled: false })
    .where('organization_id', '=', first)
    .where('entra_id', 'in', shown)
    .execute()
  await acrossOrganizations(world.db)
    .updateTable('directory_users')
    .set({ entra_state: 'binned', unsettled: true })
    .where('organization_id', '=', first)
    .where('entra_id', 'in', others)
    .execute()

  await approveHeldRun(starting(), first, decided(id))
  const again = await runSync(world.parts, first, id, signal())

  expect(again).toEqual({ kind: 'held' })
  expect(new Set(await statesOf([...shown, ...others]))).toEqual(new Set(['active']))
})

test('a full read that missed people who were there all the while is repeated after an hour, and nobody is lost', async () => {
  await world.connect(first)
  await world.sync(first)
  const before = await world.copy(first)
  const missed = new Set(before.users.slice(0, 30).map((user) => user.entra_id))
  // As a filter or an outage would: people are left out of the answers, and nothing says so.
  const { clients } = world
  const find: typeof clients.find = async (organization) => {
    const client = await clients.find(organization)
    if (!client) return undefined
    const get: typeof client.graph.get = async (target, options) => {
      const answer = await client.graph.get(target, options)
      const body = answer.json as { value?: { id: string }[] }
      if (!target.includes('/users/delta') || !body.value) return answer
      return { ...answer, json: { ...body, value: body.value.filter(({ id }) => !missed.has(id)) } }
    }
    return { ...client, graph: { ...client.graph, get } }
  }
  const bad = await startSync(starting(), first, { mode: 'full', trigger: 'api', by: 'test' })
  if (!bad) throw new Error('a run is under way')
  const worse = { ...world.parts, clients: { ...clients, find } }
  expect(await runSync(worse, first, bad.id, signal())).toEqual({ kind: 'held' })
  expect((await world.sync(first)).outcome).toEqual({ kind: 'held' })

  await world.clock.wait(61 * 60 * 1000)
  const { outcome } = await world.sync(first)

  expect(outcome).toEqual({ kind: 'succeeded' })
  expect(await world.copy(first)).toEqual(before)
  expect((await findStream(world.db, first, 'users'))?.sweepDue).toBe(false)
})

test('a wish to stop that comes while a run settles is none for the decision after it', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  for (const { id } of directory.users.slice(0, 30)) directory.deleteUser(id)
  const { id } = await world.sync(first)
  await acrossOrganizations(world.db)
    .updateTable('sync_runs')
    .set({ cancel_requested: true })
    .where('organization_id', '=', first)
    .where('id', '=', id)
    .execute()

  await approveHeldRun(starting(), first, decided(id))

  expect(await runSync(world.parts, first, id, signal())).toEqual({ kind: 'succeeded' })
})

test('a run that is given up leaves everything, and the next one is held with a list of its own', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  for (const { id } of directory.users.slice(0, 30)) directory.deleteUser(id)
  const { id } = await world.sync(first)
  await cancelSyncRun(starting(), first, decided(id))

  const { outcome, id: next } = await world.sync(first)

  expect(outcome).toEqual({ kind: 'held' })
  expect(await findRun(world.db, first, id)).toMatchObject({ state: 'cancelled' })
  expect((await findRun(world.db, first, next))?.holds).toMatchObject([{ code: 'manyPeople' }])
})

test('a held run that newer ones replaced is decided no more, and the refusal names the newest', async () => {
  const { directory } = world.emulator
  await world.connect(first)
  await world.sync(first)
  for (const { id } of directory.users.slice(0, 30)) directory.deleteUser(id)
  const { id } = await world.sync(first)
  await world.sync(first)
  const { id: newest } = await world.sync(first)

  const refusal = { status: 409, code: 'syncRunSuperseded', instead: newest }
  await expect(approveHeldRun(starting(), first, decided(id))).rejects.toMatchObject(refusal)
  await expect(cancelSyncRun(starting(), first, decided(id))).rejects.toMatchObject(refusal)
  await cancelSyncRun(starting(), first, decided(newest))

  // Nothing is held any more: then the one that replaced it tells what became of it.
  const after = await findRun(world.db, first, id)
  await expect(approveHeldRun(starting(), first, decided(id))).rejects.toMatchObject({
    ...refusal,
    instead: after?.decision?.by,
  })
  await expect(approveHeldRun(starting(), first, decided(newest))).rejects.toMatchObject({
    code: 'syncRunNotHeld',
    instead: undefined,
  })
})

test('rules are not saved where the run that they need cannot be started', async () => {
  await world.connect(first)
  const { settings } = await findSettings(world.db, first)
  const enqueue = () => Promise.reject(new Error('no queue'))
  const wanted = { ...settings, guests: 'exclude' as const }

  const saving = saveDirectorySettings({ ...starting(), enqueue }, first, wanted, 'test')

  await expect(saving).rejects.toThrow('no queue')
  expect((await findSettings(world.db, first)).settings.guests).toBe('include')
  expect(await findRunUnderWay(world.db, first)).toBeUndefined()
})
