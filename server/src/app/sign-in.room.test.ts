import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { forgetExpired, inviteAdministrator } from '../sign-in/index.ts'
import { asToken, createBrowser, sendProven, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const PASSWORD = 'correct horse battery'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

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

async function invite(email: string, role: 'owner' | 'auditor' = 'owner', org?: OrganizationId) {
  const organization = org ?? (await loadHomeOrganization(parts.db)).id
  const { publicUrl } = parts.config
  const given = { organization, email, role }
  const invitation = await inviteAdministrator(parts.db, given, { now: clock.now(), publicUrl })
  if (!invitation) throw new Error(`${email} is taken`)
  return { id: invitation.administrator.id, link: invitation.passwordLink.split('#')[1] ?? '' }
}

async function addOrganization(slug: string): Promise<OrganizationId> {
  const id = newId('org')
  await parts.db.insertInto('organizations').values({ id, slug, name: slug }).execute()
  return id
}

const call = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { payload, headers = {} }: { payload?: object; headers?: object } = {},
) =>
  app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...headers },
    ...(payload ? { payload } : {}),
  })

const signIn = (email: string, password: string, headers: object = {}) =>
  call('POST', '/session', { payload: { email, password }, headers })

const administrators = '/organizations/default/administrators'

type Response = Awaited<ReturnType<typeof call>>

/** What a browser sends along after this answer. */
function browserOf(response: Response) {
  const [cookie] = response.cookies
  return {
    cookie: `${cookie?.name}=${cookie?.value}`,
    'x-csrf-token': response.json().csrfToken as string,
    origin: 'http://localhost:8080',
    'sec-fetch-site': 'same-origin',
  }
}

async function joined(email: string, role: 'owner' | 'auditor' = 'owner', org?: OrganizationId) {
  const { id, link } = await invite(email, role, org)
  const response = await call('POST', '/password', { payload: { token: link, password: PASSWORD } })
  return { id, browser: browserOf(response) }
}

const kindOf = async (browser: object) =>
  (await call('GET', '/session', { headers: browser })).json().kind

describe('a one-time link', () => {
  test('sets a password, signs in, and works once', async () => {
    const { link } = await invite('Ada@Example.com')
    const payload = { token: link, password: PASSWORD }

    const looked = await call('POST', '/password-link', { payload: { token: link } })
    const used = await call('POST', '/password', { payload })
    const again = await call('POST', '/password', { payload })

    expect(looked.json()).toEqual({
      email: 'ada@example.com',
      expiresAt: new Date(NOW.getTime() + 72 * HOUR_MS).toISOString(),
    })
    expect(used.json()).toMatchObject({
      kind: 'signedIn',
      account: { kind: 'administrator', name: 'ada@example.com' },
      roles: ['owner'],
    })
    expect([again.statusCode, again.json().code]).toEqual([404, 'linkInvalid'])
    expect((await signIn('ADA@example.com ', PASSWORD)).statusCode).toBe(200)
  })

  test('is good for 72 hours', async () => {
    const { link } = await invite('ada@example.com')
    later(72 * HOUR_MS)

    const response = await call('POST', '/password', {
      payload: { token: link, password: PASSWORD },
    })

    expect(response.statusCode).toBe(404)
  })

  test('of two who use it at once, one succeeds', async () => {
    const { link } = await invite('ada@example.com')
    const payload = { token: link, password: PASSWORD }

    const both = await Promise.all([
      call('POST', '/password', { payload }),
      call('POST', '/password', { payload }),
    ])

    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404])
  })

  test('that is new replaces the one before and, once used, ends every session', async () => {
    const { id, browser } = await joined('ada@example.com')
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const url = `/api/v1${administrators}/${id}/password-link`
    const renew = () => sendProven(app, owner, { method: 'POST', url })
    const first = (await renew()).json().passwordLink.split('#')[1]
    const second = (await renew()).json().passwordLink.split('#')[1]

    const old = await call('POST', '/password', { payload: { token: first, password: PASSWORD } })
    await call('POST', '/password', { payload: { token: second, password: 'another long one' } })

    expect(old.statusCode).toBe(404)
    expect(await kindOf(browser)).toBe('signedOut')
    expect((await signIn('ada@example.com', PASSWORD)).statusCode).toBe(401)
  })

  test('takes passwords of twelve characters or more', async () => {
    const { link } = await invite('ada@example.com')

    const response = await call('POST', '/password', {
      payload: { token: link, password: 'short' },
    })

    expect(response.json()).toMatchObject({ status: 422, errors: [{ path: 'password' }] })
  })
})

