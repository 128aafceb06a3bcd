import type { DirectorySettings } from '@mooring/contract/directory'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { createLog } from '../platform/log.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { findEntraGroups } from './find-entra-groups.ts'
import { saveDirectorySettings } from './save-directory-settings.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import { findSettings } from './settings-store.ts'
import { countLeftOut, describeScope } from './settings-view-store.ts'
import { findNextRunAt, startDueSyncs } from './start-due-syncs.ts'

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

const parts = () => ({
  ...world.parts,
  enqueue: world.enqueue,
  log: createLog('silent', { write: () => undefined }),
})
/** As `connect` leaves them: with guests. */
const CONNECTED: DirectorySettings = { ...DEFAULT_SETTINGS, guests: 'include' }
const save = (organization: OrganizationId, more: Partial<DirectorySettings>) =>
  saveDirectorySettings(parts(), organization, { ...CONNECTED, ...more }, 'anna@contoso')

async function triggers(): Promise<string[]> {
  const runs = await acrossOrganizations(world.db)
    .selectFrom('sync_runs')
    .select(['organization_id', 'trigger', 'mode'])
    .execute()
  return runs
    .map((run) => {
      const whose = run.organization_id === first ? 'first' : 'second'
      return `${whose} ${run.trigger} ${run.mode}`
    })
    .sort()
}

async function marks(organization: OrganizationId) {
  return await world.db
    .selectFrom('directory_states')
    .select(['settle_all', 'rescope_all'])
    .where('organization_id', '=', organization)
    .executeTakeFirst()
}

async function end(state: 'succeeded' | 'failed' | 'held', problem: object | null = null) {
  await acrossOrganizations(world.db)
    .updateTable('sync_runs')
    .set({ state, problem: problem && JSON.stringify(problem) })
    .where('state', 'in', ['queued', 'running'])
    .execute()
}

const minutes = (count: number) => count * 60_000

describe('saving rules', () => {
  test('keeps them for the one organization, with who and when', async () => {
    await save(first, { guests: 'include' })

    const { settings, updatedAt, updatedBy } = await findSettings(world.db, first)
    expect([settings.guests, updatedAt, updatedBy]).toEqual([
      'include',
      world.clock.now(),
      'anna@contoso',
    ])
    expect(await findSettings(world.db, second)).toEqual({
      settings: DEFAULT_SETTINGS,
      updatedAt: undefined,
      updatedBy: undefined,
    })
  })

  test('without attributes and custom fields leaves those there were', async () => {
    await save(first, { attributes: ['mail', 'mail'], changeNotifications: false })

    const { attributes, customFields, changeNotifications, ...needed } = DEFAULT_SETTINGS
    await saveDirectorySettings(parts(), first, needed, 'ben')

    const { settings } = await findSettings(world.db, first)
    expect([settings.attributes, settings.changeNotifications]).toEqual([['mail'], false])
  })

  test('notes who is to be looked at again, and starts a run for it', async () => {
    await world.connect(first)

    await save(first, { removedUsers: { graceDays: 3 } })

    expect(await marks(first)).toEqual({ settle_all: true, rescope_all: false })
    expect(await marks(second)).toBeUndefined()
    expect(await triggers()).toEqual(['first settings delta'])
    expect(world.takeJobs()).toHaveLength(1)
  })

  test('while a run is under way starts none, and the note stays', async () => {
    await world.connect(first)
    await save(first, { guests: 'exclude' })
    const group = world.emulator.directory.groups[0]?.id ?? ''

    await save(first, {
      guests: 'exclude',
      scope: { kind: 'groups', groups: [{ entraId: group, transitive: true }] },
    })

    expect(await marks(first)).toEqual({ settle_all: true, rescope_all: true })
    expect(await triggers()).toEqual(['first settings delta'])
  })

  test('that nobody is concerned by starts no run', async () => {
    await world.connect(first)

    await save(first, { schedule: { kind: 'off' }, brake: { atLeast: 5, percent: 5 } })
    await save(second, {})

    expect(await triggers()).toEqual([])
    expect(await marks(first)).toBeUndefined()
    expect(await marks(second)).toEqual({ settle_all: true, rescope_all: false })
  })

  test('that cannot be kept saves nothing', async () => {
    const scope = {
      kind: 'groups' as const,
      groups: [{ entraId: '11111111-0000-4000-8000-000000000000', transitive: false }],
    }

    await expect(save(first, { scope })).rejects.toMatchObject({ code: 'scopeNeedsGroups' })
    await world.connect(first, { syncGroups: false })
    await expect(save(first, { scope })).rejects.toMatchObject({ code: 'scopeNeedsGroups' })

    expect((await findSettings(world.db, first)).settings.scope).toEqual({ kind: 'all' })
    expect(await marks(first)).toBeUndefined()
  })
})

