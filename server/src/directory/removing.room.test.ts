import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import type { Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { recordDay } from './days-store.ts'
import { removeSynchronised } from './remove-synchronised.ts'
import { saveDirectorySettings } from './save-directory-settings.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import { findSiblings, lockState } from './settle-store.ts'
import { startSync } from './start-sync.ts'
import { findSynchronisedTenant } from './streams-store.ts'

const database = await testDatabase()
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database, { users: 20, groups: 6 })
  ;({ first, second } = await world.organizations())
})
afterEach(() => world[Symbol.asyncDispose]())
afterAll(() => database[Symbol.asyncDispose]())

async function remove(organization: OrganizationId, what: 'users' | 'groups') {
  const { slug } = await world.db
    .selectFrom('organizations')
    .select('slug')
    .where('id', '=', organization)
    .executeTakeFirstOrThrow()
  const asked = { organization, slug, confirm: slug, now: world.clock.now() }
  return await removeSynchronised(world.db, asked, what)
}

async function left(organization: OrganizationId) {
  const count = async (table: 'directory_devices' | 'directory_streams' | 'directory_unapplied') =>
    (
      await world.db
        .selectFrom(table)
        .select('organization_id')
        .where('organization_id', '=', organization)
        .execute()
    ).length
  return {
    devices: await count('directory_devices'),
    streams: await count('directory_streams'),
    unapplied: await count('directory_unapplied'),
  }
}

describe('removing', () => {
  test('the last kind leaves nothing of the tenant, devices included', async () => {
    const [odd] = world.emulator.directory.devices
    await world.connect(first)
    await world.connect(second)
    await world.sync(first)
    await world.sync(second)
    await world.db
      .insertInto('directory_unapplied')
      .values({
        organization_id: first,
        kind: 'device',
        entra_id: odd?.id ?? '',
        code: 'unreadableProperty',
        values: '{}',
        run_id: 'run_before',
        first_seen_at: world.clock.now(),
        last_tried_at: world.clock.now(),
        next_try_at: null,
        tries: 1,
      })
      .execute()
    await world.connect(first, { syncUsers: false, syncGroups: false })
    const before = await left(second)

    await remove(first, 'users')
    expect(await left(first)).toEqual({ devices: before.devices, streams: 2, unapplied: 1 })
    await remove(first, 'groups')

    expect(before.devices).toBeGreaterThan(0)
    expect(await left(first)).toEqual({ devices: 0, streams: 0, unapplied: 0 })
    expect(await left(second)).toEqual(before)
    expect(await findSynchronisedTenant(world.db, first)).toBeUndefined()
    await world.db.deleteFrom('connections').where('organization_id', '=', first).execute()
    expect(await findSiblings(world.db, second, world.emulator.tenant.id)).toEqual([])
  })

  test('what groups were chosen from does not hold the runs to come', async () => {
    const { directory } = world.emulator
    const group = directory.groups.find(({ id }) => directory.members(id).length > 0)
    const groups = [{ entraId: group?.id ?? '', transitive: false }]
    await world.connect(first, { settings: { scope: { kind: 'groups', groups } } })
    await world.sync(first)
    await world.connect(first, { syncUsers: false, syncGroups: false })

    await remove(first, 'groups')

    const state = await world.db.transaction().execute((tx) => lockState(tx, first))
    expect(state.scopeMembers).toEqual({})
  })

  test('takes names also out of what runs would have changed', async () => {
    await world.connect(first)
    await world.sync(first)
    world.emulator.directory.updateUser(world.emulator.directory.users[0]?.id ?? '', {
      displayName: 'Somebody Else',
    })
    await world.sync(first, 'delta', undefined, true)
    await world.connect(first, { syncUsers: false })

    await remove(first, 'users')

    const proposals = await world.db
      .selectFrom('sync_proposals')
      .select(['object', 'name', 'fields'])
      .where('organization_id', '=', first)
      .execute()
    expect(proposals).toEqual([{ object: 'user', name: null, fields: null }])
  })
})

test('of whoever is deleted for good no name is left in what runs would have changed', async () => {
  const { directory } = world.emulator
  const [gone, stays] = directory.users
  await world.connect(first, { settings: { removedUsers: { graceDays: 0 } } })
  await world.sync(first)
  for (const user of [gone, stays]) directory.updateUser(user?.id ?? '', { displayName: 'Renamed' })
  await world.sync(first, 'delta', undefined, true)
  directory.purgeUser(gone?.id ?? '')

  await world.sync(first)
  await world.clock.wait(1000)
  await world.sync(first)

  const names = await world.db
    .selectFrom('sync_proposals')
    .select(['entra_id', 'name', 'fields'])
    .where('organization_id', '=', first)
    .execute()
  expect(names.find((row) => row.entra_id === gone?.id)).toMatchObject({ name: null, fields: null })
  expect(names.find((row) => row.entra_id === stays?.id)).toMatchObject({ name: 'Renamed' })
})

describe('while a run writes', () => {
  /** Until so many wait for what others hold. */
  async function untilWaiting(count: number): Promise<void> {
    const waiting = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from pg_locks where not granted`.execute(world.db)
      return rows[0]?.count
    }
    await expect.poll(waiting, { interval: 20 }).toBe(count)
  }
  /** Adds a row that refers to the organization, as every run does at its end. */
  const endDay = (tx: Db) => recordDay(tx, first, new Date('2027-01-01'))

  test.each(['saving', 'removal'] as const)(
    'the %s waits for it, and it for nobody',
    async (what) => {
      // One connection has nobody to wait for.
      if (database.kind === 'embedded') return
      await world.connect(first)
      await world.sync(first)
      await world.connect(first, { syncUsers: false })
      const parts = { ...world.parts, enqueue: world.enqueue }
      const begin = {
        saving: () => saveDirectorySettings(parts, first, DEFAULT_SETTINGS, 'test'),
        removal: () => remove(first, 'users'),
      }

      const [other] = await world.db.transaction().execute(async (tx) => {
        await lockState(tx, first)
        const other = begin[what]()
        await untilWaiting(1)
        await endDay(tx)
        return [other]
      })

      await expect(other).resolves.not.toThrow()
    },
  )

  test('no run starts while what was synchronised is being removed', async () => {
    if (database.kind === 'embedded') return
    await world.connect(first)
    await world.sync(first)
    await world.connect(first, { syncUsers: false })
    const parts = { ...world.parts, enqueue: world.enqueue }
    const order: string[] = []

    const both = await world.db.transaction().execute(async (tx) => {
      await lockState(tx, first)
      const removed = remove(first, 'users').then(() => order.push('removed'))
      await untilWaiting(1)
      const wanted = { mode: 'delta', trigger: 'api', by: 'test' } as const
      const started = startSync(parts, first, wanted).then(() => order.push('started'))
      await untilWaiting(2)
      return [removed, started]
    })
    await Promise.all(both)

    expect(order).toEqual(['removed', 'started'])
  })
})
