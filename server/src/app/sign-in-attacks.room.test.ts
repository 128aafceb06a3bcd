import { TOTP } from 'otpauth'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows } from '../../testing/directory-rows.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { beginSession } from '../sign-in/index.ts'
import { asToken, type Browser, createBrowser, sendProven, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const BASE = '/api/v1/organizations/default'

const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
const { app, parts } = api
let home: OrganizationId
let rows: ReturnType<typeof directoryRows>
beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
  home = (await loadHomeOrganization(parts.db)).id
  rows = directoryRows(parts.db, home)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const owner = (email = 'owner@example.com') => createBrowser(parts, app, email)
const codeOf = (answer: { statusCode: number; body: string; json(): { code?: string } }) =>
  answer.body === '' ? answer.statusCode : (answer.json().code ?? answer.statusCode)

type From = { readonly remoteAddress: string; readonly cookie?: string }
async function signIn(email: string, password: string, { remoteAddress, cookie }: From) {
  const payload = { email, password }
  const headers = cookie === undefined ? {} : { cookie }
  return await app.inject({
    method: 'POST',
    url: '/api/v1/session',
    remoteAddress,
    payload,
    headers,
  })
}
/** What is told of it after the fact: newest first. */
async function events(action: string) {
  const url = `${BASE}/audit-events?action=${action}&limit=200`
  const answer = await app.inject({ url, headers: await asToken(parts, 'owner') })
  return answer.json().items as { action: string; object: { id: string }; details: object }[]
}
const makeToken = async (browser: Browser, role: string) =>
  (
    await sendProven(app, browser, {
      method: 'POST',
      url: `${BASE}/tokens`,
      payload: { name: `a ${role}`, role },
    })
  ).json() as { id: string; token: string; expiresAt: string | null }
const statusOf = async (token: string) =>
  (await app.inject({ url: BASE, headers: { authorization: `Bearer ${token}` } })).statusCode
const administrator = ({ administrator: id }: Browser) => `${BASE}/administrators/${id}`

describe('a stranger who guesses', () => {
  const guess = (email: string, n: number) =>
    signIn(email, 'a guess', { remoteAddress: `203.0.113.${n}` })

  test('keeps nobody from signing in elsewhere', async () => {
    const { email, password } = await owner()
    for (let n = 0; n < 6; n++) await guess(email, 1)

    const there = await signIn(email, password, { remoteAddress: '203.0.113.1' })
    const here = await signIn(email, password, { remoteAddress: '198.51.100.7' })

    expect([there.statusCode, here.statusCode]).toEqual([429, 200])
  }, 60_000)

  test('from everywhere keeps nobody from a browser that is known', async () => {
    const { email, password } = await owner()
    const [, known] = (await signIn(email, password, { remoteAddress: '198.51.100.7' })).cookies
    // What a hundred networks leave behind.
    await guess(email, 1)
    await parts.db
      .updateTable('sign_in_throttles')
      .set({ failures: 99 })
      .where('organization_id', '=', home)
      .where('key', 'like', 'account-all:%')
      .execute()
    await guess(email, 2)

    const unknown = await signIn(email, password, { remoteAddress: '192.0.2.9' })
    const cookie = `${known?.name}=${known?.value}`
    const forged = await signIn(email, password, {
      remoteAddress: '192.0.2.10',
      cookie: `${known?.name}=${'x'.repeat(43)}`,
    })
    const same = await signIn(email, password, { remoteAddress: '192.0.2.11', cookie })
    const again = await signIn(email, password, { remoteAddress: '192.0.2.12', cookie })

    expect([unknown.statusCode, forged.statusCode, same.statusCode]).toEqual([429, 429, 200])
    // The token is new each time.
    expect(again.statusCode).toBe(429)
  }, 60_000)

  test('in a known browser has to wait there as anywhere', async () => {
    const { email, password } = await owner()
    const [, known] = (await signIn(email, password, { remoteAddress: '198.51.100.7' })).cookies
    const cookie = `${known?.name}=${known?.value}`
    for (let n = 0; n < 5; n++) {
      await signIn(email, 'a guess', { remoteAddress: `203.0.113.${n}`, cookie })
    }

    const answer = await signIn(email, password, { remoteAddress: '203.0.113.9', cookie })

    expect(answer.statusCode).toBe(429)
  }, 60_000)

  test('from within an office does not shut it', async () => {
    const { email, password } = await owner()
    for (let n = 0; n < 30; n++) {
      await signIn(`nobody${n}@example.com`, 'a guess', { remoteAddress: '198.51.100.7' })
    }

    const answer = await signIn(email, password, { remoteAddress: '198.51.100.7' })

    expect(answer.statusCode).toBe(200)
  }, 60_000)

  test('with the right password and no code leaves an event', async () => {
    const browser = await owner()
    const offered = await sendProven(app, browser, { method: 'POST', url: '/api/v1/account/totp' })
    const code = new TOTP({ secret: offered.json().secret }).generate({
      timestamp: clock.now().getTime(),
    })
    const url = '/api/v1/account/totp/confirmation'
    const headers = browser.headers()
    await app.inject({ method: 'POST', url, headers, payload: { code } })

    const half = await signIn(browser.email, browser.password, { remoteAddress: '203.0.113.1' })

    expect(half.json().code).toBe('codeNeeded')
    expect(await events('sign-in.refused')).toMatchObject([
      { details: { code: 'codeNeeded' }, object: { id: browser.administrator } },
    ])
  })
})

describe('step-ups', () => {
  test('that are guessed in one session keep nobody from acting in another', async () => {
    const mine = await owner()
    const other = await mine.again()
    const act = { method: 'POST', url: `${BASE}/tokens`, payload: { name: 'x', role: 'auditor' } }
    const begun = await app.inject({
      method: 'POST',
      url: '/api/v1/session/step-ups',
      headers: other.headers(),
      payload: { method: act.method, path: act.url, body: act.payload },
    })
    const url = `/api/v1/session/step-ups/${begun.json().id}/password`
    const guess = () =>
      app.inject({ method: 'POST', url, headers: other.headers(), payload: { password: 'wrong' } })
    for (let n = 0; n < 5; n++) await guess()

    expect(codeOf(await guess())).toBe('tooManyAttempts')
    expect((await makeToken(mine, 'auditor')).id).toMatch(/^tok_/)
  }, 60_000)

  test('are no hindrance to signing out with the token before', async () => {
    const browser = await owner()
    const before = browser.headers()
    await makeToken(browser, 'auditor')

    await app.inject({ method: 'DELETE', url: '/api/v1/session', headers: before })

    const session = await app.inject({ url: '/api/v1/session', headers: browser.headers() })
    expect(session.json().kind).toBe('signedOut')
  })
})

describe('a token', () => {
  test('becomes no person: administrators are made, changed and removed by people', async () => {
    const other = await owner()
    const headers = await asToken(parts, 'owner')
    const call = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      codeOf(await app.inject({ method, url, headers, ...(payload ? { payload } : {}) }))
    const invited = { email: 'new@example.com', role: 'owner' }

    expect(await call('POST', `${BASE}/administrators`, invited)).toBe('sessionNeeded')
    expect(await call('PATCH', administrator(other), { role: 'auditor' })).toBe('sessionNeeded')
    expect(await call('POST', `${administrator(other)}/password-link`)).toBe('sessionNeeded')
    expect(await call('DELETE', administrator(other))).toBe('sessionNeeded')
  })

  test('gives its maker no role', async () => {
    await rows.user(1, 'Ada')
    const headers = await asToken(parts, 'owner')
    await parts.db
      .updateTable('api_tokens')
      .set({ created_by_id: 'usr_1' })
      .where('organization_id', '=', home)
      .execute()

    const answer = await app.inject({
      method: 'POST',
      url: `${BASE}/role-assignments`,
      headers,
      payload: { role: 'auditor', holder: { kind: 'user', id: 'usr_1' } },
    })

    expect(codeOf(answer)).toBe('ownRole')
  })

  test('that is strong ends within a year, unless another end is named', async () => {
    const browser = await owner()
    const yearMs = 365 * 24 * 60 * 60 * 1000

    const ends = [
      (await makeToken(browser, 'owner')).expiresAt,
      (await makeToken(browser, 'administrator')).expiresAt,
      (await makeToken(browser, 'auditor')).expiresAt,
    ]

    const inAYear = new Date(NOW.getTime() + yearMs).toISOString()
    expect(ends).toEqual([inAYear, inAYear, null])
  }, 60_000)

  test('does not outlive what its maker may do', async () => {
    const [first, second] = [await owner(), await owner('second@example.com')]
    const strong = await makeToken(second, 'owner')
    const weak = await makeToken(second, 'auditor')
    const url = administrator(second)

    await sendProven(app, first, { method: 'PATCH', url, payload: { role: 'auditor' } })
    const demoted = [await statusOf(strong.token), await statusOf(weak.token)]
    await sendProven(app, first, { method: 'DELETE', url })

    expect(demoted).toEqual([401, 200])
    expect(await statusOf(weak.token)).toBe(401)
    expect((await events('token.revoked')).map(({ object }) => object.id)).toEqual([
      weak.id,
      strong.id,
    ])
  }, 60_000)
})

test('a role that changes ends the open password link', async () => {
  const browser = await owner()
  const payload = { email: 'new@example.com', role: 'auditor' }
  const url = `${BASE}/administrators`
  const invited = (await sendProven(app, browser, { method: 'POST', url, payload })).json()
  const change = { method: 'PATCH', url: `${url}/${invited.id}`, payload: { role: 'owner' } }
  await sendProven(app, browser, { ...change, method: 'PATCH' })

  const used = await app.inject({
    method: 'POST',
    url: '/api/v1/password',
    payload: { token: invited.passwordLink.split('#')[1], password: 'a password of many words' },
  })

  expect(codeOf(used)).toBe('linkInvalid')
})

test('an invitation nobody opened is no owner who could stay', async () => {
  const browser = await owner()
  const payload = { email: 'ghost@example.com', role: 'owner' }
  const url = `${BASE}/administrators`
  const ghost = (await sendProven(app, browser, { method: 'POST', url, payload })).json()

  const last = await sendProven(app, browser, { method: 'DELETE', url: administrator(browser) })
  const removed = await sendProven(app, browser, { method: 'DELETE', url: `${url}/${ghost.id}` })

  expect([codeOf(last), codeOf(removed)]).toEqual(['lastOwner', 204])
})

describe('roles through groups', () => {
  const assign = (payload: object, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: `${BASE}/role-assignments`, headers, payload })
  const toGroup = (role: string) => ({ role, holder: { kind: 'group', id: 'grp_11' } })

  beforeEach(async () => {
    await rows.user(1, 'Ada')
    await rows.user(2, 'Bela')
    await rows.group(11, 'Admins')
    await rows.members(11, 'user', 1)
  })

  test('are not given to oneself', async () => {
    const headers = await asToken(parts, 'owner')
    const own = await asToken(parts, 'owner')
    await parts.db
      .updateTable('api_tokens')
      .set({ created_by_id: 'usr_1' })
      .where('organization_id', '=', home)
      .execute()

    expect(codeOf(await assign(toGroup('auditor'), own))).toBe('ownRole')
    await parts.db
      .updateTable('api_tokens')
      .set({ created_by_id: 'usr_2' })
      .where('organization_id', '=', home)
      .execute()
    expect(codeOf(await assign(toGroup('auditor'), headers))).toBe(201)
  })

  test('are recorded for each person, whoever’s act brought it to light', async () => {
    const headers = await asToken(parts, 'owner')
    await assign(toGroup('helpdesk'), headers)
    await parts.db.deleteFrom('directory_memberships').where('organization_id', '=', home).execute()

    await assign({ role: 'auditor', holder: { kind: 'user', id: 'usr_2' } }, headers)

    const told = await events('role.followed-directory')
    expect(told.map(({ object }) => object.id)).toContain('usr_1')
    expect(told).toHaveLength(3)
  })

  test('and sessions end with the groups and people that are removed', async () => {
    const headers = await asToken(parts, 'owner')
    await assign(toGroup('administrator'), headers)
    const start = { now: clock.now(), way: 'provider', clientAddress: '', userAgent: '' } as const
    await beginSession(parts.db, { organization: home, kind: 'user', id: 'usr_1' }, start)
    const remove = (what: 'groups' | 'users') =>
      app.inject({ method: 'DELETE', url: `${BASE}/directory/${what}?confirm=default`, headers })
    const all = (table: 'person_roles' | 'sessions' | 'role_assignments') =>
      parts.db.selectFrom(table).selectAll().where('organization_id', '=', home).execute()
    expect(await all('person_roles')).toHaveLength(1)

    expect((await remove('groups')).statusCode).toBe(200)
    expect([await all('person_roles'), await all('role_assignments')]).toEqual([[], []])
    expect(await all('sessions')).toHaveLength(1)
    expect((await remove('users')).statusCode).toBe(200)
    expect(await all('sessions')).toEqual([])
  })
})

