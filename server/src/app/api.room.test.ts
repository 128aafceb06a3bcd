import { type Endpoint, endpoints } from '@mooring/contract/endpoints'
import { ROLE_PERMISSIONS, Role } from '@mooring/contract/permissions'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { testDatabase } from '../../testing/database.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { asToken, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')

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

async function addOrganization(slug: string): Promise<OrganizationId> {
  const id = newId('org')
  await parts.db.insertInto('organizations').values({ id, slug, name: slug }).execute()
  return id
}

/** A request to an endpoint that would be right if its caller were. */
function callOf({ method, path, body }: Endpoint, org: string) {
  const url = `/api/v1${path.replace('{org}', org).replace(/\{\w+\}/g, 'some_id')}`
  return { method, url, ...(body ? { payload: {} } : {}) } as const
}

const guarded = (Object.entries(endpoints) as [string, Endpoint][]).filter(
  ([, { permission }]) => permission !== 'public',
)
const inOrganization = guarded.filter(([, { path }]) => path.includes('{org}'))

function expectProblem(response: LightMyRequestResponse, status: number, code: string): void {
  expect(response.json()).toMatchObject({ status, code })
  expect(response.statusCode).toBe(status)
  expect(response.headers['content-type']).toMatch('application/problem+json')
}

describe('who may not, is refused by every endpoint', () => {
  test.each(guarded)('%s asks for a credential', async (_name, endpoint) => {
    const call = callOf(endpoint, 'default')

    expectProblem(await app.inject(call), 401, 'signInNeeded')
    for (const headers of [
      { authorization: 'Bearer mor_wrong' },
      { authorization: 'Basic dTpw' },
      { authorization: '' },
      { cookie: 'mooring=wrong' },
    ]) {
      expectProblem(await app.inject({ ...call, headers }), 401, 'signInNeeded')
    }
  })

  test('in an organization that is not theirs, for every endpoint and role', async () => {
    const north = await addOrganization('north')
    // Whose it is comes before what they may do: the strongest role for every endpoint, the others for one of
    // each permission.
    const onePerPermission = new Map(inOrganization.map(([, call]) => [call.permission, call]))
    for (const role of Role.options) {
      const headers = await asToken(parts, role, north)
      const asked =
        role === 'owner' ? inOrganization.map(([, call]) => call) : onePerPermission.values()
      for (const endpoint of asked) {
        const foreign = await app.inject({ ...callOf(endpoint, 'default'), headers })
        const absent = await app.inject({ ...callOf(endpoint, 'nowhere'), headers })
        expectProblem(foreign, 404, 'organizationUnknown')
        expectProblem(absent, 404, 'organizationUnknown')
      }
    }
  })

  test('with a role that does not include the permission, for every endpoint', async () => {
    const north = await addOrganization('north')
    for (const role of Role.options) {
      const headers = await asToken(parts, role, north)
      for (const [name, endpoint] of guarded) {
        const isMissing =
          !ROLE_PERMISSIONS[role].includes(endpoint.permission) ||
          endpoint.permission === 'organizations.manage'
        if (!isMissing) continue
        const response = await app.inject({ ...callOf(endpoint, 'north'), headers })
        expect(response.statusCode, `${role} ${name}`).toBe(403)
        expect(response.json()).toMatchObject({ code: 'notAllowed' })
      }
    }
  })

  test('administrators of the home organization who are no owners stay at home', async () => {
    await addOrganization('north')
    const headers = await asToken(parts, 'administrator')

    expectProblem(
      await app.inject({ url: '/api/v1/organizations/north', headers }),
      404,
      'organizationUnknown',
    )
  })

  test('owners of the home organization act in every organization', async () => {
    await addOrganization('north')
    const headers = await asToken(parts, 'owner')

    const response = await app.inject({ url: '/api/v1/organizations/north', headers })

    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ slug: 'north' })
  })
})

