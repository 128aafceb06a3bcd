import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { control, makeClient, requestToken, type TestClient } from '../testing/client.ts'
import { type Receiver, startReceiver } from '../testing/receiver.ts'

const minuteMs = 60_000
const now = '2026-11-25T08:00:00Z'
let emulator: Emulator
let client: TestClient
let receiver: Receiver

beforeEach(async () => {
  emulator = await startEmulator({ users: 20, groups: 8, devices: 2, now: () => new Date(now) })
  emulator.scenario.subscriptions.automatic = false
  client = await makeClient(emulator)
  receiver = await startReceiver()
})

afterEach(async () => {
  await emulator.stop()
  await receiver[Symbol.asyncDispose]()
})

const inMinutes = (minutes: number) =>
  new Date(emulator.clock.now().getTime() + minutes * minuteMs).toISOString()
const wish = (change: object = {}) => ({
  changeType: 'updated,deleted',
  notificationUrl: `${receiver.url}/notifications`,
  resource: '/users',
  expirationDateTime: inMinutes(41_760),
  clientState: 'the-client-state',
  ...change,
})
const send = (method: string, path: string, body?: object, by: TestClient = client) =>
  by.graph(path, {
    method,
    ...(body
      ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      : {}),
  })
const subscribe = (change: object = {}, by?: TestClient) =>
  send('POST', '/subscriptions', wish(change), by)

/** What was told since the last look, without the validations. */
async function told() {
  receiver.received.length = 0
  await emulator.notifications.deliverNow()
  return receiver.received.flatMap(({ body }) => body.value)
}