test('a proxy that is not believed is told once', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' }
  await app.inject({ url: '/api/v1/session', headers })
  await app.inject({ url: '/api/v1/session', headers })

  expect(api.logged().match(/MOORING_TRUSTED_PROXIES/g)).toHaveLength(1)
})

test('a local owner who signs in while there is a provider breaks the glass', async () => {
  const browser = await owner()
  const headers = await asToken(parts, 'owner')
  await app.inject({
    method: 'PUT',
    url: `${BASE}/entra/connection`,
    headers,
    payload: {
      tenantId: '11111111-1111-4111-8111-111111111111',
      clientId: '22222222-2222-4222-8222-222222222222',
      credential: { kind: 'secret', value: 'a secret of forty characters, or about it' },
      syncUsers: true,
      syncGroups: true,
    },
  })
  await parts.db
    .insertInto('sign_in_providers')
    .values({
      organization_id: home,
      settings: JSON.stringify({
        kind: 'entra',
        enabled: true,
        label: 'Example',
        createUnknownUsers: false,
        registration: { kind: 'connection' },
        stepUpContext: null,
      }),
      secret_id: null,
      secret_hint: null,
      secret_set_at: null,
      saved_at: NOW,
      saved_by: 'a test',
    })
    .execute()

  await signIn(browser.email, browser.password, { remoteAddress: '198.51.100.7' })

  expect(await events('sign-in.succeeded')).toMatchObject([{ details: { breakGlass: true } }])
  const told = async () => {
    const { attention } = (await app.inject({ url: `${BASE}/overview`, headers })).json()
    return attention.filter(({ code }: { code: string }) => code === 'glassBroken')
  }
  expect(await told()).toMatchObject([{ severity: 'warning' }])
  // The others are told for a week, and then have had the time to look.
  clock.set(new Date(NOW.getTime() + 7 * 24 * 60 * 60_000 + 1))
  expect(await told()).toEqual([])
})
