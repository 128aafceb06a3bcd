import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { steppingClock } from '../platform/clock.ts'
import { asToken, type Browser, createBrowser, stepUpWithPassword, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const MINUTE_MS = 60_000
const TOKENS = '/api/v1/organizations/default/tokens'

const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
const { app, parts } = api
beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const later = (ms: number) => clock.set(new Date(clock.now().getTime() + ms))

const MAKE_TOKEN = {
  method: 'POST',
  url: TOKENS,
  payload: { name: 'script', role: 'auditor' },
} as const

type Act = { method: 'POST' | 'DELETE'; url: string; payload?: object }

async function send(browser: Browser, act: Act, more: object = {}) {
  const response = await app.inject({ ...act, headers: { ...browser.headers(), ...more } })
  browser.read(response)
  return response
}

async function begin(browser: Browser, { method, url, payload }: Act) {
  const body = { method, path: url, ...(payload ? { body: payload } : {}) }
  return await send(browser, { method: 'POST', url: '/api/v1/session/step-ups', payload: body })
}

const prove = (browser: Browser, id: string, password: string) =>
  send(browser, {
    method: 'POST',
    url: `/api/v1/session/step-ups/${id}/password`,
    payload: { password },
  })

async function proven(browser: Browser, act: Act) {
  return { 'x-step-up': await stepUpWithPassword(app, browser, act) }
}

const answer = (response: { statusCode: number; json: () => { code?: string } }) =>
  response.statusCode < 300 ? response.statusCode : response.json().code

describe('a dangerous act', () => {
  test('of a session needs a proof made for it, and goes through with one', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')

    const bare = await send(ada, MAKE_TOKEN)
    const begun = (await begin(ada, MAKE_TOKEN)).json()
    const inGerman = await app.inject({
      url: `/api/v1/session/step-ups/${begun.id}`,
      headers: { ...ada.headers(), 'accept-language': 'de' },
    })
    const shown = await prove(ada, begun.id, ada.password)
    const done = await send(ada, MAKE_TOKEN, { 'x-step-up': begun.id })

    expect(inGerman.json().act).toBe('Ein API-Token erstellen')
    expect([bare.statusCode, bare.json().code]).toEqual([403, 'stepUpNeeded'])
    expect(begun).toMatchObject({
      state: 'open',
      act: 'Make an API token',
      ways: ['password'],
      needsCode: false,
      expiresAt: new Date(NOW.getTime() + 5 * MINUTE_MS).toISOString(),
    })
    expect(shown.json()).toMatchObject({ id: begun.id, state: 'proven' })
    expect(done.statusCode).toBe(201)
  })

  test('of a script needs none: it proved itself when its token was made', async () => {
    const headers = await asToken(parts, 'owner')

    expect((await app.inject({ ...MAKE_TOKEN, headers })).statusCode).toBe(201)
  })

  test('is still refused for what one may not, before a proof is asked for', async () => {
    const grace = await createBrowser(parts, app, 'grace@example.com', 'administrator')
    const payload = { name: 'script', role: 'owner' }

    expect(answer(await send(grace, { ...MAKE_TOKEN, payload }))).toBe('roleTooStrong')
  })
})

