import { request as httpRequest } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from './index.ts'
import { makeClient, requestToken, type TestClient } from './testing/client.ts'
import type { Fault } from './trouble/fault.ts'

let emulator: Emulator
let client: TestClient

beforeAll(async () => {
  emulator = await startEmulator({ users: 60, groups: 20 })
  emulator.scenario.delta.pageSizes = [20]
  client = await makeClient(emulator)
})

afterEach(() => emulator.trouble.clear())
afterAll(() => emulator.stop())

const users = '/users/delta?$select=displayName'
const strike = (fault: Fault) => emulator.trouble.add({ path: '/v1.0/users*', count: 1, fault })

describe('a rule', () => {
  it('strikes the requests with the given numbers', async () => {
    emulator.trouble.add({
      path: '/v1.0/users',
      nth: [2, 3],
      fault: { kind: 'throttle', status: 503 },
    })

    const statuses = []
    for (let number = 0; number < 4; number++)
      statuses.push((await client.graph('/users?$top=1')).status)

    expect(statuses).toEqual([200, 503, 503, 200])
    expect(emulator.trouble.rules).toMatchObject([{ seen: 4, struck: 2 }])
  })

  it('strikes by method, query, count and side, in any spelling of delta', async () => {
    emulator.trouble.add({
      side: 'graph',
      method: 'GET',
      path: '/v1.0/users/delta',
      query: '$select=mail',
      after: 1,
      count: 1,
      fault: { kind: 'not-found' },
    })
    const paths = [
      '/users/delta()?$select=id',
      '/users/delta?$select=mail',
      '/users/microsoft.graph.delta?$select=mail',
      '/users/delta()?$select=mail',
    ]

    const statuses = []
    for (const path of paths) statuses.push((await client.graph(path)).status)

    expect(statuses).toEqual([200, 200, 404, 200])
  })

  it('strikes a share of the requests, the same for the same seed', async () => {
    const run = async (seed: number) => {
      const id = emulator.trouble.add({
        path: '/v1.0/groups',
        probability: 0.5,
        seed,
        fault: { kind: 'throttle', retryAfter: '0' },
      })
      const statuses = []
      for (let number = 0; number < 20; number++)
        statuses.push((await client.graph('/groups?$top=1')).status)
      emulator.trouble.remove(id)
      return statuses
    }

    const [first, again, other] = [await run(7), await run(7), await run(8)]

    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 429]))
  })

  it('strikes the token endpoint too', async () => {
    emulator.trouble.add({
      side: 'login',
      path: '*/oauth2/v2.0/token',
      count: 1,
      fault: {
        kind: 'answer',
        status: 503,
        headers: { 'retry-after': '7' },
        body: { error: 'temporarily_unavailable', error_codes: [90033] },
      },
    })

    const answer = await requestToken(emulator)

    expect(answer).toMatchObject({ status: 503, body: { error_codes: [90033] } })
    expect(answer.headers.get('retry-after')).toBe('7')
  })
})

