import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { INDEPENDENT, independentProvider } from '../../testing/independent-provider.ts'
import { signOnWorld } from '../../testing/sign-on-world.ts'
import { acrossOrganizations } from '../platform/organization-guard.ts'
import { asToken } from './testing.ts'

// How the sign-in is set up: with Entra, nearly nothing; with another provider, by its addresses.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof signOnWorld>>

beforeAll(async () => {
  world = await signOnWorld(database)
})
beforeEach(() => world.reset())
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const provider = async () => (await world.call('GET', '/sign-in/provider')).json()
const put = (input: object) => world.call('PUT', '/sign-in/provider', input)
const options = async () =>
  (await world.browser().get('/sign-in/options/default')).json().provider as object | null

const ENTRA = {
  kind: 'entra',
  enabled: true,
  label: 'Microsoft',
  createUnknownUsers: false,
  registration: { kind: 'connection' },
  stepUpContext: null,
}
const OWN = {
  ...ENTRA,
  registration: {
    kind: 'own',
    clientId: '22222222-2222-4222-8222-222222222222',
    clientSecret: 'the secret of the portal',
  },
}
const OTHER = { ...INDEPENDENT, label: 'School portal' }

describe('settings', () => {
  test('come from the connection, so that only "switch on" remains', async () => {
    expect((await put(ENTRA)).json().code).toBe('connectionNeeded')
    await world.connect()
    const before = await provider()
    const offered = await options()
    const { settings } = before
    await put({ ...settings, enabled: true })

    expect(before).toMatchObject({
      savedAt: null,
      tenantId: world.emulator.tenant.id,
      clientId: world.emulator.app.clientId,
      redirectUri: 'http://localhost:8080',
      signInUrl: 'http://localhost:8080/o/default/sign-in',
      settings: { kind: 'entra', enabled: false, registration: { kind: 'connection' } },
    })
    expect(offered).toBeNull()
    expect(await options()).toEqual({ kind: 'entra', label: 'Microsoft' })
  })

  test('keep a secret sealed, tell its end only, and need it anew for another registration', async () => {
    await world.connect()
    const saved = await put(OWN)
    const { clientSecret: _secret, ...registration } = OWN.registration
    const kept = await put({ ...OWN, label: 'Work account', registration })
    const other = { ...registration, clientId: '33333333-3333-4333-8333-333333333333' }
    const refused = await put({ ...OWN, registration: other })

    expect(saved.json().secret).toMatchObject({ hint: 'rtal' })
    expect(kept.json()).toMatchObject({ secret: { hint: 'rtal' } })
    expect(refused.json().code).toBe('secretNeeded')
    const events = await world.call('GET', '/audit-events?action=provider.saved')
    const seen = saved.body + kept.body + events.body + world.api.logged()
    expect(seen).not.toContain(OWN.registration.clientSecret)
    expect(events.json().items[0].changes).toEqual([
      { field: 'label', before: 'Microsoft', after: 'Work account' },
    ])
  })

  test.each([
    { kind: 'discovery', url: 'http://provider.example' },
    { kind: 'discovery', url: 'https://name:word@provider.example' },
    { kind: 'discovery', url: 'ftp://provider.example' },
  ])('refuse the address $url', async (endpoints) => {
    const answer = await put({ ...OTHER, endpoints })

    expect(answer.statusCode).toBe(422)
    expect(answer.json().errors[0].path).toMatch(/^endpoints/)
  })

  test('of an earlier version are read without what nobody uses', async () => {
    const manual = {
      kind: 'manual',
      issuer: 'https://id.example.org',
      authorizationUrl: 'https://id.example.org/authorize',
      tokenUrl: 'https://id.example.org/token',
      jwksUrl: 'https://id.example.org/keys',
      endSessionUrl: null,
    }
    const endpoints = { ...manual, userInfoUrl: null }
    const refused = await put({ ...OTHER, endpoints })
    await put({ ...OTHER, endpoints: manual })
    const { clientSecret: _, ...kept } = { ...OTHER, endpoints }
    await acrossOrganizations(world.db)
      .updateTable('sign_in_providers')
      .set({ settings: JSON.stringify(kept) })
      .execute()

    expect(refused.statusCode).toBe(422)
    expect((await provider()).settings.endpoints).toEqual(manual)
  })

  test('are for those who may, of this organization', async () => {
    const anonymous = await world.api.app.inject('/api/v1/organizations/default/sign-in/provider')

    expect(anonymous.statusCode).toBe(401)
    expect((await world.call('GET', '/sign-in/provider', undefined, 'north')).statusCode).toBe(404)
  })
})

