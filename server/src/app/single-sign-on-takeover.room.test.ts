import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { INDEPENDENT, independentProvider } from '../../testing/independent-provider.ts'
import { signOnWorld } from '../../testing/sign-on-world.ts'
import { asToken } from './testing.ts'

// Whoever chooses the provider chooses whose word counts. Nobody becomes more than they are by it.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof signOnWorld>>

beforeAll(async () => {
  world = await signOnWorld(database)
})
beforeEach(async () => {
  await world.reset()
  await world.connect()
  await world.synchronise()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const MANUAL = {
  kind: 'manual',
  issuer: 'http://localhost:1',
  authorizationUrl: 'http://localhost:1/authorize',
  tokenUrl: 'http://localhost:1/token',
  jwksUrl: 'http://localhost:1/keys',
  endSessionUrl: null,
}

async function save(by: 'owner' | 'administrator', more: object): Promise<string> {
  const answer = await world.api.app.inject({
    method: 'PUT',
    url: '/api/v1/organizations/default/sign-in/provider',
    headers: await asToken(world.api.parts, by),
    payload: { ...INDEPENDENT, ...more },
  })
  return answer.statusCode === 200 ? 'saved' : answer.json().code
}

async function personId(): Promise<string> {
  const found = await world.call('GET', `/directory/users?entraId=${world.person().id}`)
  return found.json().items[0].id
}

async function giveRole(role: string): Promise<string> {
  const holder = { kind: 'user', id: await personId() }
  const given = await world.call('POST', '/role-assignments', { role, holder })
  expect(given.statusCode, given.body).toBe(201)
  return given.json().id
}

describe('an administrator, where a person is an owner', () => {
  test.each([
    ['another kind of provider', {}],
    ['another address', { endpoints: { kind: 'discovery', url: 'http://localhost:2' } }],
    ['addresses of their own under the same issuer', { endpoints: MANUAL }],
    ['another client id', { clientId: 'mine' }],
    [
      'another claim that names people',
      { userNameAttribute: { claim: 'nickname', field: 'userPrincipalName' } },
    ],
  ])('does not save %s', async (what, more) => {
    await giveRole('owner')
    if (what !== 'another kind of provider') await save('owner', {})

    expect(await save('administrator', more)).toBe('roleTooStrong')
    expect(await save('owner', more)).toBe('saved')
  })

  test('saves what leaves people who they are', async () => {
    await giveRole('owner')
    await save('owner', {})

    expect(await save('administrator', { label: 'Sign in', enabled: false })).toBe('saved')
  })

  test('chooses freely where nobody can do more than they', async () => {
    await giveRole('administrator')

    expect(await save('administrator', {})).toBe('saved')
  })
})

test('whoever holds a role is not found by a name alone, but keeps what was linked before', async () => {
  const { userPrincipalName: preferred_username } = world.person()
  const other = await independentProvider(world, { ada: { preferred_username } })
  await save('owner', { endpoints: { kind: 'discovery', url: other.issuer } })
  const enter = async () => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    await portal.visit(await other.signIn('ada', url))
    const { state, trouble } = await world.outcome(portal, attempt)
    return trouble ?? state
  }
  const assignment = await giveRole('auditor')
  const refused = await enter()
  const headers = await asToken(world.api.parts, 'owner')
  const url = `/api/v1/organizations/default/role-assignments/${assignment}`
  await world.api.app.inject({ method: 'DELETE', url, headers })
  const linked = await enter()
  await giveRole('owner')

  expect(refused).toMatchObject({ code: 'holdsRole', canRetry: false })
  expect(linked).toBe('succeeded')
  expect(await enter()).toBe('succeeded')
})

describe('whom a provider let in', () => {
  const { connection, own } = {
    connection: { kind: 'connection' },
    own: {
      kind: 'own',
      clientId: '22222222-2222-4222-8222-222222222222',
      clientSecret: 'the secret of the portal',
    },
  }

  test.each([
    ['is signed out when it is switched off', { enabled: false }, 1],
    ['is signed out when another registration takes its place', { registration: own }, 1],
    [
      'stays when only its name changes',
      { label: 'Work account', registration: connection },
      undefined,
    ],
  ])('%s', async (_what, more, ended) => {
    await world.switchOn()
    const portal = world.browser()
    await world.signIn(portal)
    await world.switchOn(more)
    const [event] = await world.audited('provider.saved')

    expect(await world.isSignedIn(portal)).toBe(ended === undefined)
    expect(event?.details['sessionsEnded']).toBe(ended)
  })
})