describe('a session', () => {
  test('has a cookie that scripts and other sites cannot use', async () => {
    const { link } = await invite('ada@example.com')
    const response = await call('POST', '/password', {
      payload: { token: link, password: PASSWORD },
    })

    expect(response.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^mooring=[\w-]{43}; Max-Age=36000; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^mooring-browser=[\w-]{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
    ])
  })

  test('is bound to its host where https is spoken', async () => {
    await using secure = testApi(database.database, clock, { publicUrl: 'https://mdm.example.com' })
    const { link } = await invite('ada@example.com')

    const response = await secure.app.inject({
      method: 'POST',
      url: '/api/v1/password',
      payload: { token: link, password: PASSWORD },
    })

    expect(response.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-mooring=.*; Path=\/; .*Secure/),
      expect.stringMatching(/^__Host-mooring-browser=.*; Path=\/; .*Secure/),
    ])
    expect(response.headers['strict-transport-security']).toMatch('max-age=31536000')
  })

  test('ends after a quarter of an hour without a request', async () => {
    const { browser } = await joined('ada@example.com')

    later(14 * MINUTE_MS)
    expect(await kindOf(browser)).toBe('signedIn')
    later(14 * MINUTE_MS)
    expect(await kindOf(browser)).toBe('signedIn')
    later(15 * MINUTE_MS)
    expect(await kindOf(browser)).toBe('signedOut')
  })

  test('ends after ten hours, however busy', async () => {
    const { browser } = await joined('ada@example.com')
    for (let minutes = 12; minutes < 10 * 60; minutes += 12) {
      later(12 * MINUTE_MS)
      expect(await kindOf(browser)).toBe('signedIn')
    }
    later(12 * MINUTE_MS)

    expect(await kindOf(browser)).toBe('signedOut')
  }, 60_000)

  test('is new at every sign-in, and signing out ends it', async () => {
    const { browser } = await joined('ada@example.com')
    const second = browserOf(await signIn('ada@example.com', PASSWORD, { cookie: browser.cookie }))

    expect(second.cookie).not.toBe(browser.cookie)
    expect(await kindOf(browser)).toBe('signedOut')
    await call('DELETE', '/session', { headers: second })
    expect(await kindOf(second)).toBe('signedOut')
  })

  test('ends when its administrator is removed', async () => {
    const other = await joined('grace@example.com', 'auditor')

    const owner = await createBrowser(parts, app, 'owner@example.com')
    await sendProven(app, owner, {
      method: 'DELETE',
      url: `/api/v1${administrators}/${other.id}`,
    })

    expect(await kindOf(other.browser)).toBe('signedOut')
  })

  test('changes nothing without its token, from another site, or from another origin', async () => {
    const { browser } = await joined('ada@example.com')
    const create = async (changed: object) => {
      const headers = { ...browser, ...changed }
      const payload = { slug: 'north', name: 'North' }
      const response = await call('POST', '/organizations', { payload, headers })
      return response.json().code ?? response.statusCode
    }

    expect(await create({ 'x-csrf-token': '' })).toBe('csrfTokenWrong')
    expect(await create({ 'x-csrf-token': 'x'.repeat(43) })).toBe('csrfTokenWrong')
    expect(await create({ 'sec-fetch-site': 'cross-site' })).toBe('originWrong')
    expect(await create({ 'sec-fetch-site': 'same-site' })).toBe('originWrong')
    expect(await create({ origin: 'https://evil.example' })).toBe('originWrong')
    expect(await create({ origin: 'null' })).toBe('originWrong')
    expect(await create({})).toBe(201)
  })

  test('cannot be begun from another site', async () => {
    await joined('ada@example.com')

    const response = await signIn('ada@example.com', PASSWORD, { origin: 'https://evil.example' })

    expect(response.json().code).toBe('originWrong')
  })
})