describe('organizations', () => {
  const post = async (payload: object) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/organizations',
      payload,
      headers: await asToken(parts, 'owner'),
    })

  test('are created, renamed and deleted by owners of the home organization', async () => {
    const headers = await asToken(parts, 'owner')
    const created = await post({ slug: 'north', name: ' North ' })
    const url = '/api/v1/organizations/north'
    const renamed = await app.inject({ method: 'PATCH', url, headers, payload: { name: 'Nord' } })
    const unconfirmed = await app.inject({ method: 'DELETE', url: `${url}?confirm=nord`, headers })
    const deleted = await app.inject({ method: 'DELETE', url: `${url}?confirm=north`, headers })

    expect(created.statusCode).toBe(201)
    expect(created.json()).toMatchObject({ name: 'North', isHome: false })
    expect(renamed.json()).toMatchObject({ slug: 'north', name: 'Nord' })
    expectProblem(unconfirmed, 409, 'confirmationWrong')
    expect(deleted.statusCode).toBe(204)
    expect((await app.inject({ url, headers })).statusCode).toBe(404)
  })

  test('take everything that is theirs with them when they are deleted', async () => {
    const north = await addOrganization('north')
    const theirs = await asToken(parts, 'owner', north)
    const headers = await asToken(parts, 'owner')

    await app.inject({
      method: 'DELETE',
      url: '/api/v1/organizations/north?confirm=north',
      headers,
    })

    const response = await app.inject({ url: '/api/v1/organizations', headers: theirs })
    expectProblem(response, 401, 'signInNeeded')
  })

  test('may not be called alike', async () => {
    await post({ slug: 'north', name: 'North' })

    expectProblem(await post({ slug: 'north', name: 'Other' }), 409, 'slugTaken')
  })

  test('the first one stays', async () => {
    const url = '/api/v1/organizations/default?confirm=default'
    const headers = await asToken(parts, 'owner')

    expectProblem(await app.inject({ method: 'DELETE', url, headers }), 409, 'homeStays')
  })

  test('are listed in pages, to others only their own', async () => {
    const north = await addOrganization('north')
    await addOrganization('south')
    const list = async (query: string, headers: object) =>
      (await app.inject({ url: `/api/v1/organizations${query}`, headers: { ...headers } })).json()
    const owner = await asToken(parts, 'owner')

    const first = await list('?limit=2', owner)
    const second = await list(`?limit=2&cursor=${first.nextCursor}`, owner)
    const theirs = await list('', await asToken(parts, 'auditor', north))

    const slugs = (page: { items: { slug: string }[] }) => page.items.map(({ slug }) => slug)
    expect(slugs(first)).toEqual(['default', 'north'])
    expect(slugs(second)).toEqual(['south'])
    expect(second.nextCursor).toBeNull()
    expect(slugs(theirs)).toEqual(['north'])
  })
})