describe('an attribute that is left out', () => {
  const peopleOf = (organization: OrganizationId) =>
    world.db
      .selectFrom('directory_users')
      .select(['entra_id', 'department', 'sort_department', 'custom_fields', 'search_words'])
      .where('organization_id', '=', organization)
      .execute()
  const historyOf = async (
    table: 'directory_changes' | 'sync_proposals',
    organization: OrganizationId,
  ) =>
    JSON.stringify(
      await world.db
        .selectFrom(table)
        .select(['change', 'fields'])
        .where('organization_id', '=', organization)
        .where('object', '=', 'user')
        .execute(),
    )

  test('is forgotten of everybody and everywhere, and no run tells it again', async () => {
    const { directory } = world.emulator
    const customFields = [{ name: 'Room', attribute: 'extensionAttribute1' as const }]
    const [moved, binned] = directory.users
    for (const user of [moved, binned]) {
      directory.updateUser(user?.id ?? '', {
        department: 'Quicksilver',
        onPremisesExtensionAttributes: { extensionAttribute1: 'B 17' },
      })
    }
    for (const organization of [first, second]) {
      await world.connect(organization, { settings: { customFields } })
    }
    await world.sync(first)
    directory.updateUser(moved?.id ?? '', {
      department: 'Quartzite',
      jobTitle: 'Geologist',
      onPremisesExtensionAttributes: { extensionAttribute1: 'B 18' },
    })
    directory.deleteUser(binned?.id ?? '')
    await world.sync(first)
    directory.updateUser(moved?.id ?? '', { department: 'Quarry' })
    await world.sync(first, 'delta', undefined, true)
    expect(await historyOf('directory_changes', first)).toMatch(/Quartzite.*custom\.Room/)
    expect(JSON.stringify(await peopleOf(first))).toContain('B 17')
    expect(await historyOf('sync_proposals', first)).toContain('Quarry')

    await save(first, {
      attributes: DEFAULT_SETTINGS.attributes.filter((name) => name !== 'department'),
      customFields: [],
    })

    const people = await peopleOf(first)
    expect(new Set(people.map((person) => person.department))).toEqual(new Set([null]))
    expect(new Set(people.map((person) => person.sort_department))).toEqual(new Set(['']))
    expect(JSON.stringify(people)).not.toMatch(/quicksilver|quartzite|Room|B 17/i)
    const history = await historyOf('directory_changes', first)
    expect(history).not.toMatch(/department|Quartzite|Quicksilver|Room|B 1/)
    expect(history).toContain('Geologist')
    expect(await historyOf('sync_proposals', first)).not.toMatch(/department|Quarry/)

    await end('succeeded')
    await world.sync(first)
    expect(await historyOf('directory_changes', first)).toBe(history)
  })

  test('is kept in the other organization', async () => {
    await world.connect(second)
    await world.sync(second)
    const before = await peopleOf(second)

    await save(first, { attributes: [] })

    expect(await peopleOf(second)).toEqual(before)
    expect(before.some((person) => person.department !== null)).toBe(true)
  })
})

describe('what is told beside the rules', () => {
  test('names the groups of a scope and counts their people, also those within', async () => {
    await world.connect(first)
    await world.sync(first)
    const groups = world.emulator.directory.groups.filter((group) =>
      world.emulator.directory.members(group.id).some(({ kind }) => kind === 'user'),
    )
    const [known] = groups
    const direct = world.emulator.directory
      .members(known?.id ?? '')
      .filter(({ kind }) => kind === 'user').length
    const missing = '11111111-0000-4000-8000-000000000000'
    const scope = {
      kind: 'groups' as const,
      groups: [
        { entraId: known?.id ?? '', transitive: false },
        { entraId: missing, transitive: true },
      ],
    }

    expect(await describeScope(world.db, first, { ...DEFAULT_SETTINGS, scope })).toEqual([
      {
        entraId: known?.id,
        displayName: known?.displayName,
        state: 'present',
        members: direct,
      },
      { entraId: missing, displayName: null, state: 'missing', members: null },
    ])
    expect(await describeScope(world.db, second, { ...DEFAULT_SETTINGS, scope })).toMatchObject([
      { state: 'unknown' },
      { state: 'unknown' },
    ])
    expect(await countLeftOut(world.db, second)).toEqual([])
  })
})