describe('a proof', () => {
  test('is good once', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const header = await proven(ada, MAKE_TOKEN)

    expect(answer(await send(ada, MAKE_TOKEN, header))).toBe(201)
    expect(answer(await send(ada, MAKE_TOKEN, header))).toBe('stepUpNeeded')
  })

  test('is good once, also for two calls at once', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const header = await proven(ada, MAKE_TOKEN)

    const both = await Promise.all([send(ada, MAKE_TOKEN, header), send(ada, MAKE_TOKEN, header)])

    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 403])
  })

  test.each([
    ['another address', { ...MAKE_TOKEN, url: `${TOKENS}?x=1` }],
    ['another value', { ...MAKE_TOKEN, payload: { name: 'script', role: 'owner' } }],
    ['no values', { method: 'POST', url: TOKENS, payload: {} } as const],
  ])('does not serve a call with %s', async (_what, other) => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const header = await proven(ada, other)

    expect(answer(await send(ada, MAKE_TOKEN, header))).toBe('stepUpNeeded')
  })

  test('does not serve another session, not even of the same administrator', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const elsewhere = await ada.again()
    const header = await proven(ada, MAKE_TOKEN)

    expect(answer(await send(elsewhere, MAKE_TOKEN, header))).toBe('stepUpNeeded')
    expect(answer(await send(ada, MAKE_TOKEN, header))).toBe(201)
  })

  test('that was never shown proves nothing', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const { id } = (await begin(ada, MAKE_TOKEN)).json()

    expect(answer(await send(ada, MAKE_TOKEN, { 'x-step-up': id }))).toBe('stepUpNeeded')
    expect(answer(await send(ada, MAKE_TOKEN, { 'x-step-up': 'stp_invented' }))).toBe(
      'stepUpNeeded',
    )
  })

  test('is good for five minutes from its beginning', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const header = await proven(ada, MAKE_TOKEN)
    later(5 * MINUTE_MS)

    const late = await send(ada, MAKE_TOKEN, header)
    const told = await app.inject({
      url: `/api/v1/session/step-ups/${header['x-step-up']}`,
      headers: ada.headers(),
    })

    expect(answer(late)).toBe('stepUpNeeded')
    expect(told.json().state).toBe('expired')
  })

  test('cannot be shown for a step-up that is over, or of another session', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const grace = await createBrowser(parts, app, 'grace@example.com')
    const { id } = (await begin(ada, MAKE_TOKEN)).json()

    const foreign = await prove(grace, id, grace.password)
    later(5 * MINUTE_MS)
    const late = await prove(ada, id, ada.password)

    expect(answer(foreign)).toBe('stepUpUnknown')
    expect(answer(late)).toBe('stepUpOver')
  })

  test('renews the session: a new cookie, the same session and the same CSRF token', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const before = ada.headers()
    await proven(ada, MAKE_TOKEN)
    const session = async (headers: Record<string, string>) =>
      (await app.inject({ url: '/api/v1/session', headers })).json()

    expect(ada.headers()['cookie']).not.toBe(before['cookie'])
    expect(ada.headers()['x-csrf-token']).toBe(before['x-csrf-token'])
    // Requests that were under way find their session for a moment; then the old token is worth nothing.
    expect(await session(before)).toMatchObject({ csrfToken: before['x-csrf-token'] })
    later(10_000)
    expect(await session(before)).toEqual({ kind: 'signedOut' })
    expect(await session(ada.headers())).toMatchObject({ kind: 'signedIn' })
  })

  test('by a wrong password is refused and counted, and does not end the session', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const { id } = (await begin(ada, MAKE_TOKEN)).json()

    const answers = []
    for (let n = 0; n < 6; n++) answers.push(answer(await prove(ada, id, `wrong ${n}`)))
    later(30_000)
    const right = await prove(ada, id, ada.password)

    expect(answers).toEqual([...Array(5).fill('proofWrong'), 'tooManyAttempts'])
    expect(right.json().state).toBe('proven')
  })

  test('is begun only for what asks for one, and never by a token', async () => {
    const ada = await createBrowser(parts, app, 'ada@example.com')
    const harmless = { method: 'POST', url: '/api/v1/organizations', payload: {} } as const
    const payload = { method: 'POST', path: TOKENS }

    const response = await begin(ada, harmless)
    const byToken = await app.inject({
      method: 'POST',
      url: '/api/v1/session/step-ups',
      headers: await asToken(parts, 'owner'),
      payload,
    })

    expect([response.statusCode, response.json().code]).toEqual([422, 'noStepUp'])
    expect(answer(byToken)).toBe('sessionNeeded')
  })
})
