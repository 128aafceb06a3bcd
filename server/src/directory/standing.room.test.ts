import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows, guid } from '../../testing/directory-rows.ts'
import { CLOUDS } from '../entra/clouds.ts'
import { entraTexts } from '../entra/texts.ts'
import type { OrganizationCall } from '../platform/http/call.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Language } from '../platform/texts.ts'
import { createTexts } from '../platform/texts.ts'
import { directoryTexts } from './index.ts'
import { standingRoutes } from './standing-routes.ts'

const database = await testDatabase()
const { db } = database
const world = await connectedWorld(database, { users: 1, groups: 1 })
const { clock } = world
const START = clock.now()
const texts = createTexts(directoryTexts, entraTexts)
const routes = standingRoutes({ db, clock, texts, cloud: CLOUDS.usgov })
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  clock.set(START)
  ;({ first, second } = await world.organizations())
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const ago = (minutes: number) => new Date(START.getTime() - minutes * 60_000)
const as = (organization: OrganizationId, language: Language = 'en') =>
  ({ organization, language }) as OrganizationCall
const standing = (language?: Language) =>
  routes.getDirectoryStanding({ params: { org: 'default' } } as never, as(first, language))
const problems = (organization: OrganizationId, query: object = {}) =>
  routes.listOpenProblems({ query: { limit: 50, ...query } } as never, as(organization))

/** An object that could not be taken over, first met so many minutes ago. */
async function addProblem(organization: OrganizationId, entraId: string, minutes: number) {
  await db
    .insertInto('directory_unapplied')
    .values({
      organization_id: organization,
      kind: 'user',
      entra_id: entraId,
      code: 'unreadableProperty',
      values: JSON.stringify({ property: 'mail' }),
      run_id: 'run_a',
      first_seen_at: ago(minutes),
      last_tried_at: ago(1),
      tries: 3,
      next_try_at: ago(-15),
    })
    .execute()
}

describe('how the directory stands', () => {
  test('without a connection is off, and says so of each kind', async () => {
    const { streams, notifications, nextRunAt } = await standing()

    expect(streams.map(({ stream, state }) => [stream, state])).toEqual([
      ['users', 'off'],
      ['groups', 'off'],
      ['devices', 'off'],
    ])
    expect(notifications.map(({ state }) => state)).toEqual(['off', 'off'])
    expect(nextRunAt).toBeNull()
  })

  test('is told with its age, in the language of whoever asks', async () => {
    await world.connect(first)
    const rows = directoryRows(db, first)
    await rows.stream('users', ago(1))
    await rows.stream('groups', ago(6 * 24 * 60))

    const sentences = async (language: Language) =>
      (await standing(language)).streams.map(({ sentence }) => sentence.split('.')[0])

    expect(await sentences('en')).toEqual([
      'Last brought up to date 1 minute ago',
      'Last brought up to date 6 days ago',
      'Not read completely yet',
    ])
    expect(await sentences('de')).toEqual([
      'Zuletzt abgeglichen vor 1 Minute',
      'Zuletzt abgeglichen vor 6 Tagen',
      'Noch nicht vollständig gelesen',
    ])
  })

  test('tells why a kind could not be read', async () => {
    await world.connect(first)
    await directoryRows(db, first).stream('users', ago(90))
    const problem = { code: 'dnsFailed', values: { host: 'graph.example' }, at: ago(1) }
    await db
      .updateTable('directory_streams')
      .set({ problem: JSON.stringify(problem) })
      .where('organization_id', '=', first)
      .execute()

    const [users] = (await standing()).streams

    expect(users).toMatchObject({
      state: 'failing',
      sentence: 'The last synchronisation could not read this. Last brought up to date 1 hour ago.',
      problem: { code: 'dnsFailed', at: ago(1).toISOString() },
    })
  })

  test('knows the held run, what is open and how Microsoft tells of changes', async () => {
    await world.connect(first)
    await directoryRows(db, first).run('run_held', { state: 'held' })
    await addProblem(first, guid(1), 5)
    await db
      .insertInto('change_subscriptions')
      .values({
        organization_id: first,
        stream: 'users',
        subscription_id: 'sub_a',
        client_state_hash: null,
        expires_at: ago(-60),
        state: 'active',
        problem: null,
        last_notification_at: ago(120),
        next_try_at: null,
      })
      .execute()

    const found = await standing()

    expect(found).toMatchObject({ heldRun: 'run_held', openProblems: 1 })
    expect(found.notifications).toEqual([
      {
        stream: 'users',
        state: 'active',
        sentence: 'Microsoft tells about changes, last 2 hours ago.',
        expiresAt: ago(-60).toISOString(),
        lastNotificationAt: ago(120).toISOString(),
        problem: null,
      },
      expect.objectContaining({ stream: 'groups', state: 'pending', expiresAt: null }),
    ])
  })

  test('says why Microsoft does not tell of changes, as long as that is wanted', async () => {
    await world.connect(first)
    const problem = {
      code: 'Authorization_RequestDenied',
      values: { status: 403, code: 'Authorization_RequestDenied', permission: 'User.Read.All' },
      at: ago(5).toISOString(),
    }
    await db
      .insertInto('change_subscriptions')
      .values({
        organization_id: first,
        stream: 'users',
        subscription_id: null,
        client_state_hash: null,
        expires_at: null,
        state: 'failing',
        problem: JSON.stringify(problem),
        last_notification_at: null,
        next_try_at: ago(-15),
      })
      .execute()

    const [wanted] = (await standing('de')).notifications
    await world.connect(first, { settings: { changeNotifications: false } })
    const [unwanted] = (await standing('de')).notifications

    expect(wanted).toMatchObject({
      state: 'failing',
      problem: {
        code: 'Authorization_RequestDenied',
        microsoftCode: 'Authorization_RequestDenied',
        detail: expect.stringContaining('Berechtigung'),
        remedy: expect.stringContaining('User.Read.All'),
        at: ago(5).toISOString(),
      },
    })
    expect(unwanted).toMatchObject({ state: 'off', problem: null })
  })
})

describe('what still could not be taken over', () => {
  test('is told newest first, with its reason and its next try', async () => {
    await addProblem(first, guid(1), 60)
    await addProblem(first, guid(2), 5)
    await addProblem(second, guid(3), 5)

    const { items } = await problems(first)

    expect(items.map(({ entraId }) => entraId)).toEqual([guid(2), guid(1)])
    expect(items[0]).toEqual({
      kind: 'user',
      entraId: guid(2),
      entraUrl: expect.stringMatching(`^https://entra.microsoft.us/.*/userId/${guid(2)}$`),
      code: 'unreadableProperty',
      detail: 'The property "mail" came from Entra in a form that Mooring cannot read.',
      at: ago(1).toISOString(),
      firstSeenAt: ago(5).toISOString(),
      tries: 3,
      nextTryAt: ago(-15).toISOString(),
    })
  })

  test('is paged, also where many were met at once', async () => {
    for (const number of [1, 2, 3]) await addProblem(first, guid(number), 5)

    const one = await problems(first, { limit: 2 })
    const two = await problems(first, { limit: 2, cursor: one.nextCursor })

    expect([...one.items, ...two.items].map(({ entraId }) => entraId)).toEqual([3, 2, 1].map(guid))
    expect(two.nextCursor).toBeNull()
  })
})