describe('a search for groups in Entra', () => {
  const search = async (text: string) => {
    const client = await world.clients.find(first)
    if (!client) throw new Error('not connected')
    return await findEntraGroups(client.graph, text)
  }
  beforeEach(() => world.connect(first))

  test('finds by the beginning of a word and by id', async () => {
    const group = world.emulator.directory.groups[0]
    const name = group?.displayName ?? ''

    const byName = await search(name.slice(0, 4))
    const byId = await search((group?.id ?? '').toUpperCase())

    expect(byName.map(({ displayName }) => displayName)).toContain(name)
    expect(byId.map(({ entraId }) => entraId)).toEqual([group?.id])
    expect(await search('11111111-0000-4000-8000-000000000000')).toEqual([])
  })

  test.each(['"', '\\', '" OR "displayName:a', 'a\\" OR "mail:x', '&$filter=x', 'a"b'])(
    'takes %j for words only',
    async (text) => {
      expect(await search(text)).toBeInstanceOf(Array)
    },
  )
})

describe('the schedule', () => {
  const start = () => startDueSyncs(parts())

  test('starts a run of each connected organization a quarter of an hour after connecting', async () => {
    await world.connect(first)
    expect(await start()).toBe(0)

    world.clock.set(new Date(world.clock.now().getTime() + minutes(15)))

    expect(await findNextRunAt(world.db, first, world.clock.now())).toEqual(world.clock.now())
    expect(await findNextRunAt(world.db, second, world.clock.now())).toBeUndefined()
    expect(await start()).toBe(1)
    expect(await triggers()).toEqual(['first schedule delta'])
  })

  test('starts none where everything is switched off', async () => {
    await world.connect(first, { syncUsers: false, syncGroups: false })
    await world.connect(second)
    await save(second, { schedule: { kind: 'off' } })
    world.clock.set(new Date(world.clock.now().getTime() + minutes(60)))

    expect(await start()).toBe(0)
    expect(await findNextRunAt(world.db, first, world.clock.now())).toBeUndefined()
  })

  test('starts one run, however many processes look at once', async () => {
    await world.connect(first)
    await world.connect(second)
    world.clock.set(new Date(world.clock.now().getTime() + minutes(15)))

    const started = await Promise.all([start(), start(), start()])

    expect(started.reduce((sum, count) => sum + count, 0)).toBe(2)
    expect(await triggers()).toEqual(['first schedule delta', 'second schedule delta'])
    expect(world.takeJobs()).toHaveLength(2)
  })

  test('goes on while a run is held, and waits while one is under way', async () => {
    await world.connect(first)
    world.clock.set(new Date(world.clock.now().getTime() + minutes(15)))
    await start()
    world.clock.set(new Date(world.clock.now().getTime() + minutes(20)))

    expect(await start()).toBe(0)
    await end('held')
    expect(await start()).toBe(1)
  })

  test('asks no oftener than every quarter of an hour while a secret is refused', async () => {
    await world.connect(first)
    await save(first, { schedule: { kind: 'every', minutes: 5 } })
    world.clock.set(new Date(world.clock.now().getTime() + minutes(5)))
    await start()
    const refused = { code: 'AADSTS7000222', values: { oauthError: 'invalid_client' }, at: '' }
    await end('failed', refused)
    world.clock.set(new Date(world.clock.now().getTime() + minutes(5)))
    expect(await start()).toBe(0)

    world.clock.set(new Date(world.clock.now().getTime() + minutes(10)))
    expect(await start()).toBe(1)
    await end('failed', { code: 'AADSTS90033', values: {}, at: '' })
    world.clock.set(new Date(world.clock.now().getTime() + minutes(5)))
    expect(await start()).toBe(1)
  })

  test('reads everything once a week', async () => {
    await world.connect(first)
    await world.sync(first)
    world.clock.set(new Date(world.clock.now().getTime() + minutes(8 * 24 * 60)))

    await start()

    expect(await triggers()).toEqual(['first api delta', 'first schedule full'])
  })

  test('does not read the rest in full each time because something is forbidden', async () => {
    await world.connect(first)
    await world.sync(first)
    const { emulator, clock } = world
    emulator.apps.revoke(emulator.app.clientId, ['Group.Read.All'])
    const later = (days: number) =>
      clock.set(new Date(clock.now().getTime() + minutes(days * 24 * 60)))
    later(8)
    await world.sync(first, 'full')
    later(1)

    await start()

    expect(await triggers()).toEqual(['first api delta', 'first api full', 'first schedule delta'])
  })
})
