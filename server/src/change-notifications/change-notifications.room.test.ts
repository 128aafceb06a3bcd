import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectedWorld } from '../../testing/connected.ts'
import { testDatabase } from '../../testing/database.ts'
import { texts } from '../app/texts.ts'
import { createHttpServer } from '../platform/http/http-server.ts'
import { createLog } from '../platform/log.ts'
import { createMetrics } from '../platform/metrics.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { hashClientState } from './client-state.ts'
import { addNotificationRoutes, startNotifiedSync, type Wake } from './index.ts'
import { madeFor } from './subscription.ts'

const database = await testDatabase()
const log = createLog('silent', { write: () => undefined })
let world: Awaited<ReturnType<typeof connectedWorld>>
let first: OrganizationId
let second: OrganizationId
let door: ReturnType<typeof openDoor>

beforeEach(async () => {
  await database.truncate()
  world = await connectedWorld(database)
  ;({ first, second } = await world.organizations())
  door = openDoor()
})
afterEach(async () => {
  await door.app.close()
  await world[Symbol.asyncDispose]()
})
afterAll(() => database[Symbol.asyncDispose]())

/** The server's door for Graph, and what came of it. */
function openDoor({ isQueueGone = false } = {}) {
  const counted: Record<string, number> = {}
  const woken = new Map<OrganizationId, { since: Date; afterMs: number }>()
  let keepings = 0
  const metrics = createMetrics('test')
  const common = { tls: undefined, trustedProxies: [], log, texts, metrics }
  const app = createHttpServer({ publicUrl: new URL('http://localhost'), ...common })
  // As the queue does: while one waits, another is not added.
  const wake: Wake = async ({ organization, since }, afterMs) => {
    if (isQueueGone) throw new Error('the queue cannot be reached')
    if (!woken.has(organization)) woken.set(organization, { since, afterMs })
  }
  addNotificationRoutes(app, {
    db: world.db,
    clock: world.clock,
    log,
    wake,
    keepNow: async () => {
      keepings += 1
    },
    count: (kind) => {
      counted[kind] = (counted[kind] ?? 0) + 1
    },
  })
  const post = (path: string, payload: unknown) =>
    app.inject({
      method: 'POST',
      url: `/api/graph/v1/${path}`,
      headers: { 'content-type': 'application/json' },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })
  return {
    app,
    wake,
    counted,
    woken,
    keepings: () => keepings,
    post: async (path: string, payload: unknown) => (await post(path, payload)).statusCode,
    handshake: (query: string, path = 'notifications') =>
      app.inject({
        method: 'POST',
        url: `/api/graph/v1/${path}?${query}`,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      }),
    /** Waits as the queue would, and does the jobs that are due then. */
    async pass() {
      const due = [...woken]
      woken.clear()
      const longest = Math.max(0, ...due.map(([, { afterMs }]) => afterMs))
      world.clock.set(new Date(world.clock.now().getTime() + longest))
      for (const [organization, { since }] of due) {
        await startNotifiedSync(
          { ...world.parts, enqueue: world.enqueue, wake },
          { organization, since },
        )
      }
    },
  }
}

const STATE = 'only Graph and we know this'

/** A subscription as one that was made before. */
async function subscribe(organization: OrganizationId, stream: 'users' | 'groups' = 'users') {
  const id = `sub-${organization}-${stream}`
  const tenantId = world.emulator.tenant.id
  const clientId = world.emulator.app.clientId
  await world.db
    .insertInto('change_subscriptions')
    .values({
      organization_id: organization,
      stream,
      subscription_id: id,
      client_state_hash: hashClientState(STATE),
      expires_at: new Date('2026-12-20T08:00:00Z'),
      state: 'active',
      problem: null,
      last_notification_at: null,
      next_try_at: new Date('2026-12-07T08:00:00Z'),
      made_for: madeFor({ tenantId, clientId, url: 'http://localhost' }),
      lease_until: null,
    })
    .execute()
  return { subscriptionId: id, clientState: STATE, tenantId }
}

async function triggers(): Promise<string[]> {
  const runs = await acrossOrganizations(world.db)
    .selectFrom('sync_runs')
    .select(['organization_id', 'trigger'])
    .execute()
  return runs.map(({ organization_id, trigger }) => `${organization_id} ${trigger}`)
}