describe('a check', () => {
  const states = async () => {
    const { checks } = (await world.call('POST', '/sign-in/provider/check', {})).json()
    return checks.map(({ id, state, code }: Record<string, string>) => [id, state, code])
  }

  test('says that addresses, keys and secret are right', async () => {
    await world.connect()
    await world.switchOn()

    expect(await states()).toEqual([
      ['endpoints', 'passed', undefined],
      ['keys', 'passed', undefined],
      ['registration', 'passed', undefined],
      ['redirect', 'warning', 'seenInTest'],
    ])
  })

  test('names Entra’s code for a wrong secret, and what is missing', async () => {
    expect(await states()).toContainEqual(['endpoints', 'failed', 'connectionNeeded'])
    await world.connect({ credential: { kind: 'secret', value: 'a wrong secret of ours' } })

    expect(await states()).toContainEqual(['registration', 'failed', 'AADSTS7000215'])
  })

  test('warns of a registration without a secret', async () => {
    const other = await independentProvider(world, {})
    const endpoints = { kind: 'discovery', url: other.issuer }
    await put({ ...OTHER, endpoints, clientSecret: undefined })

    expect(await states()).toContainEqual(['registration', 'warning', 'secretMissing'])
  })

  test('reaches out for nobody who may only look', async () => {
    const headers = await asToken(world.api.parts, 'auditor')
    const url = '/api/v1/organizations/default/sign-in/provider'
    const look = await world.api.app.inject({ url, headers })
    const check = await world.api.app.inject({ method: 'POST', url: `${url}/check`, headers })

    expect([look.statusCode, check.statusCode]).toEqual([200, 403])
  })

  test('says when another provider is not there', async () => {
    await put(OTHER)

    expect(await states()).toContainEqual(['endpoints', 'failed', 'connectionRefused'])
  })
})

describe('a sign-in test', () => {
  test('shows every check, the claims, the account and its roles, and signs nobody in', async () => {
    await world.connect()
    await world.synchronise()
    const started = await world.call('POST', '/sign-in/tests', {})
    const { attempt, redirectTo } = started.json()
    const portal = world.browser()
    for (const { name, value } of started.cookies) portal.cookies.set(name, value)
    const back = await portal.visit(await world.wayBack(world.person(), redirectTo))
    const shown = (await world.call('GET', `/sign-in/tests/${attempt}`)).json()

    expect(back.headers.location).toBe(`/o/default/sign-in?attempt=${attempt}`)
    expect(await world.isSignedIn(portal)).toBe(false)
    expect(shown.attempt).toMatchObject({ state: 'succeeded', purpose: 'test' })
    expect(new Set(shown.checks.map(({ state }: { state: string }) => state))).toEqual(
      new Set(['passed']),
    )
    expect(shown.checks).toHaveLength(16)
    expect(shown.claims).toMatchObject({ oid: world.person().id, ver: '2.0' })
    expect(shown.account).toMatchObject({
      kind: 'found',
      name: world.person().displayName,
      roles: [],
    })
    expect((await portal.get(`/organizations/default/sign-in/tests/${attempt}`)).statusCode).toBe(
      401,
    )
  })

  test('advises to have the token say when the person was asked', async () => {
    world.without('auth_time')
    await world.connect()
    await world.synchronise()
    const started = await world.call('POST', '/sign-in/tests', {})
    const { attempt, redirectTo } = started.json()
    const portal = world.browser()
    for (const { name, value } of started.cookies) portal.cookies.set(name, value)
    await portal.visit(await world.wayBack(world.person(), redirectTo))
    const shown = (await world.call('GET', `/sign-in/tests/${attempt}`)).json()

    expect(shown.attempt.state).toBe('succeeded')
    expect(shown.checks.at(-1)).toMatchObject({ id: 'authTime', state: 'warning' })
    expect(shown.checks.at(-1).remedy).toContain('auth_time')
  })

  test('names the check that fails, and skips those after it', async () => {
    await world.connect()
    await world.synchronise()
    world.emulator.scenario.signIn.idTokens = 'wrongAudience'
    const started = await world.call('POST', '/sign-in/tests', {})
    const { attempt, redirectTo } = started.json()
    const portal = world.browser()
    for (const { name, value } of started.cookies) portal.cookies.set(name, value)
    await portal.visit(await world.wayBack(world.person(), redirectTo))
    const { checks, account } = (await world.call('GET', `/sign-in/tests/${attempt}`)).json()
    const states = new Map(checks.map(({ id, state }: Record<string, string>) => [id, state]))

    expect(states.get('tenant')).toBe('passed')
    expect(states.get('audience')).toBe('failed')
    expect(states.get('nonce')).toBe('skipped')
    expect(account).toBeNull()
  })
})