describe('hostile input', () => {
  const url = '/api/v1/organizations'
  const send = async (payload: string | object, headers: object = {}) =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...(await asToken(parts, 'owner')), ...headers },
    })
  const json = { 'content-type': 'application/json' }

  test('that is not JSON is refused', async () => {
    for (const text of ['{', 'null,', '{"slug":', '\u0000']) {
      expectProblem(await send(text, json), 400, 'malformedJson')
    }
  })

  test('that would change what objects are is refused', async () => {
    expectProblem(await send('{"__proto__":{"isHome":true}}', json), 400, 'malformedJson')
    expectProblem(
      await send('{"constructor":{"prototype":{"isHome":true}}}', json),
      400,
      'malformedJson',
    )
  })

  test('of another media type is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json; x']) {
      expectProblem(await send('slug=a', { 'content-type': type }), 415, 'mediaTypeUnsupported')
    }
  })

  test('that is too long is refused', async () => {
    const name = 'x'.repeat(1024 * 1024)

    expectProblem(await send({ slug: 'a', name }), 413, 'bodyTooLarge')
  })

  test('with fields that are wrong or that nobody asked for names each of them', async () => {
    const response = await send({ slug: 'Not A Slug', name: '', isHome: true })

    expectProblem(response, 422, 'invalidInput')
    expect(response.json().errors.map(({ path }: { path: string }) => path)).toEqual([
      'slug',
      'name',
      'isHome',
    ])
  })

  test('without a body, with a body of another kind, with a NUL', async () => {
    expectProblem(await send(''), 422, 'invalidInput')
    for (const payload of ['[]', '"text"', '1', 'null', '{"slug":"a","name":"x\\u0000y"}']) {
      expectProblem(await send(payload, json), 422, 'invalidInput')
    }
  })

  test('nested deeper than any program can follow is refused, by whomever it is sent', async () => {
    const nested = '['.repeat(200_000) + ']'.repeat(200_000)
    const byNobody = await app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: nested,
      headers: json,
    })

    expectProblem(await send(nested, json), 422, 'invalidInput')
    expectProblem(byNobody, 422, 'invalidInput')
  })

  test('in queries and paths', async () => {
    const headers = await asToken(parts, 'owner')
    const get = (path: string) => app.inject({ url: path, headers })

    for (const query of ['limit=0', 'limit=1001', 'limit=x', 'limit=1&limit=2', 'nothing=1']) {
      expectProblem(await get(`${url}?${query}`), 422, 'invalidInput')
    }
    for (const cursor of ['x', 'W10', 'WzFd', 'WyJcdTAwMDAiXQ']) {
      expectProblem(await get(`${url}?cursor=${cursor}`), 422, 'cursorInvalid')
    }
    const yearNought = Buffer.from('["0000-01-01T00:00:00.000Z","x"]').toString('base64url')
    for (const list of ['tokens', 'directory/sync-runs']) {
      const answer = await get(`${url}/default/${list}?cursor=${yearNought}`)
      expectProblem(answer, 422, 'cursorInvalid')
    }
    const tooLong = ['x'.repeat(100), 'x'.repeat(5000)]
    for (const slug of ['UPPER', '%00', 'a%2Fb', "'--", '..%2f..', ...tooLong]) {
      expect((await get(`${url}/${slug}`)).statusCode, slug).toBe(404)
    }
    expect((await get('/api/v1/%ff')).headers['x-content-type-options']).toBe('nosniff')
    expectProblem(await get('/api/v1/nothing'), 404, 'notFound')
    expectProblem(await get('/api/v1/%ff'), 400, 'badRequest')
    const wrongMethod = await app.inject({ method: 'PUT', url, headers, payload: {} })
    expectProblem(wrongMethod, 405, 'methodNotAllowed')
    expect(wrongMethod.headers['allow']).toBe('GET, POST')
  })
})

describe('every answer', () => {
  test('tells a browser what it may do with it', async () => {
    for (const url of ['/', '/api/v1/session', '/api/docs', '/nothing']) {
      const { headers } = await app.inject({ url })
      expect(headers['content-security-policy']).toMatch(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';",
      )
      expect(headers['content-security-policy']).toContain("; frame-ancestors 'none';")
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['strict-transport-security']).toBeUndefined()
      expect(headers['x-request-id']).toMatch(/^req_/)
    }
  })

  test('speaks the language that was asked for', async () => {
    const ask = async (language: string) =>
      (
        await app.inject({ url: '/api/v1/organizations', headers: { 'accept-language': language } })
      ).json().title

    expect(await ask('de-AT,de;q=0.9')).toBe('Anmeldung nötig')
    expect(await ask('fr, en;q=0.5')).toBe('Sign-in needed')
    expect(await ask('\u0001,,;;q=')).toBe('Sign-in needed')
  })

  test('to a fault of ours says nothing but where to look', async () => {
    const broken = testApi(
      { ...database.database, db: undefined } as unknown as typeof database.database,
      clock,
    )
    await using _ = broken

    const response = await broken.app.inject({
      url: '/api/v1/organizations',
      headers: { authorization: 'Bearer mor_x' },
    })

    expectProblem(response, 500, 'internalError')
    expect(response.body).not.toMatch(/undefined|TypeError|selectFrom/)
    expect(broken.logged()).toMatch(response.json().traceId)
  })

  test('is logged without bodies, queries, tokens or names', async () => {
    const headers = await asToken(parts, 'owner')
    await app.inject({ url: '/api/v1/organizations?cursor=abcdefgh', headers })
    await app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { email: 'ada@example.com', password: 'a secret nobody knows' },
    })

    for (const secret of ['abcdefgh', headers.authorization, 'ada@', 'a secret nobody']) {
      expect(api.logged()).not.toMatch(secret)
    }
    expect(api.logged()).toMatch('"route":"/api/v1/session"')
  })
})