describe('sign-in', () => {
  test('refuses an unknown account, a wrong password and an unused invitation alike', async () => {
    await joined('ada@example.com')
    await invite('grace@example.com')

    const answers = await Promise.all(
      ['ada@example.com', 'grace@example.com', 'nobody@example.com'].map(async (email) => {
        const { traceId, ...answer } = (await signIn(email, 'wrong password')).json()
        return answer
      }),
    )

    expect(answers[0]).toMatchObject({ status: 401, code: 'signInRefused' })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('has to wait after five failures, also with the right password, and is told how long', async () => {
    await joined('ada@example.com')
    for (let n = 0; n < 5; n++) {
      expect((await signIn('ada@example.com', `wrong ${n}`)).statusCode).toBe(401)
    }

    const blocked = await signIn('ada@example.com', PASSWORD)
    later(30_000)
    const free = await signIn('ada@example.com', PASSWORD)

    expect([blocked.statusCode, blocked.headers['retry-after']]).toEqual([429, '30'])
    expect(free.statusCode).toBe(200)
  })

  test('that succeeds forgives the failures before', async () => {
    await joined('ada@example.com')
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 4; n++) await signIn('ada@example.com', 'wrong')
      expect((await signIn('ada@example.com', PASSWORD)).statusCode).toBe(200)
    }
  }, 60_000)

  test('counts guesses that come all at once', async () => {
    await joined('ada@example.com')

    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => signIn('ada@example.com', `wrong ${n}`)),
    )

    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5)
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(7)
  }, 60_000)
})

describe('administrators', () => {
  test('are invited with a role that is not stronger, and once only', async () => {
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const payload = { email: 'Grace@Example.com', role: 'helpdesk' }
    const invited = { method: 'POST', url: `/api/v1${administrators}`, payload } as const

    const created = await sendProven(app, owner, invited)
    const again = await sendProven(app, owner, invited)

    expect(created.json()).toMatchObject({ email: 'grace@example.com', state: 'invited' })
    expect(created.json().passwordLink).toMatch(/^http:\/\/localhost:8080\/set-password#/)
    expect(again.json().code).toBe('emailTaken')
    const listed = await call('GET', administrators, { headers: owner.headers() })
    expect(listed.json().items).toHaveLength(2)
    expect(listed.body).not.toMatch(/password/i)
  })

  test('the last owner stays, also when two leave at once', async () => {
    const owners = [
      await createBrowser(parts, app, 'ada@example.com'),
      await createBrowser(parts, app, 'grace@example.com'),
    ]

    const both = await Promise.all(
      owners.map((own) => {
        const url = `/api/v1${administrators}/${own.administrator}`
        return sendProven(app, own, { method: 'DELETE', url })
      }),
    )

    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409])
  })

  test('of another organization are out of reach by their id', async () => {
    const north = await addOrganization('north')
    const foreign = await joined('grace@example.com', 'auditor', north)
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const url = `/api/v1${administrators}/${foreign.id}`

    const removed = await sendProven(app, owner, { method: 'DELETE', url })
    const renewed = await sendProven(app, owner, { method: 'POST', url: `${url}/password-link` })

    expect([removed.statusCode, renewed.statusCode]).toEqual([404, 404])
    expect(await kindOf(foreign.browser)).toBe('signedIn')
  })
})