async function row(organization: OrganizationId) {
  return await world.db
    .selectFrom('change_subscriptions')
    .selectAll()
    .where('organization_id', '=', organization)
    .where('stream', '=', 'users')
    .executeTakeFirst()
}

describe('the handshake', () => {
  test.each(['notifications', 'lifecycle'])('at %s gives the token back as it is', async (path) => {
    const token = '<script>alert(1)</script> & Ä+ä'

    const answer = await door.handshake(`validationToken=${encodeURIComponent(token)}`, path)

    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe(token)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })

  test('refuses tokens that are none', async () => {
    const tooLong = await door.handshake(`validationToken=${'a'.repeat(1001)}`)
    const twice = await door.handshake('validationToken=a&validationToken=b')

    expect([tooLong.statusCode, twice.statusCode]).toEqual([400, 400])
  })
})

describe('a notification', () => {
  test('is accepted when it is kept, and starts a run after a pause', async () => {
    await world.connect(first)
    const given = await subscribe(first)

    expect(await door.post('notifications', { value: [given] })).toBe(202)

    expect(door.counted).toEqual({ accepted: 1 })
    expect((await row(first))?.last_notification_at).toEqual(world.clock.now())
    expect([...door.woken.values()]).toMatchObject([{ afterMs: 10_000 }])
    expect(await triggers()).toEqual([])
    await door.pass()
    expect(await triggers()).toEqual([`${first} notification`])
  })

  test.each([
    ['another clientState', { clientState: 'guessed' }, 'wrongClientState'],
    ['no clientState', { clientState: undefined }, 'wrongClientState'],
    ['another tenant', { tenantId: '11111111-0000-4000-8000-000000000000' }, 'wrongTenant'],
    ['no tenant', { tenantId: null }, 'wrongTenant'],
    ['an unknown subscription', { subscriptionId: 'sub-none' }, 'unknownSubscription'],
    ['no subscription', { subscriptionId: 7 }, 'unreadable'],
  ])('with %s is counted and ignored, with the same answer', async (_what, more, kind) => {
    await world.connect(first)
    const given = await subscribe(first)

    expect(await door.post('notifications', { value: [{ ...given, ...more }] })).toBe(202)

    expect(door.counted).toEqual({ [kind]: 1 })
    expect(door.woken.size).toBe(0)
    expect((await row(first))?.last_notification_at).toBeNull()
  })

  test('beside wrong ones in one batch is still taken', async () => {
    await world.connect(first)
    await world.connect(second)
    const [one, other] = [await subscribe(first), await subscribe(second)]
    const value = [{ ...one, clientState: 'x' }, 'nonsense', null, other]

    expect(await door.post('notifications', { value })).toBe(202)

    expect([...door.woken.keys()]).toEqual([second])
    expect(door.counted).toEqual({ unreadable: 2, wrongClientState: 1, accepted: 1 })
  })

  test.each([
    ['', 400],
    ['{', 400],
    ['[]', 400],
    ['{"value":7}', 400],
    [JSON.stringify({ value: ['x'.repeat(300_000)] }), 413],
  ])('that is none is refused (%#)', async (payload, status) => {
    expect(await door.post('notifications', payload)).toBe(status)
  })

  test('that cannot be kept is not accepted', async () => {
    await world.connect(first)
    const given = await subscribe(first)
    const broken = openDoor({ isQueueGone: true })

    expect(await broken.post('notifications', { value: [given] })).toBe(503)
    await broken.app.close()
  })
})