describe('instead of the answer', () => {
  it('comes a 429 with an HTTP date, counted from the virtual now', async () => {
    strike({ kind: 'throttle', retryAfterDateIn: 90 })

    const { headers } = await client.graph(users)

    const waitMs = Date.parse(headers.get('retry-after') ?? '') - emulator.clock.now().getTime()
    expect(waitMs).toBeGreaterThan(80_000)
    expect(waitMs).toBeLessThanOrEqual(90_000)
  })

  it('comes a 401 once, and then the answer', async () => {
    strike({ kind: 'unauthorized' })

    const [first, second] = [await client.graph(users), await client.graph(users)]

    expect([first.status, first.body.error.code]).toEqual([401, 'InvalidAuthenticationToken'])
    expect(first.headers.get('www-authenticate')).toContain('Bearer')
    expect(second.status).toBe(200)
  })

  it('comes a 403 by path, as after the consent was removed', async () => {
    emulator.trouble.add({ path: '/v1.0/groups*', fault: { kind: 'forbidden' } })

    const [people, groups] = [await client.graph(users), await client.graph('/groups/delta')]

    expect([people.status, groups.status]).toEqual([200, 403])
    expect(groups.body.error.code).toBe('Authorization_RequestDenied')
  })

  it('comes a page that does not say how it goes on', async () => {
    strike({ kind: 'missing-link' })

    const { status, body } = await client.graph(users)

    expect([status, body.value.length]).toEqual([200, 20])
    expect(Object.keys(body).sort()).toEqual(['@odata.context', 'value'])
  })

  it('comes the right content under a wrong content type', async () => {
    strike({ kind: 'content-type' })

    const { headers, body } = await client.graph(users)

    expect(headers.get('content-type')).toBe('text/plain')
    expect(body.value).toHaveLength(20)
  })

  it.each(['2', '2.128', 'Wed, 25 Nov 2026 08:00:30 GMT', '0', '3600', 'in a while', null])(
    'comes a 429 with Retry-After %s',
    async (retryAfter) => {
      strike({ kind: 'throttle', retryAfter })

      const { status, headers } = await client.graph(users)

      expect(status).toBe(429)
      expect(headers.get('retry-after')).toBe(retryAfter)
    },
  )

  it('comes a page of a proxy', async () => {
    strike({ kind: 'html' })

    const { headers, body } = await client.graph(users)

    expect(headers.get('content-type')).toContain('text/html')
    expect(body).toBeUndefined()
  })

  it('comes a 410 whose Location starts anew', async () => {
    strike({ kind: 'resync' })

    const gone = await client.graph(users)
    const fresh = await client.graph(gone.headers.get('location') ?? '')

    expect(gone.status).toBe(410)
    expect(fresh.body.value).toHaveLength(20)
  })

  it('comes any status, body and header', async () => {
    strike({ kind: 'answer', status: 418, headers: { 'x-custom': 'yes' }, body: 'teapot' })

    const { status, headers, text } = await client.graph(users)

    expect([status, headers.get('x-custom'), text]).toEqual([418, 'yes', 'teapot'])
  })
})

describe('the content', () => {
  it('has every item twice', async () => {
    strike({ kind: 'duplicate-items' })

    const { body } = await client.graph(users)

    expect(body.value).toHaveLength(40)
    expect(body.value[20]).toEqual(body.value[0])
  })

  it.each(['looping-link', 'stale-page', 'empty-page'] as const)(
    'is a %s that leads to the same page again',
    async (kind) => {
      const first = await client.graph(users)
      const url: string = first.body['@odata.nextLink']
      emulator.trouble.add({ path: '/v1.0/users/delta', count: 1, fault: { kind } })

      const bad = await client.graph(url)
      const right = await client.graph(bad.body['@odata.nextLink'])

      expect(bad.body['@odata.nextLink']).toBe(url)
      expect(right.body['@odata.nextLink']).not.toBe(url)
      expect(right.body.value).toHaveLength(20)
    },
  )

  it('of a stale page is that of the page before', async () => {
    emulator.trouble.add({ path: '/v1.0/users/delta', nth: [2], fault: { kind: 'stale-page' } })
    const first = await client.graph(users)

    const second = await client.graph(first.body['@odata.nextLink'])

    expect(second.body.value).toEqual(first.body.value)
  })

  it('has links to a foreign host', async () => {
    strike({ kind: 'foreign-link', origin: 'https://graph.evil.example' })

    const { body } = await client.graph(users)

    expect(body['@odata.nextLink']).toMatch(
      /^https:\/\/graph\.evil\.example\/v1\.0\/users\/delta\?/,
    )
  })

  it('drifts from the schema', async () => {
    const groups = '/groups?$top=2&$select=groupTypes,displayName'
    const drifted = async (how: 'new-fields' | 'null-arrays') => {
      emulator.trouble.add({ path: '/v1.0/groups', count: 1, fault: { kind: 'drift', how } })
      return (await client.graph(groups)).body.value[0]
    }

    expect(await drifted('new-fields')).toHaveProperty('newProperty')
    expect((await drifted('null-arrays')).groupTypes).toBeNull()
    emulator.trouble.add({
      path: '/v1.0/devices',
      count: 1,
      fault: { kind: 'drift', how: 'text-numbers' },
    })
    const { body } = await client.graph('/devices?$top=1&$select=deviceVersion')
    expect(body.value[0].deviceVersion).toBe('2')
  })

  it('is no JSON, or far too long', async () => {
    strike({ kind: 'corrupt-json' })
    const corrupt = await client.graph(users)
    strike({ kind: 'oversize', sizeBytes: 3_000_000 })
    const long = await client.graph(users)

    expect(corrupt.status).toBe(200)
    expect(corrupt.body).toBeUndefined()
    expect(long.text.length).toBeGreaterThan(3_000_000)
  })
})