describe('a subscription', () => {
  it('is made when its URL echoes the decoded token as plain text', async () => {
    const { status, body } = await subscribe({ notificationUrl: `${receiver.url}/n?key=1` })

    const [call] = receiver.received
    expect(status).toBe(201)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resource: '/users',
      changeType: 'updated,deleted',
      applicationId: emulator.app.clientId,
      creatorId: emulator.app.servicePrincipalId,
      clientState: 'the-client-state',
      expirationDateTime: inMinutes(41_760),
    })
    expect(call?.path).toBe('/n')
    expect(call?.params.get('key')).toBe('1')
    expect(call?.params.get('validationToken')).toContain('Validation: Testing')
    expect(call?.contentType).toBe('text/plain; charset=utf-8')
  })

  it('has its lifecycle URL validated by itself', async () => {
    const lifecycle = { lifecycleNotificationUrl: `${receiver.url}/lifecycle` }
    const good = await subscribe(lifecycle)
    const paths = receiver.received.map(({ path }) => path)
    let asked = 0
    receiver.validates = (text) => ({ status: ++asked === 2 ? 500 : 200, text })

    const bad = await subscribe(lifecycle)

    expect(good.status).toBe(201)
    expect(paths).toEqual(['/notifications', '/lifecycle'])
    expect([bad.status, bad.body.error.code]).toEqual([400, 'ValidationError'])
    expect(emulator.notifications.subscriptions).toHaveLength(1)
  })

  it.each([
    ['with another status than 200', (text: string) => ({ status: 202, text }), /200 OK/],
    [
      'as HTML',
      (text: string) => ({ status: 200, text, contentType: 'text/html' }),
      /content type text\/plain/,
    ],
    [
      'with the token still encoded',
      (text: string) => ({ status: 200, text: encodeURIComponent(text) }),
      /exactly match/,
    ],
    ['not at all', () => 'nothing' as const, /timed out/],
  ])('is not made when its URL answers %s', async (_, validates, message) => {
    receiver.validates = validates
    emulator.scenario.subscriptions.validateWithinMs = 150

    const { status, body } = await subscribe()

    expect([status, body.error.code]).toEqual([400, 'ValidationError'])
    expect(body.error.message).toMatch(message)
    expect(emulator.notifications.subscriptions).toEqual([])
  })

  it('is not made when nobody listens at its URL', async () => {
    const { status, body } = await subscribe({ notificationUrl: 'http://localhost:1/none' })

    expect([status, body.error.code]).toEqual([400, 'ValidationError'])
  })

  it.each([
    ['of another change type', { changeType: 'created' }, 'InvalidRequest', 'changeType'],
    ['for devices', { resource: '/devices' }, 'InvalidRequest', 'resource'],
    ['for members of a user', { resource: '/users/x/members' }, 'InvalidRequest', 'resource'],
    ['with a long clientState', { clientState: 'x'.repeat(129) }, 'InvalidRequest', '128'],
    ['with a plain http URL', { notificationUrl: 'http://a.example/' }, 'InvalidRequest', 'https'],
    ['without a URL', { notificationUrl: undefined }, 'InvalidRequest', 'notificationUrl'],
    ['without an end', { expirationDateTime: undefined }, 'InvalidRequest', 'expirationDateTime'],
    ['that is over', { expirationDateTime: '2020-01-01T00:00:00Z' }, 'InvalidRequest', 'future'],
    ['with resource data', { includeResourceData: true }, 'InvalidRequest', 'Rich'],
  ])('%s is refused before anybody is called', async (_, change, code, word) => {
    const { status, body } = await subscribe(change)

    expect([status, body.error.code]).toEqual([400, code])
    expect(body.error.message).toContain(word)
    expect(receiver.received).toEqual([])
  })

  it('may last 41,760 minutes, and not one more', async () => {
    const { status, body } = await subscribe({ expirationDateTime: inMinutes(41_761) })

    expect([status, body.error.code]).toEqual([400, 'ExtensionError'])
    expect(body.error.message).toBe(
      'Subscription expiration can only be 41760 minutes in the future.',
    )
  })

  it('needs https when the scenario demands it', async () => {
    emulator.scenario.subscriptions.requireHttps = true

    expect((await subscribe()).status).toBe(400)
  })

  it('needs the reading permission of what it watches', async () => {
    emulator.apps.revoke(emulator.app.clientId, ['Group.Read.All'])
    emulator.apps.grant(emulator.app.clientId, ['Group.ReadWrite.All'])
    const poor = await makeClient(emulator)

    const users = await subscribe({}, poor)
    const groups = await subscribe({ resource: '/groups' }, poor)

    expect([users.status, groups.status]).toEqual([201, 403])
    expect(groups.body.error.code).toBe('Authorization_RequestDenied')
  })

  it('is one of at most 100 of an app in a tenant', async () => {
    emulator.scenario.subscriptions.perAppAndTenant = 2

    const statuses = []
    for (let number = 0; number < 3; number++) statuses.push((await subscribe()).status)

    expect(statuses).toEqual([201, 201, 403])
  })

  it('is seen by the app that made it and by no other', async () => {
    const { body: made } = await subscribe()
    const permissions = ['User.Read.All']
    const second = emulator.apps.register({
      tenantId: emulator.tenant.id,
      displayName: 'Another app',
      secret: 'another-secret',
      permissions,
      consented: true,
    })
    const { body } = await requestToken(emulator, {
      client_id: second.clientId,
      client_secret: 'another-secret',
    })
    const other: TestClient = {
      token: body.access_token,
      graph: (path, init = {}) =>
        client.graph(path, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${body.access_token}` },
        }),
    }

    const [mine, mineAlone, theirs, theirsAlone, deleted] = [
      await client.graph('/subscriptions'),
      await client.graph(`/subscriptions/${made.id}`),
      await other.graph('/subscriptions'),
      await other.graph(`/subscriptions/${made.id}`),
      await send('DELETE', `/subscriptions/${made.id}`, undefined, other),
    ]

    expect(mine.body.value).toEqual([{ ...withoutContext(made), clientState: null }])
    expect(mineAlone.body).toMatchObject({ id: made.id, clientState: null })
    expect(theirs.body.value).toEqual([])
    expect([theirsAlone.status, deleted.status]).toEqual([404, 404])
    expect(theirsAlone.body.error).toMatchObject({
      code: 'ResourceNotFound',
      message: 'The object was not found.',
    })
  })

  it('is renewed by a PATCH, ends at its time, and is then unknown', async () => {
    const { body } = await subscribe({ expirationDateTime: inMinutes(60) })
    emulator.clock.advance(30 * minuteMs)
    const later = inMinutes(120)

    const renewed = await send('PATCH', `/subscriptions/${body.id}`, { expirationDateTime: later })
    emulator.clock.advance(119 * minuteMs)
    client = await makeClient(emulator)
    const before = await client.graph(`/subscriptions/${body.id}`)
    emulator.clock.advance(minuteMs)
    const after = await send('PATCH', `/subscriptions/${body.id}`, {
      expirationDateTime: inMinutes(60),
    })

    expect([renewed.status, renewed.body.expirationDateTime]).toEqual([200, later])
    expect([before.status, after.status]).toEqual([200, 404])
    expect(after.body.error.code).toBe('ResourceNotFound')
  })

  it('cannot be changed otherwise, nor renewed beyond the limit', async () => {
    const { body } = await subscribe()
    const path = `/subscriptions/${body.id}`

    const state = await send('PATCH', path, { clientState: 'other' })
    const tooLong = await send('PATCH', path, { expirationDateTime: inMinutes(41_761) })

    expect([state.status, tooLong.status]).toEqual([400, 400])
  })

  it('can be deleted, and then nothing is told', async () => {
    const { body } = await subscribe()

    const first = await send('DELETE', `/subscriptions/${body.id}`)
    const second = await send('DELETE', `/subscriptions/${body.id}`)
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotse' })

    expect([first.status, second.status]).toEqual([204, 404])
    expect(await told()).toEqual([])
  })
})

const someUser = (number = 3) => emulator.directory.users[number]?.id ?? ''
const someGroup = (number = 4) => emulator.directory.groups[number]?.id ?? ''
const brief = (items: { changeType: string; resource: string }[]) =>
  items.map(({ changeType, resource }) => `${changeType} ${resource}`)

function withoutContext({ '@odata.context': _context, ...rest }: Record<string, unknown>) {
  return rest
}

describe('a notification', () => {
  it('says what changed, for which subscription, in which tenant', async () => {
    const { body } = await subscribe()
    const id = someUser()

    emulator.directory.updateUser(id, { jobTitle: 'Lotsin' })

    expect(await told()).toEqual([
      {
        subscriptionId: body.id,
        subscriptionExpirationDateTime: body.expirationDateTime,
        clientState: 'the-client-state',
        changeType: 'updated',
        resource: `Users/${id}`,
        tenantId: emulator.tenant.id,
        resourceData: {
          '@odata.type': '#Microsoft.Graph.User',
          '@odata.id': `Users/${id}`,
          id,
          organizationId: emulator.tenant.id,
        },
      },
    ])
    expect(receiver.received[0]?.contentType).toBe('application/json; charset=utf-8')
  })

  it('calls creating, soft-deleting and restoring updates, and only purging a deletion', async () => {
    await subscribe()
    const { directory } = emulator
    const { id } = directory.addUser({ userPrincipalName: 'new@x.example', displayName: 'New' })
    const created = await told()
    directory.deleteUser(id)
    const away = await told()
    directory.restoreUser(id)
    const back = await told()
    directory.deleteUser(id)
    await told()
    directory.purgeUser(id)
    const gone = await told()

    expect([created, away, back, gone].map(brief)).toEqual([
      [`updated Users/${id}`],
      [`updated Users/${id}`],
      [`updated Users/${id}`],
      [`deleted Users/${id}`],
    ])
  })

  it('tells of groups and their members to who watches groups, and of nothing else', async () => {
    await subscribe({ resource: 'groups' })
    const { directory } = emulator
    const group = someGroup()
    directory.updateUser(someUser(), { jobTitle: 'Lotsin' })
    directory.addMember(group, someUser(8))
    const joined = await told()
    directory.deleteGroup(group, { soft: false })
    const gone = await told()

    expect(brief(joined)).toEqual([`updated Groups/${group}`])
    expect(gone.map(({ changeType }) => changeType)).toContain('deleted')
  })

  it('keeps to one object, one relation and the change types asked for', async () => {
    const [user, group] = [someUser(1), someGroup()]
    await subscribe({ resource: `/users/${user}`, changeType: 'deleted' })
    await subscribe({ resource: `/groups/${group}/members`, changeType: 'updated' })
    const { directory } = emulator
    directory.updateUser(user, { jobTitle: 'Lotsin' })
    directory.updateUser(someUser(2), { jobTitle: 'Lotsin' })
    directory.updateGroup(group, { displayName: 'Anders' })
    const nothing = await told()
    directory.addMember(group, someUser(9))
    directory.purgeUser(someUser(2))
    directory.purgeUser(user)

    expect(nothing).toEqual([])
    expect(brief(await told()).toSorted()).toEqual([
      `deleted Users/${user}`,
      `updated Groups/${group}`,
    ])
  })

  it('is not made for what happened before the subscription', async () => {
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotsin' })
    await subscribe()

    expect(await told()).toEqual([])
  })

  it('travels with others in one post, also of other subscriptions', async () => {
    await subscribe()
    await subscribe({ resource: '/groups' })
    for (const { id } of emulator.directory.users)
      emulator.directory.updateUser(id, { jobTitle: 'Lotse' })
    emulator.directory.updateGroup(someGroup(), { displayName: 'Anders' })

    const deliveries = await emulator.notifications.deliverNow()

    expect(deliveries.map(({ answer, body }) => [answer, body.value.length])).toEqual([[202, 21]])
  })

  it('comes again until it is answered with 2xx, and is dropped after four hours', async () => {
    await subscribe()
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotsin' })
    const statuses = [503, 302, 202]
    receiver.answers = () => ({ status: statuses.shift() ?? 500 })
    const answers = []
    for (let round = 0; round < 4; round++) answers.push(await emulator.notifications.deliverNow())
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotse' })
    const refused = await emulator.notifications.deliverNow()
    emulator.clock.advance(4 * 60 * minuteMs)

    expect(answers.map((round) => round.map(({ answer }) => answer))).toEqual([
      [503],
      [302],
      [202],
      [],
    ])
    expect(refused.map(({ answer }) => answer)).toEqual([500])
    expect(emulator.notifications.waiting).toBe(0)
    expect(await told()).toEqual([])
  })

  it('counts as refused when the answer takes too long', async () => {
    await subscribe()
    emulator.scenario.subscriptions.answerWithinMs = 100
    receiver.answers = () => 'nothing'
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotsin' })

    const [delivery] = await emulator.notifications.deliverNow()

    expect(delivery?.answer).toBe('timeout')
    expect(emulator.notifications.waiting).toBe(1)
  })

  it('goes out by itself, unless told otherwise', async () => {
    emulator.scenario.subscriptions.automatic = true
    emulator.scenario.subscriptions.delayMs = 0
    await subscribe()
    const arrived = new Promise<string>((resolve) => {
      receiver.answers = ({ body }) => {
        resolve(body.value[0].resourceData.id)
        return { status: 202 }
      }
    })

    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotsin' })

    expect(await arrived).toBe(someUser())
  })

  it('comes as a flood, from an impostor or never, as the scenario says', async () => {
    const { subscriptions } = emulator.scenario
    await subscribe()
    const change = (jobTitle: string) => emulator.directory.updateUser(someUser(), { jobTitle })
    subscriptions.copies = 30
    change('Erste')
    const flood = await told()
    subscriptions.copies = 1
    subscriptions.clientState = 'wrong'
    subscriptions.tenantId = 'wrong'
    change('Zweite')
    const [forged] = await told()
    subscriptions.lost = true
    change('Dritte')

    expect(flood).toHaveLength(30)
    expect(forged.clientState).not.toBe('the-client-state')
    expect(forged.tenantId).not.toBe(emulator.tenant.id)
    expect(await told()).toEqual([])
  })

  it('is in the request log, and on the control port', async () => {
    await subscribe()
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotsin' })
    const waiting = await control(emulator, 'GET', '/notifications')
    const delivered = await control(emulator, 'POST', '/notifications/deliver')
    const listed = await control(emulator, 'GET', '/subscriptions')

    expect(waiting.body.waiting).toBe(1)
    expect(delivered.body.map(({ answer }: { answer: number }) => answer)).toEqual([202])
    expect(listed.body).toHaveLength(1)
    expect(
      emulator.log.entries({ side: 'notifications' }).map(({ path, status }) => [path, status]),
    ).toEqual([
      ['/notifications', 200],
      ['/notifications', 202],
    ])
  })
})

describe('a lifecycle notification', () => {
  const lifecycleNotificationUrl = () => `${receiver.url}/lifecycle`

  it('asks to reauthorize at its own URL, with the shape that is documented', async () => {
    const { body } = await subscribe({ lifecycleNotificationUrl: lifecycleNotificationUrl() })
    await subscribe()

    const asked = emulator.notifications.requireReauthorization()

    expect(asked).toBe(1)
    expect(await told()).toEqual([
      {
        lifecycleEvent: 'reauthorizationRequired',
        subscriptionId: body.id,
        subscriptionExpirationDateTime: body.expirationDateTime,
        clientState: 'the-client-state',
        tenantId: emulator.tenant.id,
      },
    ])
    expect(receiver.received.map(({ path }) => path)).toEqual(['/lifecycle'])
  })

  it('is answered by reauthorizing or renewing, until then changes may be lost', async () => {
    emulator.scenario.subscriptions.pausesUnanswered = true
    const { body } = await subscribe({ lifecycleNotificationUrl: lifecycleNotificationUrl() })
    await control(emulator, 'POST', '/notifications/require-reauthorization', {
      subscriptionId: body.id,
    })
    await told()
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotsin' })
    const paused = await told()

    const { status } = await send('POST', `/subscriptions/${body.id}/reauthorize`)
    emulator.directory.updateUser(someUser(), { jobTitle: 'Lotse' })

    expect(status).toBe(204)
    expect(paused).toEqual([])
    expect(await told()).toHaveLength(1)
    expect(emulator.notifications.subscriptions[0]?.reauthorizedAt).toEqual(new Date(now))
  })
})