describe('API tokens', () => {
  const tokens = '/organizations/default/tokens'
  const create = async (payload: object, role: 'owner' | 'administrator' = 'owner') =>
    call('POST', tokens, { payload, headers: await asToken(parts, role) })

  test('are shown once and kept as a hash', async () => {
    const created = await create({ name: 'script', role: 'auditor' })
    const { token } = created.json()
    const rows = await parts.db
      .selectFrom('api_tokens')
      .selectAll()
      .where('organization_id', '=', (await loadHomeOrganization(parts.db)).id)
      .execute()
    const listed = await call('GET', tokens, { headers: { authorization: `Bearer ${token}` } })

    expect(token).toMatch(/^mor_[\w-]{43}$/)
    expect(JSON.stringify(rows)).not.toMatch(token.slice(4))
    expect(listed.body).not.toMatch(token)
    // Two of the same instant: the one of `create` and the one it was made with, in either order.
    expect(listed.json().items).toContainEqual(
      expect.objectContaining({ name: 'script', hint: token.slice(-4) }),
    )
  })

  test('of somebody stronger are not revoked', async () => {
    const { id } = (await create({ name: 'owner’s', role: 'owner' })).json()

    const refused = await call('DELETE', `${tokens}/${id}`, {
      headers: await asToken(parts, 'administrator'),
    })
    const done = await call('DELETE', `${tokens}/${id}`, { headers: await asToken(parts, 'owner') })

    expect(refused.json().code).toBe('roleTooStrong')
    expect(done.statusCode).toBe(204)
  })

  test('are not stronger than who makes them', async () => {
    expect((await create({ name: 'x', role: 'owner' }, 'administrator')).json().code).toBe(
      'roleTooStrong',
    )
  })

  test('end when they expire and when they are revoked', async () => {
    const short = (await create({ name: 'x', role: 'auditor', expiresInDays: 1 })).json()
    const long = (await create({ name: 'y', role: 'auditor' })).json()
    const status = async ({ token }: { token: string }) =>
      (await call('GET', '/organizations', { headers: { authorization: `Bearer ${token}` } }))
        .statusCode

    expect([await status(short), await status(long)]).toEqual([200, 200])
    later(24 * HOUR_MS)
    expect([await status(short), await status(long)]).toEqual([401, 200])
    const headers = await asToken(parts, 'owner')
    expect((await call('DELETE', `${tokens}/${long.id}`, { headers })).statusCode).toBe(204)
    expect(await status(long)).toBe(401)
    expect((await call('DELETE', `${tokens}/${long.id}`, { headers })).statusCode).toBe(404)
  })

  test('are listed in pages, newest first, those of another organization never', async () => {
    const north = await addOrganization('north')
    await asToken(parts, 'owner', north)
    const headers = await asToken(parts, 'owner')
    for (const name of ['one', 'two', 'three']) {
      later(1000)
      await call('POST', tokens, { payload: { name, role: 'auditor' }, headers })
    }

    const first = (await call('GET', `${tokens}?limit=2`, { headers })).json()
    const second = (
      await call('GET', `${tokens}?limit=2&cursor=${first.nextCursor}`, { headers })
    ).json()

    const names = (page: { items: { name: string }[] }) => page.items.map(({ name }) => name)
    expect(names(first)).toEqual(['three', 'two'])
    expect(names(second)).toEqual(['one', "a test's owner"])
    expect(second.nextCursor).toBeNull()
  })
})

test('what is over is forgotten', async () => {
  const { browser } = await joined('ada@example.com')
  await signIn('ada@example.com', 'wrong')
  later(25 * HOUR_MS)

  await forgetExpired(parts.db, clock.now())

  const home = (await loadHomeOrganization(parts.db)).id
  for (const table of ['sessions', 'sign_in_throttles'] as const) {
    const rows = await parts.db
      .selectFrom(table)
      .select('organization_id')
      .where('organization_id', '=', home)
      .execute()
    expect(rows).toEqual([])
  }
  expect(await kindOf(browser)).toBe('signedOut')
})
