import { hostileTokens } from '@mooring/emulator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { signOnWorld } from '../../testing/sign-on-world.ts'
import { newId } from '../platform/ids.ts'

// The way of a browser through a sign-in: out to the provider's own pages, and back.

const database = await testDatabase()
let world: Awaited<ReturnType<typeof signOnWorld>>

beforeAll(async () => {
  world = await signOnWorld(database)
  await world.reset()
  await world.ready()
})
beforeEach(() => world.again())
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

describe('a synchronised person', () => {
  test('signs in through the provider’s own pages, and out again', async () => {
    const portal = world.browser()
    const returnTo = '/o/default/me?x=1'
    const { attempt, location } = await world.signIn(portal, world.person(), { returnTo })

    expect(await world.outcome(portal, attempt)).toMatchObject({
      state: 'succeeded',
      trouble: null,
    })
    expect(location).toBe(returnTo)
    expect(await portal.session()).toMatchObject({
      kind: 'signedIn',
      account: { kind: 'user', name: world.person().displayName, organization: 'default' },
      roles: [],
    })
    expect(await world.audited('sign-in.succeeded')).toMatchObject([
      { details: { way: 'provider' } },
    ])

    const out = await portal.send('DELETE', '/session')
    const leave = new URL(out.json().redirectTo)

    expect(leave.href).toContain(`${world.emulator.tenant.id}/oauth2/v2.0/logout`)
    expect(leave.searchParams.get('post_logout_redirect_uri')).toBe('http://localhost:8080')
    expect(leave.searchParams.get('logout_hint')).toBeTruthy()
    expect(await portal.session()).toEqual({ kind: 'signedOut' })
  })

  test('is asked for a code with PKCE, state and nonce, and for nothing that outlives the sign-in', async () => {
    const first = new URL((await world.begin(world.browser())).url).searchParams
    const second = new URL((await world.begin(world.browser(), { chooseAccount: true })).url)

    expect(Object.fromEntries(first)).toEqual({
      client_id: world.emulator.app.clientId,
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: 'http://localhost:8080',
      scope: 'openid profile',
      state: expect.stringMatching(/^att_/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(second.searchParams.get('prompt')).toBe('select_account')
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(second.searchParams.get(name)).not.toBe(first.get(name))
    }
  })

  test('gets a session that nobody planted, in place of the one the browser had', async () => {
    const portal = world.browser()
    portal.cookies.set('mooring', 'planted')
    await world.signIn(portal, world.person(0))
    const first = portal.cookies.get('mooring')
    await world.signIn(portal, world.person(1))
    const old = world.browser()
    old.cookies.set('mooring', first ?? '')

    expect(first).not.toBe('planted')
    expect(await world.isSignedIn(old)).toBe(false)
    expect((await portal.session()).account.name).toBe(world.person(1).displayName)
  })

  test('is led back to where they were, in whatever letters that is written', async () => {
    const returnTo = '/o/default/directory/users?q=Müller%20Łódź😀'
    const portal = world.browser()
    const { location } = await world.signIn(portal, world.person(), { returnTo })

    expect(location).toBe(
      '/o/default/directory/users?q=M%C3%BCller%20%C5%81%C3%B3d%C5%BA%F0%9F%98%80',
    )
    expect(await world.isSignedIn(portal)).toBe(true)
  })

  test('keeps nothing of the sign-in in the browser but the session', async () => {
    const portal = world.browser()
    await world.signIn(portal)

    expect([...portal.cookies.keys()]).toEqual(['mooring'])
  })

  test('may sign in in two tabs at once, each with a sign-in of its own', async () => {
    const portal = world.browser()
    const [one, two] = [await world.begin(portal), await world.begin(portal)]
    const back = await world.wayBack(world.person(), one.url)
    await portal.visit(await world.wayBack(world.person(), two.url))
    await portal.visit(back)

    expect(await world.outcome(portal, one.attempt)).toMatchObject({ state: 'succeeded' })
    expect(await world.outcome(portal, two.attempt)).toMatchObject({ state: 'succeeded' })
  })
})

describe('a way back', () => {
  test('counts once, and asks the provider once', async () => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const back = await world.wayBack(world.person(), url)
    await portal.visit(back)
    const before = world.asked()
    portal.cookies.delete('mooring')
    const again = await portal.visit(back)

    expect(again.headers.location).toBe(`/o/default/sign-in?attempt=${attempt}`)
    expect(await world.isSignedIn(portal)).toBe(false)
    expect(world.asked()).toBe(before)
  })

  test('of two at once, one is used', async () => {
    const portal = world.browser()
    const { url } = await world.begin(portal)
    const back = await world.wayBack(world.person(), url)
    const before = (await world.audited('sign-in.succeeded')).length
    const both = await Promise.all([portal.visit(back), portal.visit(back)])

    expect(both.map(({ headers }) => headers.location === '/').sort()).toEqual([false, true])
    expect(await world.audited('sign-in.succeeded')).toHaveLength(before + 1)
  })

  test('in another browser signs nobody in, and leaves the sign-in to the first', async () => {
    const [portal, victim] = [world.browser(), world.browser()]
    const { attempt, url } = await world.begin(portal)
    const back = await world.wayBack(world.person(), url)
    await victim.visit(back)

    expect(await world.isSignedIn(victim)).toBe(false)
    expect((await world.outcome(victim, attempt)).trouble).toMatchObject({ code: 'otherBrowser' })
    await portal.visit(back)
    expect(await world.isSignedIn(portal)).toBe(true)
  })

  test.each<[string, (back: string) => string, string]>([
    ['a state that was changed', (back) => back.replace(/(state=att_\w+\.)./, '$1_'), 'stateWrong'],
    ['a code twice', (back) => `${back}&code=other`, 'returnUnclear'],
    ['a state twice', (back) => `${back}&state=other`, 'returnUnclear'],
    ['a code and an error', (back) => `${back}&error=access_denied`, 'returnUnclear'],
    ['neither code nor error', (back) => back.replace(/code=[^&]*/, 'x=1'), 'returnUnclear'],
    ['another issuer', (back) => `${back}&iss=https%3A%2F%2Fevil.example`, 'issuerMixedUp'],
    [
      'a code that was made up',
      (back) => back.replace(/code=[^&]*/, 'code=made-up'),
      'requestWrong',
    ],
  ])('with %s is refused', async (_what, change, code) => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const answer = await portal.visit(change(await world.wayBack(world.person(), url)))

    expect(answer.headers.location).toBe(`/o/default/sign-in?attempt=${attempt}`)
    expect((await world.outcome(portal, attempt)).trouble?.code).toBe(code)
    expect(await world.isSignedIn(portal)).toBe(false)
    expect((await world.audited('sign-in.refused'))[0]).toMatchObject({ details: { code } })
  })

  test('after ten minutes is refused', async () => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const back = await world.wayBack(world.person(), url)
    world.later(601)
    await portal.visit(back)

    expect((await world.outcome(portal, attempt)).trouble.code).toBe('tookTooLong')
    expect(await world.isSignedIn(portal)).toBe(false)
  })

  test('with the code of another sign-in is refused', async () => {
    const [portal, other] = [world.browser(), world.browser()]
    const mine = await world.begin(portal)
    const theirs = await world.begin(other)
    const backOf = async (url: string, number: number) =>
      new URLSearchParams((await world.wayBack(world.person(number), url)).slice(2))
    const [own, stolen] = [await backOf(mine.url, 0), await backOf(theirs.url, 1)]
    own.set('code', stolen.get('code') ?? '')
    await portal.visit(`/?${own}`)

    expect((await world.outcome(portal, mine.attempt)).state).toBe('refused')
    expect(await world.isSignedIn(portal)).toBe(false)
  })

  test('to a provider that was changed meanwhile is refused', async () => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const back = await world.wayBack(world.person(), url)
    await world.switchOn({ enabled: false })
    await portal.visit(back)

    expect((await world.outcome(portal, attempt)).trouble.code).toBe('providerChanged')
  })

  test('of a consent, or of nobody, is left to the portal', async () => {
    const portal = world.browser()
    const paths = [
      '/',
      '/?state=consent.default&admin_consent=True',
      '/?code=x&state=y',
      '/?state=att_1',
    ]
    const answers = await Promise.all(paths.map((path) => portal.visit(path)))

    expect(answers.map(({ statusCode }) => statusCode)).not.toContain(303)
    const unknown = await portal.visit(`/?code=x&state=${newId('att')}.${'a'.repeat(43)}`)
    expect(unknown.headers.location).toBe('/sign-in')
  })

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/sign-in',
    '/o/default/sign-in?attempt=x',
  ])('never leads to %s', async (returnTo) => {
    const { location } = await world.signIn(world.browser(), world.person(), { returnTo })

    expect(location).toBe('/')
  })
})