describe('on the wire', () => {
  it.each([{ kind: 'truncate' }, { kind: 'reset' }, { kind: 'reset', when: 'midway' }] as const)(
    '%o breaks the connection',
    async (fault) => {
      strike(fault)

      await expect(client.graph(users)).rejects.toThrow()
    },
  )

  it('an answer that hangs never comes', async () => {
    strike({ kind: 'hang' })
    const gaveUp = new AbortController()
    const arrived = nextLogEntry()

    const attempt = client.graph(users, { signal: gaveUp.signal })
    const entry = await arrived
    gaveUp.abort()

    await expect(attempt).rejects.toThrow(/abort/i)
    expect(entry).toMatchObject({ status: 'none', faults: ['hang'] })
  })

  it('a gzip bomb is small on the wire and large when opened', async () => {
    strike({ kind: 'gzip-bomb', sizeBytes: 5_000_000 })

    const received = await countWireBytes(`${emulator.url}/v1.0${users}`)

    expect(received.encoding).toBe('gzip')
    expect(received.bytes).toBeLessThan(50_000)
  })

  it('drip and delay still bring the whole answer', async () => {
    strike({ kind: 'drip', chunkBytes: 2000, everyMs: 1 })
    const dripped = await client.graph(users)
    strike({ kind: 'delay', ms: 5 })
    const delayed = await client.graph(users)

    expect(dripped.body.value).toHaveLength(20)
    expect(delayed.body.value).toHaveLength(20)
  })

  /** Resolves as soon as the emulator has decided on the next request. */
  function nextLogEntry() {
    const count = emulator.log.count()
    return new Promise((resolve) => {
      const look = () => {
        const entry = emulator.log.entries()[count]
        if (entry) resolve(entry)
        else setImmediate(look)
      }
      look()
    })
  }

  function countWireBytes(url: string): Promise<{ bytes: number; encoding: string | undefined }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${client.token}` }
      httpRequest(url, { headers }, (response) => {
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
        })
        response.on('end', () => resolve({ bytes, encoding: response.headers['content-encoding'] }))
      })
        .on('error', reject)
        .end()
    })
  }
})

describe('an object with a name of trouble', () => {
  it('spoils the first answer that tells of it, and not the second', async () => {
    const user = emulator.directory.addUser({
      userPrincipalName: 'throttle@hafenstern.example',
      displayName: 'Trouble: throttle',
    })

    const first = await client.graph('/users?$top=999&$select=id')
    const second = await client.graph('/users?$top=999&$select=id')
    emulator.directory.purgeUser(user.id)

    expect([first.status, second.status]).toEqual([429, 200])
  })

  it('goes on when its name says always, also where only its id is in the path', async () => {
    const group = emulator.directory.addGroup({ displayName: 'Trouble always: not found' })

    const statuses = []
    for (let number = 0; number < 3; number++)
      statuses.push((await client.graph(`/groups/${group.id}/members`)).status)
    emulator.directory.purgeGroup(group.id)

    expect(statuses).toEqual([404, 404, 404])
  })
})