describe('a flood', () => {
  test('of a thousand notifications starts one run', async () => {
    await world.connect(first)
    const given = [await subscribe(first, 'users'), await subscribe(first, 'groups')]

    const answers = []
    for (let count = 0; count < 20; count++) {
      answers.push(await door.post('notifications', { value: Array(50).fill(given[count % 2]) }))
    }
    while (door.woken.size > 0) await door.pass()

    expect(new Set(answers)).toEqual(new Set([202]))
    expect(door.counted).toEqual({ accepted: 1000 })
    expect(await triggers()).toEqual([`${first} notification`])
  })

  test('of calls is turned away unread, for Graph to repeat them', async () => {
    await world.connect(first)
    const value = [await subscribe(first)]
    for (let count = 0; count < 20; count++) await door.post('notifications', { value })

    const over = await door.app.inject({
      method: 'POST',
      url: '/api/graph/v1/lifecycle',
      payload: { value },
    })
    const handshake = await door.handshake('validationToken=a')
    world.clock.set(new Date(world.clock.now().getTime() + 1000))
    const later = await door.post('notifications', { value })

    expect([over.statusCode, over.headers['retry-after']]).toEqual([503, '30'])
    expect([handshake.statusCode, later]).toEqual([200, 202])
    expect(door.counted).toEqual({ accepted: 21, turnedAway: 1 })
  })

  test('of handshakes keeps no notification out', async () => {
    await world.connect(first)
    const value = [await subscribe(first)]
    const answers = []
    for (let count = 0; count < 21; count++) {
      answers.push((await door.handshake('validationToken=a')).statusCode)
    }

    expect(answers.slice(19)).toEqual([200, 503])
    expect(await door.post('notifications', { value })).toBe(202)
  })

  test('that goes on is waited for, thirty seconds at most', async () => {
    await world.connect(first)
    const given = await subscribe(first)
    const began = world.clock.now().getTime()
    const post = () => door.post('notifications', { value: [given] })
    const tick = () => world.clock.set(new Date(world.clock.now().getTime() + 5_000))

    await post()
    while ((await triggers()).length === 0) {
      tick()
      await post()
      const [waiting] = door.woken.values()
      const dueMs = (waiting?.since.getTime() ?? 0) + (waiting?.afterMs ?? 0)
      if (dueMs <= world.clock.now().getTime()) {
        for (const known of door.woken.values()) known.afterMs = 0
        await door.pass()
      }
    }

    expect(world.clock.now().getTime() - began).toBe(30_000)
  })

  test('during a run starts one more after it', async () => {
    await world.connect(first)
    const given = await subscribe(first)
    await door.post('notifications', { value: [given] })
    await door.pass()
    await door.post('notifications', { value: [given] })
    await door.pass()
    await door.pass()
    expect(await triggers()).toHaveLength(1)

    await acrossOrganizations(world.db)
      .updateTable('sync_runs')
      .set({ state: 'succeeded' })
      .execute()
    await door.pass()

    expect(await triggers()).toHaveLength(2)
    expect(door.woken.size).toBe(0)
  })

  test('starts nothing while a secret is refused', async () => {
    await world.connect(first)
    const given = await subscribe(first)
    await door.post('notifications', { value: [given] })
    await door.pass()
    const problem = { code: 'AADSTS7000222', values: { oauthError: 'invalid_client' }, at: '' }
    await acrossOrganizations(world.db)
      .updateTable('sync_runs')
      .set({ state: 'failed', problem: JSON.stringify(problem) })
      .execute()

    await door.post('notifications', { value: [given] })
    await door.pass()

    expect(await triggers()).toHaveLength(1)
    expect(door.woken.size).toBe(0)
  })
})

describe('what Graph says of a subscription itself', () => {
  test('that it wants to see us again has it renewed now', async () => {
    await world.connect(first)
    const given = await subscribe(first)
    const value = [{ ...given, lifecycleEvent: 'reauthorizationRequired' }]

    expect(await door.post('lifecycle', { value })).toBe(202)

    expect(door.keepings()).toBe(1)
    expect((await row(first))?.next_try_at).toEqual(world.clock.now())
    expect((await row(first))?.subscription_id).toBe(given.subscriptionId)
  })

  test('that it is gone has another made, and a run started', async () => {
    await world.connect(first)
    const given = await subscribe(first)

    await door.post('lifecycle', { value: [{ ...given, lifecycleEvent: 'subscriptionRemoved' }] })

    expect((await row(first))?.subscription_id).toBeNull()
    expect([...door.woken.keys()]).toEqual([first])
  })

  test('is not believed from anybody else', async () => {
    await world.connect(first)
    const given = await subscribe(first)
    const value = [{ ...given, clientState: 'x', lifecycleEvent: 'subscriptionRemoved' }]

    expect(await door.post('lifecycle', { value })).toBe(202)

    expect(door.keepings()).toBe(0)
    expect((await row(first))?.subscription_id).toBe(given.subscriptionId)
  })
})
