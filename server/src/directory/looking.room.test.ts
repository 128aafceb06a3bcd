import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { customCloud } from '../entra/clouds.ts'
import { steppingClock } from '../platform/clock.ts'
import type { OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { createTexts } from '../platform/texts.ts'
import { countDirectory, listDays, recordDay } from './days-store.ts'
import { directoryRoutes } from './directory-routes.ts'
import { directoryTexts } from './index.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import { saveSettings } from './settings-store.ts'

const NOW = new Date('2026-11-25T08:00:00Z')
const database = await testDatabase()
const { db } = database
const clock = steppingClock(NOW)
const cloud = customCloud('http://localhost:1', 'http://localhost:1')
const routes = directoryRoutes({ db, clock, cloud, texts: createTexts(directoryTexts) })
const second: OrganizationId = 'org_second'
let first: OrganizationId
let rows: ReturnType<typeof directoryRows>

beforeEach(async () => {
  await database.truncate()
  clock.set(NOW)
  first = (await db.selectFrom('organizations').select('id').executeTakeFirstOrThrow()).id
  await db
    .insertInto('organizations')
    .values({ id: second, slug: 'second', name: 'Second' })
    .execute()
  rows = directoryRows(db, first)
})
afterAll(() => database[Symbol.asyncDispose]())

/** What these handlers look at of a call. */
const here = () => ({ organization: first, language: 'en' }) as OrganizationCall
/** Each test names what its endpoint has. */
const input = (names: object = {}, query: object = {}) =>
  ({
    params: { org: 'default', ...names },
    query: { limit: 50, sort: 'displayName', ...query },
  }) as never

describe('people who are not part of the organization', () => {
  const removedAt = new Date('2026-11-20T08:00:00Z')
  beforeEach(async () => {
    await rows.user(1, 'Active')
    await rows.user(2, 'Disabled', { state: 'disabled', state_reason: 'accountDisabled' })
    await rows.user(3, 'Removed', {
      state: 'removed',
      state_reason: 'outOfScope',
      removed_at: removedAt,
    })
    await rows.user(4, 'Outside', { state: 'outside', state_reason: 'guest' })
    await rows.group(11, 'Sales')
    await rows.members(11, 'user', 1, 2, 3, 4, 5)
  })

  test('are in no list, and those who are removed in that of the removed', async () => {
    const names = async (query: object = {}) =>
      (await routes.listUsers(input({}, query), here())).items.map((user) => user.displayName)

    expect(await names()).toEqual(['Active', 'Disabled'])
    expect(await names({ state: 'removed' })).toEqual(['Removed'])
    expect(await names({ search: 'Outside' })).toEqual([])
    expect(await names({ entraId: guid(4) })).toEqual([])
    await expect(routes.getUser(input({ user: 'usr_4' }), here())).rejects.toThrow('userMissing')
  })

  test('are told until when they are kept, by the present grace period', async () => {
    const removedUsers = { graceDays: 10 }
    await saveSettings(db, first, { ...DEFAULT_SETTINGS, removedUsers }, { name: 'a', now: NOW })

    expect(await routes.getUser(input({ user: 'usr_3' }), here())).toMatchObject({
      state: 'removed',
      stateReason: 'outOfScope',
      removedAt: '2026-11-20T08:00:00.000Z',
      deletedOn: '2026-11-30T08:00:00.000Z',
      groups: [],
    })
    expect(await routes.getUser(input({ user: 'usr_1' }), here())).toMatchObject({
      stateReason: null,
      removedAt: null,
      deletedOn: null,
      groups: [{ displayName: 'Sales' }],
    })
  })

  test('are members without a name, or none, and do not count', async () => {
    await rows.stream('groups', NOW)

    const { items } = await routes.listMembers(input({ group: 'grp_11' }), here())
    const group = await routes.getGroup(input({ group: 'grp_11' }), here())

    expect(items).toEqual([
      { kind: 'user', entraId: guid(1), id: 'usr_1', displayName: 'Active' },
      { kind: 'user', entraId: guid(2), id: 'usr_2', displayName: 'Disabled' },
      { kind: 'user', entraId: guid(4) },
      { kind: 'user', entraId: guid(5) },
    ])
    expect(group.memberCount).toBe(3)
  })

  test('are not in the figures', async () => {
    await directoryRows(db, second).user(6, 'Elsewhere')
    await recordDay(db, first, NOW)

    expect(await countDirectory(db, first)).toEqual({
      users: 2,
      activeUsers: 1,
      groups: 1,
      devices: 0,
      memberships: 3,
    })
    expect(await listDays(db, first, 30)).toEqual([{ day: '2026-11-25', users: 2, groups: 1 }])
  })
})

test('custom fields are told in the order of the settings, whatever they are called', async () => {
  await rows.user(1, 'Ada', { custom_fields: { floor: '3' } })
  const customFields = (['room', 'floor', 'constructor'] as const).map((name) => ({
    name,
    attribute: 'city' as const,
  }))
  await saveSettings(db, first, { ...DEFAULT_SETTINGS, customFields }, { name: 'a', now: NOW })

  const user = await routes.getUser(input({ user: 'usr_1' }), here())

  expect(user.customFields).toEqual([
    { name: 'room', value: null },
    { name: 'floor', value: '3' },
    { name: 'constructor', value: null },
  ])
})

describe('members of a group', () => {
  beforeEach(async () => {
    await rows.group(11, 'Everybody')
    await rows.group(12, 'Sales')
    await rows.user(1, 'Zoe')
    await rows.user(2, 'Ada')
    await rows.members(11, 'group', 12)
    await rows.members(11, 'user', 1, 90)
    await rows.members(12, 'user', 1, 2)
    await rows.members(12, 'device', 80)
    await rows.members(12, 'group', 11)
  })

  test.each([1, 2, 3, 50])(
    'come by name and then without one, each once, by pages of %d',
    async (limit) => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const query = { limit, transitive: true, ...(cursor ? { cursor } : {}) }
        const page = await routes.listMembers(input({ group: 'grp_11' }, query), here())
        seen.push(...page.items.map(({ displayName, entraId }) => displayName ?? entraId))
        cursor = page.nextCursor ?? undefined
      } while (cursor)

      expect(seen).toEqual(['Ada', 'Sales', 'Zoe', guid(80), guid(90)])
    },
  )

  test('do not come through a group that is in the recycle bin', async () => {
    await rows.group(13, 'Gone', { state: 'removed', removed_at: NOW })
    await rows.user(3, 'Through the bin')
    await rows.members(13, 'user', 3)
    await rows.members(11, 'group', 13)

    const page = await routes.listMembers(input({ group: 'grp_11' }, { transitive: true }), here())

    expect(page.items.map(({ displayName, entraId }) => displayName ?? entraId)).toEqual([
      'Ada',
      'Sales',
      'Zoe',
      guid(80),
      guid(90),
    ])
  })
})