describe('a token', () => {
  const harmless = ['honest', 'sameKid', 'noKid', 'jkuHeader', 'jwkHeader']

  test.each(hostileTokens.filter((name) => !harmless.includes(name)))(
    'of the kind "%s" lets nobody in',
    async (name) => {
      world.emulator.scenario.signIn.idTokens = name
      const portal = world.browser()
      const { attempt } = await world.signIn(portal)
      const { state, trouble } = await world.outcome(portal, attempt)

      expect(await world.isSignedIn(portal)).toBe(false)
      expect({ state, code: trouble.code }).toEqual({ state: 'refused', code: 'tokenRefused' })
      const [event] = await world.audited('sign-in.refused')
      expect(event?.details['reason']).toMatch(/\w+/)
    },
  )
})

describe('a refusal of the provider', () => {
  test.each([
    ['notAssigned', 'notAssigned', 'AADSTS50105', { canRetry: false, chooseAccount: true }],
    ['blocked', 'blockedByPolicy', 'AADSTS53003', { canRetry: false, chooseAccount: true }],
  ] as const)(
    '"%s" that comes back is told with its code',
    async (outcome, code, number, offers) => {
      world.emulator.scenario.signIn.refusals = 'redirect'
      world.emulator.signIn.setOutcome(world.person().id, outcome)
      const portal = world.browser()
      const { attempt } = await world.signIn(portal)
      const { trouble } = await world.outcome(portal, attempt)

      expect(trouble).toMatchObject({ code, microsoftCode: number, ...offers })
      expect(trouble.correlationId).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  test('never has its own text shown', async () => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const state = new URL(url).searchParams.get('state') ?? ''
    const markup = '<script>alert(1)</script>'
    const query = new URLSearchParams({ error: markup, error_description: markup, state })
    await portal.visit(`/?${query}`)
    const told = await world.outcome(portal, attempt)

    expect(told.trouble.code).toBe('providerRefused')
    expect(JSON.stringify(told)).not.toContain('alert')
  })

  test.each([
    [{ error: 'access_denied', error_subcode: 'cancel' }, 'cancelled'],
    [{ error: 'consent_required' }, 'consentMissing'],
    [{ error: 'login_required' }, 'signInNeeded'],
    [{ error: 'temporarily_unavailable' }, 'providerBusy'],
    [{ error: 'access_denied', error_description: 'AADSTS53000: …' }, 'deviceNotCompliant'],
    [{ error: 'invalid_request', error_description: 'AADSTS700054: …' }, 'requestWrong'],
  ])('%j is understood', async (fields, code) => {
    const portal = world.browser()
    const { attempt, url } = await world.begin(portal)
    const state = new URL(url).searchParams.get('state') ?? ''
    await portal.visit(`/?${new URLSearchParams({ ...fields, state })}`)

    expect((await world.outcome(portal, attempt)).trouble.code).toBe(code)
  })

  test('of the secret itself blames nobody who signs in, and is not asked again', async () => {
    await world.connect({ credential: { kind: 'secret', value: 'a wrong secret of ours' } })
    const portal = world.browser()
    const before = world.asked()
    const { attempt } = await world.signIn(portal)

    const { trouble } = await world.outcome(portal, attempt)
    expect(trouble).toMatchObject({ code: 'credentialWrong', canRetry: false })
    expect(world.asked()).toBe(before + 1)
    await world.connect()
  })
})

test('neither codes nor states nor secrets are in the log or in the database', async () => {
  const portal = world.browser()
  const { attempt, url } = await world.begin(portal)
  const cookie = portal.cookies.get(`mooring-sign-in-${attempt}`) ?? 'none'
  const back = await world.wayBack(world.person(), url)
  await portal.visit(back)
  const rows = await world.all('sign_in_attempts')
  const seen = world.api.logged() + JSON.stringify(rows)
  const query = new URLSearchParams(back.slice(2))

  expect(cookie).toMatch(/^[\w-]{43}$/)
  for (const secret of [cookie, query.get('code'), query.get('state'), world.emulator.app.secret]) {
    expect(seen).not.toContain(secret)
  }
})

test('starts are counted, so that nobody fills the disk with them', {
  timeout: 90_000,
}, async () => {
  const portal = world.browser()
  const start = () => portal.send('POST', '/sign-in/start', { organization: 'default' })
  const statuses = new Set<number>()
  for (let count = 0; count < 310; count += 31) {
    const some = await Promise.all(Array.from({ length: 31 }, start))
    for (const { statusCode } of some) statuses.add(statusCode)
  }

  expect([...statuses]).toEqual([200, 429])
  // Strangers must not close the door to everybody: there is nothing that all addresses share.
  expect(await world.all('sign_in_throttles')).toMatchObject([
    { key: expect.stringMatching(/^provider:.{20}/) },
  ])
})

test('a start that succeeds is not counted', async () => {
  await world.signIn(world.browser())

  expect(await world.all('sign_in_throttles')).toMatchObject([{ failures: 0 }])
})

test('what was never finished is kept for ten minutes, what was for a day', async () => {
  const forget = async (seconds: number) => {
    world.later(seconds)
    await world.api.jobs.send('sign-in.forget-expired', {})
    await world.api.jobs.runDue()
    return (await world.all('sign_in_attempts')).length
  }
  await world.begin(world.browser())
  await world.signIn(world.browser())

  expect(await forget(20 * 60 - 1)).toBe(2)
  expect(await forget(2)).toBe(1)
  expect(await forget(24 * 3600)).toBe(0)
})

test('another site cannot begin a sign-in', async () => {
  const answer = await world.api.app.inject({
    method: 'POST',
    url: '/api/v1/sign-in/start',
    payload: { organization: 'default' },
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  })

  expect(answer.json().code).toBe('originWrong')
})

describe('the provider’s own sign-out', () => {
  test('ends the sessions that began with it, and no others', async () => {
    const url = 'http://localhost:8080/api/sign-in/front-channel-logout'
    const [mine, other] = [world.browser(), world.browser()]
    await world.signIn(mine, world.person(0))
    await world.signIn(other, world.person(1))
    const rows = await world.all('sessions')
    const sid = String(rows[0]?.['provider_session'])
    const out = (path: string) => world.api.app.inject({ url: path })
    const { pathname } = new URL(url)
    const answers = [
      await out(pathname),
      await out(`${pathname}?sid=short`),
      await out(`${pathname}?sid=00000000-0000-0000-0000-000000000000`),
      await out(`${pathname}?sid=${sid}&sid=x`),
      await out(`${pathname}?sid=${sid}`),
    ]

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200])
    expect(answers[4]?.headers['content-security-policy']).toContain(
      `frame-ancestors ${world.emulator.url}`,
    )
    expect(answers[4]?.headers['x-frame-options']).toBeUndefined()
    const left = [await world.isSignedIn(mine), await world.isSignedIn(other)]
    expect(left.sort()).toEqual([false, true])
    expect((await world.audited('sign-in.ended'))[0]).toMatchObject({
      actor: { kind: 'user', id: rows[0]?.['user_id'] },
      details: { way: 'provider' },
    })
  })

  test('is heard of however many sign out at once, unless strangers guess', async () => {
    const out = (sid: string) =>
      world.api.app.inject({ url: `/api/sign-in/front-channel-logout?sid=${sid}` })
    // Another second than that of the test before.
    world.later(5)
    for (let count = 0; count < 3; count += 1) await world.signIn(world.browser())
    const rows = await world.all('sessions')
    const [first, second, third] = rows.map((row) => String(row['provider_session']))
    const guess = (number: number) => out(`${'0'.repeat(30)}${number}`)
    await Promise.all(Array.from({ length: 49 }, (_, number) => guess(number)))
    await out(String(first))
    await out(String(second))
    await guess(49)
    await out(String(third))
    const kept = (await world.all('sessions')).length
    world.later(1)
    await out(String(third))

    expect(kept).toBe(1)
    expect(await world.all('sessions')).toEqual([])
  })
})
