import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld, truthOf } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { texts } from '../app/texts.ts'
import { startDueSyncs, workOnRun } from '../directory/index.ts'
import { describeTrouble } from '../entra/trouble.ts'
import { createHttpServer } from '../platform/http/http-server.ts'
import { createLog } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import {
  addNotificationRoutes,
  endingSubscriptions,
  type KeepParts,
  keepSubscriptions,
  notificationUrls,
} from './index.ts'
import type { SubscriptionProblem } from './subscription-problem.ts'

const database = await testDatabase()
const log = createLog('silent', { write: () => undefined })
const MINUTE_MS = 60_000
let world: Awaited<ReturnType<typeof connectedWorld>>
let door: Awaited<ReturnType<typeof openDoor>>
let first: OrganizationId
let second: OrganizationId

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database)
  ;({ first, second } = await world.organizations())
  world.emulator.scenario.subscriptions.automatic = false
  door = await openDoor()
})
afterEach(async () => {
  await door.close()
  await world[Symbol.asyncDispose]()
})
afterAll(() => database[Symbol.asyncDispose]())

/** The server's door for Graph, on a port. */
async function openDoor() {
  const metrics = createMetrics('test')
  const common = { tls: undefined, trustedProxies: [], log, texts, metrics }
  const app = createHttpServer({ publicUrl: new URL('http://localhost'), ...common })
  const woken: OrganizationId[] = []
  const counted: Record<string, number> = {}
  let keepings = 0
  addNotificationRoutes(app, {
    db: world.db,
    clock: world.clock,
    log,
    wake: async ({ organization }) => {
      woken.push(organization)
    },
    keepNow: async () => {
      keepings += 1
    },
    count: (kind) => {
      counted[kind] = (counted[kind] ?? 0) + 1
    },
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: new URL(address),
    woken,
    counted,
    keepings: () => keepings,
    close: () => app.close(),
  }
}

const parts = (more: Partial<KeepParts> = {}): KeepParts => ({
  ...{ db: world.db, clock: world.clock, clients: world.clients, log },
  urls: notificationUrls(door.url),
  isReachable: true,
  ...more,
})
const keep = (more?: Partial<KeepParts>) => keepSubscriptions(parts(more))
const pass = (minutes: number) =>
  world.clock.set(new Date(world.clock.now().getTime() + minutes * MINUTE_MS))

async function rows() {
  return await acrossOrganizations(world.db)
    .selectFrom('change_subscriptions')
    .selectAll()
    .orderBy('stream')
    .execute()
}
const states = async () => (await rows()).map(({ stream, state }) => `${stream} ${state}`).sort()
const made = () => world.emulator.notifications.subscriptions
const resources = () =>
  made()
    .map(({ resource }) => resource)
    .sort()
/** What Graph was asked of subscriptions. */
const asked = () =>
  world.emulator.log
    .entries({ side: 'graph', path: '/v1.0/subscriptions' })
    .map(({ method }) => method)
const loseAll = () => {
  for (const { id } of made()) world.emulator.notifications.remove(id)
}
const refuse = (status: number, code: string, method?: string) =>
  world.emulator.trouble.add({
    path: '/v1.0/subscriptions*',
    ...(method ? { method } : {}),
    fault: { kind: 'answer', status, body: { error: { code } } },
  })

describe('subscriptions', () => {
  test('are made for people and groups, with a secret of which only the hash is kept', async () => {
    await world.connect(first)

    await keep()

    expect(resources()).toEqual(['/groups', '/users'])
    expect(await states()).toEqual(['groups active', 'users active'])
    const [row] = await rows()
    const sent = JSON.stringify(made())
    expect(row?.client_state_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(sent).not.toContain(row?.client_state_hash)
    const livesMs = (row?.expires_at?.getTime() ?? 0) - world.clock.now().getTime()
    expect(livesMs / MINUTE_MS).toBeLessThanOrEqual(41_760)
  })

  test('are left alone until half of their life is over, and renewed then', async () => {
    await world.connect(first)
    await keep()
    const before = made().map(({ id }) => id)
    world.emulator.log.clear()

    pass(13 * 24 * 60)
    await keep()
    expect(asked()).toEqual([])
    pass(2 * 24 * 60)
    await keep()

    expect(asked()).toEqual(['PATCH', 'PATCH'])
    expect(made().map(({ id }) => id)).toEqual(before)
    const [row] = await rows()
    expect(row?.expires_at?.getTime()).toBeGreaterThan(
      +world.clock.now() + 27 * 24 * 60 * MINUTE_MS,
    )
  })

  test('that Graph has lost are made anew when they are renewed', async () => {
    await world.connect(first)
    await keep()
    loseAll()
    pass(15 * 24 * 60)

    await keep()

    expect(resources()).toEqual(['/groups', '/users'])
    expect(new Set((await rows()).map((row) => row.subscription_id))).toEqual(
      new Set(made().map(({ id }) => id)),
    )
  })

  test('are one for each kind, however many servers look after them at once', async () => {
    await world.connect(first)

    await Promise.all([keep(), keep(), keep()])

    expect(resources()).toEqual(['/groups', '/users'])
    expect(asked()).toEqual(['POST', 'POST'])
  })

  test('follow the switches of the connection and the rules', async () => {
    await world.connect(first, { syncGroups: false })
    await world.connect(second, { settings: { changeNotifications: false } })
    await keep()
    expect(resources()).toEqual(['/users'])

    await world.connect(first, { settings: { changeNotifications: false } })
    await keep()

    expect(resources()).toEqual([])
    expect(await rows()).toEqual([])
  })

  test('are made anew with another public URL, and the old ones ended', async () => {
    await world.connect(first)
    await keep()
    const before = made().map(({ id }) => id)
    const other = await openDoor()

    await keep({ urls: notificationUrls(other.url) })

    expect(resources()).toEqual(['/groups', '/users'])
    expect(made().filter(({ id }) => before.includes(id))).toEqual([])
    await other.close()
  })

  test('are made anew with another application', async () => {
    const { emulator } = world
    await world.connect(first)
    await keep()
    const { clientId } = emulator.apps.register({
      tenantId: emulator.tenant.id,
      displayName: 'Another',
      secret: 'another-secret-value',
      permissions: ['User.Read.All', 'Group.Read.All'],
      consented: true,
    })

    await world.connect(first, {
      of: { tenant: emulator.tenant, app: { ...emulator.app, clientId } },
      secret: 'another-secret-value',
    })
    await keep()

    const ours = made().filter(({ applicationId }) => applicationId === clientId)
    expect(ours.map(({ resource }) => resource).sort()).toEqual(['/groups', '/users'])
    expect(await states()).toEqual(['groups active', 'users active'])
  })

  test('left over from a server that died are ended before others are made', async () => {
    await world.connect(first, { syncGroups: false })
    await keep()
    // It died before it could note what Graph had answered.
    await acrossOrganizations(world.db)
      .updateTable('change_subscriptions')
      .set({ subscription_id: null, next_try_at: null, lease_until: world.clock.now() })
      .execute()
    pass(5)

    await keep()

    expect(resources()).toEqual(['/users'])
  })

  test('end with the connection', async () => {
    await world.connect(first)
    await keep()
    const remove = async () => {
      await acrossOrganizations(world.db).deleteFrom('connections').execute()
      return 'removed'
    }

    expect(await endingSubscriptions(world, first, remove)).toBe('removed')

    expect(resources()).toEqual([])
    expect(await rows()).toEqual([])
  })
})

describe('trouble', () => {
  const problem = async () => {
    const [row] = await rows()
    const found = row?.problem as SubscriptionProblem | null
    if (found) {
      for (const language of ['en', 'de'] as const) {
        const said = Object.values(describeTrouble(texts, language, found.code, found.values))
        expect(said.join(' ')).not.toMatch(/[{}]/)
      }
    }
    return [row?.state, found?.code]
  }

  test('with the way to this server is told, tried again with growing waits, and over at once', async () => {
    await world.connect(first, { syncGroups: false })
    const nowhere = { urls: notificationUrls(new URL('http://127.0.0.1:9')) }
    const posts = () => asked().filter((method) => method === 'POST').length
    const tries: number[] = []
    for (let minutes = 0; minutes <= 60; minutes += 5) {
      await keep(nowhere)
      tries.push(posts())
      pass(5)
    }

    expect(await problem()).toEqual(['unreachable', 'notificationUrlUnreachable'])
    // At once, after 15 minutes and after 30 more.
    expect(tries).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3])
    await keep()
    expect(await problem()).toEqual(['active', undefined])
  })

  test.each([
    [403, 'ExtensionError', 'subscriptionRefused'],
    [403, 'Authorization_RequestDenied', 'Authorization_RequestDenied'],
    [400, 'ExtensionError', 'ExtensionError'],
    [500, 'InternalServerError', 'InternalServerError'],
  ])('of Graph (%i %s) is kept in plain words', async (status, given, code) => {
    await world.connect(first, { syncGroups: false })
    refuse(status, given, 'POST')

    await keep()

    expect(await problem()).toEqual(['failing', code])
  })

  test('with a renewal leaves what is still good', async () => {
    await world.connect(first, { syncGroups: false })
    await keep()
    pass(15 * 24 * 60)
    refuse(403, 'ExtensionError', 'PATCH')

    await keep()

    expect(await problem()).toEqual(['active', 'subscriptionRefused'])
    expect(resources()).toEqual(['/users'])
  })

  test('is not made of a URL that Microsoft could never reach', async () => {
    await world.connect(first, { syncGroups: false })

    await keep({ isReachable: false })
    await keep({ isReachable: false })

    expect(asked()).toEqual([])
    expect(await problem()).toEqual(['unreachable', 'notificationUrlNotPublic'])
    await keep()
    expect(await problem()).toEqual(['active', undefined])
  })

  test('of one organization does not keep the other from its subscriptions', async () => {
    await world.connect(first, { secret: 'wrong' })
    await world.connect(second, { syncGroups: false })

    await keep()

    expect(await states()).toEqual(['groups failing', 'users active', 'users failing'])
  })
})