describe('another provider', () => {
  test('signs in whom its user name means, and from then on by its subject', async () => {
    await world.connect()
    await world.synchronise()
    const { userPrincipalName } = world.person()
    const people: Record<string, Record<string, string>> = {
      ada: { preferred_username: userPrincipalName.toUpperCase(), name: 'Ada' },
    }
    const other = await independentProvider(world, people)
    await put({ ...OTHER, endpoints: { kind: 'discovery', url: other.issuer } })
    const enter = async () => {
      const portal = world.browser()
      const { attempt, url } = await world.begin(portal)
      await portal.visit(await other.signIn('ada', url))
      return { told: await world.outcome(portal, attempt), session: await portal.session() }
    }
    const first = await enter()
    people['ada'] = { preferred_username: world.person(1).userPrincipalName }
    const second = await enter()

    expect(first.told).toMatchObject({ state: 'succeeded', trouble: null })
    expect(first.session.account.name).toBe(world.person().displayName)
    expect(second.session.account).toEqual(first.session.account)
    expect(await world.all('provider_identities')).toHaveLength(1)
  })

  test('that promises to name itself in its answers is not believed without', async () => {
    await world.connect()
    await world.synchronise()
    const { userPrincipalName: preferred_username } = world.person()
    const other = await independentProvider(world, { ada: { preferred_username } })
    await put({ ...OTHER, endpoints: { kind: 'discovery', url: other.issuer } })
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const back = await other.signIn('ada', url)
    await portal.visit(back.replace(/&iss=[^&]*/, ''))

    expect(back).toContain('&iss=')
    expect((await world.outcome(portal, attempt)).trouble?.code).toBe('issuerMixedUp')
  })

  test('proves a step-up by saying when it asked', async () => {
    await world.connect()
    await world.synchronise()
    const { userPrincipalName: preferred_username } = world.person()
    const other = await independentProvider(world, { ada: { preferred_username } })
    await put({ ...OTHER, endpoints: { kind: 'discovery', url: other.issuer } })
    const portal = world.browser()
    await portal.visit(await other.signIn('ada', (await world.begin(portal)).url))
    const { account } = await portal.session()
    const holder = { kind: 'user', id: account.id }
    await world.call('POST', '/role-assignments', { role: 'owner', holder })
    const path = '/api/v1/organizations/default/sign-in/provider'
    const act = { method: 'PUT', path, body: {} }
    const { id } = (await portal.send('POST', '/session/step-ups', act)).json()
    const started = (await portal.send('POST', `/session/step-ups/${id}/sign-in`)).json()
    await portal.visit(await other.signIn('ada', started.redirectTo))

    expect((await world.outcome(portal, started.attempt)).trouble).toBeNull()
    expect((await portal.get(`/session/step-ups/${id}`)).json().state).toBe('proven')
  })

  test('cannot be used to become somebody whom another of its accounts is', async () => {
    await world.connect()
    await world.synchronise()
    const preferred_username = world.person().userPrincipalName
    const other = await independentProvider(world, {
      ada: { preferred_username },
      eve: { preferred_username },
    })
    await put({ ...OTHER, endpoints: { kind: 'discovery', url: other.issuer } })
    const codes: string[] = []
    for (const login of ['ada', 'eve']) {
      const portal = world.browser()
      const { attempt, url } = await world.begin(portal)
      await portal.visit(await other.signIn(login, url))
      const { state, trouble } = await world.outcome(portal, attempt)
      codes.push(trouble?.code ?? state)
    }

    expect(codes).toEqual(['succeeded', 'nameTaken'])
  })

  test('creates whom nobody knows, where that is switched on, and a synchronisation leaves them', async () => {
    await world.connect()
    await world.synchronise()
    const other = await independentProvider(world, {
      zoe: { preferred_username: 'zoe', name: 'Zoe Z' },
    })
    const endpoints = { kind: 'discovery', url: other.issuer }
    await put({ ...OTHER, endpoints })
    const enter = async () => {
      const portal = world.browser()
      const { attempt, url } = await world.begin(portal)
      await portal.visit(await other.signIn('zoe', url))
      const { trouble } = await world.outcome(portal, attempt)
      return { code: trouble?.code, session: await portal.session() }
    }
    const stranger = await enter()
    await put({ ...OTHER, endpoints, createUnknownUsers: true, clientSecret: undefined })
    const made = await enter()
    await world.call('POST', '/directory/sync-runs', { mode: 'full' })
    await world.api.jobs.runDue()
    const again = await enter()

    expect(stranger.code).toBe('personUnknown')
    expect(made.code).toBeUndefined()
    expect(made.session.account).toMatchObject({ kind: 'user', name: 'Zoe Z' })
    // Nobody becomes anything by signing in: roles come from what was given here, and from nothing else.
    expect(made.session).toMatchObject({ roles: [], permissions: ['signedIn'] })
    expect(again.session.account).toEqual(made.session.account)
  })
})
