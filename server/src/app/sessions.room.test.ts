import type { SessionItem } from '@mooring/contract/account'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { directoryRows } from '../../testing/directory-rows.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { beginSession } from '../sign-in/index.ts'
import { asToken, createBrowser, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const MINUTE_MS = 60_000

const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
const { app, parts } = api
let home: OrganizationId
beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
  home = (await loadHomeOrganization(parts.db)).id
  await directoryRows(parts.db, home).user(1, 'Ada', { department: 'Physics' })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const later = (ms: number) => clock.set(new Date(clock.now().getTime() + ms))

type Headers = Record<string, string>
const call = (method: 'GET' | 'DELETE', path: string, headers: Headers) =>
  app.inject({ method, url: `/api/v1${path}`, headers })
const answer = (response: { statusCode: number; json: () => { code?: string } }) =>
  response.statusCode < 300 ? response.statusCode : response.json().code
const kindOf = async (headers: Headers) => (await call('GET', '/session', headers)).json().kind

/** A browser in which a synchronised person is signed in. */
async function person(number = 1, organization = home): Promise<Headers> {
  const holder = { organization, kind: 'user', id: `usr_${number}` } as const
  const { token, csrfToken } = await parts.db.transaction().execute((tx) =>
    beginSession(tx, holder, {
      now: clock.now(),
      way: 'provider',
      clientAddress: '192.0.2.1',
      userAgent: 'a browser',
    }),
  )
  return { cookie: `mooring=${token}`, 'x-csrf-token': csrfToken }
}

async function addNorth(): Promise<OrganizationId> {
  const id = newId('org')
  await parts.db.insertInto('organizations').values({ id, slug: 'north', name: 'North' }).execute()
  return id
}

const listed = async (headers: Headers, query = '') =>
  (await call('GET', `/organizations/default/sessions${query}`, headers)).json() as {
    items: SessionItem[]
    nextCursor: string | null
  }

describe('one’s own account', () => {
  test('tells a person what the directory says, and an administrator how they sign in', async () => {
    const ada = (await call('GET', '/account', await person())).json()
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const local = (await call('GET', '/account', owner.headers())).json()

    expect(ada).toMatchObject({
      kind: 'user',
      id: 'usr_1',
      roles: [],
      directory: { department: 'Physics' },
      ways: null,
    })
    expect(local).toMatchObject({
      kind: 'administrator',
      name: 'owner@example.com',
      roles: ['owner'],
      directory: null,
      ways: { totp: false, passkeys: [] },
    })
  })

  test('is nothing that a token has, and a person’s second factors are the provider’s', async () => {
    const byToken = await call('GET', '/account', await asToken(parts, 'owner'))
    const headers = await person()
    const totp = await app.inject({ method: 'POST', url: '/api/v1/account/totp', headers })

    expect(answer(byToken)).toBe('sessionNeeded')
    expect([totp.statusCode, totp.json().code]).toEqual([409, 'providerDecides'])
  })

  test('shows its sessions, and ends one of them, but none of somebody else', async () => {
    const here = await person()
    later(1000)
    const there = await person()
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const mine = (await call('GET', '/account/sessions', here)).json().items as SessionItem[]
    const own = (await call('GET', '/account/sessions', owner.headers())).json().items

    const foreign = await call('DELETE', `/account/sessions/${mine[0]?.id}`, owner.headers())
    const ended = await call('DELETE', `/account/sessions/${mine[0]?.id}`, here)

    expect(mine.map(({ isCurrent, way }) => [isCurrent, way])).toEqual([
      [false, 'provider'],
      [true, 'provider'],
    ])
    expect(own).toHaveLength(1)
    expect([foreign, ended].map(answer)).toEqual(['sessionUnknown', 204])
    expect([await kindOf(there), await kindOf(here)]).toEqual(['signedOut', 'signedIn'])
  })

  test('is signed out everywhere at once, and the browser forgets its cookie', async () => {
    const [here, there] = [await person(), await person()]

    const ended = await call('DELETE', '/account/sessions', here)

    expect(ended.headers['set-cookie']).toMatch(/^mooring=;/)
    expect([await kindOf(here), await kindOf(there)]).toEqual(['signedOut', 'signedOut'])
  })
})

describe('the sessions of an organization', () => {
  test('are listed in pages, latest first, without those that idled away', async () => {
    await person()
    const owner = await createBrowser(parts, app, 'owner@example.com')
    later(20 * MINUTE_MS)
    await person()
    later(1000)
    await person()
    const headers = await asToken(parts, 'helpdesk')

    const first = await listed(headers, '?limit=2')
    const second = await listed(headers, `?limit=2&cursor=${first.nextCursor}`)

    // The administrator's ended after 15 minutes, the person's would after 30.
    const all = [...first.items, ...second.items]
    expect(all.map(({ account, createdAt }) => [account.name, createdAt])).toEqual([
      ['Ada', new Date(NOW.getTime() + 20 * MINUTE_MS + 1000).toISOString()],
      ['Ada', new Date(NOW.getTime() + 20 * MINUTE_MS).toISOString()],
      ['Ada', NOW.toISOString()],
    ])
    expect(second.nextCursor).toBeNull()
    expect(await kindOf(owner.headers())).toBe('signedOut')
  })

  test('are unseen and unreachable from another organization', async () => {
    const north = await addNorth()
    await directoryRows(parts.db, north).user(7, 'Nora')
    const nora = await person(7, north)
    const [session] = (await call('GET', '/account/sessions', nora)).json().items as SessionItem[]
    const headers = await asToken(parts, 'administrator')

    const foreign = await call('DELETE', `/organizations/default/sessions/${session?.id}`, headers)
    const user = await call(
      'DELETE',
      '/organizations/default/directory/users/usr_7/sessions',
      headers,
    )
    const there = await call('GET', '/organizations/north/sessions', headers)

    expect((await listed(headers)).items).toEqual([])
    expect([foreign, user, there].map(answer)).toEqual([
      'sessionUnknown',
      'userMissing',
      'organizationUnknown',
    ])
    expect(await kindOf(nora)).toBe('signedIn')
  })

  test('are ended, but not those of somebody who may do more', async () => {
    const ada = await person()
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const headers = await asToken(parts, 'helpdesk')
    const { items } = await listed(headers)
    const end = async (name: string) => {
      const id = items.find(({ account }) => account.name === name)?.id
      return answer(await call('DELETE', `/organizations/default/sessions/${id}`, headers))
    }

    expect([await end('owner@example.com'), await end('Ada')]).toEqual(['roleTooStrong', 204])
    expect([await kindOf(owner.headers()), await kindOf(ada)]).toEqual(['signedIn', 'signedOut'])
  })

  test('of one person are ended all together, unless the person may do more', async () => {
    const [here, there] = [await person(), await person()]
    const path = '/organizations/default/directory/users/usr_1/sessions'
    const roles = { organization_id: home, user_id: 'usr_1', roles: ['administrator'] }
    await parts.db.insertInto('person_roles').values(roles).execute()

    const refused = await call('DELETE', path, await asToken(parts, 'helpdesk'))
    const ended = await call('DELETE', path, await asToken(parts, 'administrator'))

    expect([refused, ended].map(answer)).toEqual(['roleTooStrong', 204])
    expect([await kindOf(here), await kindOf(there)]).toEqual(['signedOut', 'signedOut'])
  })
})

describe('an address that shows bad credentials', () => {
  test('has to wait after twenty bad tokens, while good ones still pass', async () => {
    const good = await asToken(parts, 'auditor')
    const bad = { authorization: 'Bearer mor_invented' }
    const answers = []
    for (let n = 0; n < 21; n++) answers.push(answer(await call('GET', '/organizations', bad)))

    expect(answers).toEqual([...Array(20).fill('signInNeeded'), 'tooManyAttempts'])
    expect(answer(await call('GET', '/organizations', good))).toBe(200)
  })

  test('has to wait after twenty bad links, and after a hundred offers of passkeys', async () => {
    const post = async (url: string, payload: object) =>
      answer(await app.inject({ method: 'POST', url: `/api/v1${url}`, payload }))
    const links = []
    const offers = new Set()
    for (let n = 0; n < 21; n++) links.push(await post('/password-link', { token: `x${n}` }))
    for (let n = 0; n < 100; n++) offers.add(await post('/session/passkey-offer', {}))

    expect(links).toEqual([...Array(20).fill('linkInvalid'), 'tooManyAttempts'])
    expect([...offers]).toEqual([200])
    expect(await post('/session/passkey-offer', {})).toBe('tooManyAttempts')
  })
})