describe('groups a person is effectively in', () => {
  beforeEach(async () => {
    for (const [number, name] of [
      [11, 'Team'],
      [12, 'Department'],
      [13, 'Company'],
      [14, 'Bowling'],
    ] as const) {
      await rows.group(number, name)
    }
    await rows.user(1, 'Ada')
    await rows.members(11, 'user', 1)
    await rows.members(12, 'group', 11)
    await rows.members(13, 'group', 12)
    // A circle, and a shorter way to the company.
    await rows.members(11, 'group', 13)
    await rows.members(14, 'user', 1)
    await rows.members(13, 'group', 14)
  })
  const groupsOf = (user: string, query: object = {}) =>
    routes.listUserGroups(input({ user }, query), here())

  test('are told by name, each with a shortest way there, also in circles', async () => {
    const { items, nextCursor } = await groupsOf('usr_1')

    const told = items.map(({ displayName, direct, via }) => [
      displayName,
      direct,
      via.map((group) => group.displayName),
    ])
    expect(told).toEqual([
      ['Bowling', true, []],
      ['Company', false, ['Bowling']],
      ['Department', false, ['Team']],
      ['Team', true, []],
    ])
    expect(nextCursor).toBeNull()
  })

  test('are paged', async () => {
    const one = await groupsOf('usr_1', { limit: 3 })
    const two = await groupsOf('usr_1', { limit: 3, cursor: one.nextCursor ?? '' })

    expect(one.items).toHaveLength(3)
    expect(two.items.map(({ displayName }) => displayName)).toEqual(['Team'])
    expect(two.nextCursor).toBeNull()
  })

  test('are none for whoever is removed, and none through a group that is', async () => {
    await rows.user(2, 'Bob', { state: 'removed', removed_at: NOW })
    await rows.members(12, 'user', 2)
    await db
      .updateTable('directory_groups')
      .set({ state: 'removed' })
      .where('organization_id', '=', first)
      .where('id', '=', 'grp_14')
      .execute()

    expect((await groupsOf('usr_2')).items).toEqual([])
    const names = (await groupsOf('usr_1')).items.map(({ displayName }) => displayName)
    expect(names).toEqual(['Company', 'Department', 'Team'])
  })

  test('are not those of another organization', async () => {
    const others = directoryRows(db, second)
    await others.group(21, 'Theirs')
    await others.members(21, 'user', 1)

    const names = (await groupsOf('usr_1')).items.map(({ displayName }) => displayName)

    expect(names).not.toContain('Theirs')
  })
})