test('what changes in the tenant is told, and what only looks like it is not believed', async () => {
  const { directory, notifications, scenario } = world.emulator
  await world.connect(first)
  await keep()
  const [user] = directory.users
  const change = (department: string) => directory.updateUser(user?.id ?? '', { department })

  change('Elsewhere')
  const [told] = await notifications.deliverNow()
  scenario.subscriptions.clientState = 'wrong'
  change('Nowhere')
  const [forged] = await notifications.deliverNow()

  expect([told?.answer, forged?.answer]).toEqual([202, 202])
  expect(door.woken).toEqual([first])
  expect(door.counted).toEqual({ accepted: 1, wrongClientState: 1 })
})

test('a subscription that must be authorized again is renewed', async () => {
  const { notifications } = world.emulator
  await world.connect(first, { syncGroups: false })
  await keep()
  notifications.requireReauthorization()

  await notifications.deliverNow()
  await keep()

  expect(door.keepings()).toBe(1)
  expect(made().map(({ challengedAt }) => challengedAt)).toEqual([undefined])
})

test('a subscription lost in silence costs no change: polling comes by', async () => {
  await world.connect(first)
  await world.sync(first)
  await keep()
  loseAll()
  const [user] = world.emulator.directory.users
  world.emulator.directory.updateUser(user?.id ?? '', { department: 'Elsewhere' })

  pass(15)
  await startDueSyncs({ ...world.parts, enqueue: world.enqueue })
  for (const { organization, id } of world.takeJobs()) {
    await workOnRun(world.parts, { organization, run: id }, new AbortController().signal)
  }

  expect((await world.copy(first)).users).toEqual(truthOf(world.emulator).users)
})