describe('addresses besides the API', () => {
  test("the root is empty for Windows' probe and a page for browsers", async () => {
    const probe = await app.inject({ url: '/' })
    const page = await app.inject({ url: '/', headers: { accept: 'text/html,*/*;q=0.8' } })

    expect([probe.statusCode, probe.body]).toEqual([200, ''])
    expect(page.headers['content-type']).toMatch('text/html')
  })

  test('health, readiness and metrics answer', async () => {
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200)
    expect((await app.inject({ url: '/readyz' })).statusCode).toBe(200)
    const metrics = await app.inject({ url: '/metrics' })
    expect(metrics.body).toMatch('mooring_http_request_duration_seconds_bucket')
    expect(metrics.body).toMatch('route="/readyz"')
  })

  test('forwarded addresses are believed from trusted proxies only', async () => {
    const trusting = testApi(database.database, clock, {
      env: { MOORING_TRUSTED_PROXIES: '10.0.0.0/8' },
    })
    await using _ = trusting
    const guess = (target: typeof app, remoteAddress: string, from: string) =>
      target.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { email: 'ada@example.com', password: 'x' },
        remoteAddress,
        headers: { 'x-forwarded-for': from },
      })

    // Five failures from one address, which a stranger hides behind invented ones.
    for (let n = 0; n < 5; n++) await guess(app, '192.0.2.1', `198.51.100.${n}`)

    expect((await guess(app, '192.0.2.1', '198.51.100.99')).statusCode).toBe(429)
    expect((await guess(trusting.app, '10.1.2.3', '198.51.100.98')).statusCode).toBe(401)
    expect((await guess(trusting.app, '10.1.2.3', '192.0.2.1')).statusCode).toBe(429)
  }, 60_000)
})

test('the server answers what its description says', async () => {
  const described = (await app.inject({ url: '/api/v1/openapi.json' })).json()
  const { schemas } = described.components
  const headers = await asToken(parts, 'owner')
  let compared = 0
  for (const [path, { get }] of Object.entries<Record<string, Described>>(described.paths)) {
    const response = await app.inject({
      url: `/api/v1${path.replace('{org}', 'default').replace(/\{\w+\}/g, 'some_id')}`,
      headers,
    })
    const content = get?.responses[response.statusCode]?.content
    if (!content) continue
    const mediaType = String(response.headers['content-type']).split(';')[0] ?? ''
    // What comes line by line has no one shape as a whole.
    if (!mediaType.endsWith('json') || mediaType.endsWith('ndjson')) continue
    const $defs = JSON.parse(
      JSON.stringify(schemas).replaceAll('#/components/schemas/', '#/$defs/'),
    )
    const schema = JSON.parse(
      JSON.stringify(content[mediaType]?.schema).replaceAll('#/components/schemas/', '#/$defs/'),
    )
    const judged = z.fromJSONSchema({ ...schema, $defs }).safeParse(response.json())
    expect(judged.error, path).toBeUndefined()
    compared++
  }
  expect(compared).toBeGreaterThan(12)
})

type Described = {
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

test('the home organization is there from the start', async () => {
  expect(await loadHomeOrganization(parts.db)).toMatchObject({ slug: 'default', isHome: true })
})
