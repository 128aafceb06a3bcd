import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { json } from './http/reply.ts'
import { toRequest } from './http/request.ts'
import { type Emulator, startEmulator } from './index.ts'
import { RequestLog } from './request-log.ts'
import { makeClient, requestToken, type TestClient } from './testing/client.ts'

let emulator: Emulator
let client: TestClient

beforeEach(async () => {
  await emulator?.stop()
  emulator = await startEmulator({
    users: 20,
    groups: 4,
    now: () => new Date('2026-11-25T08:00:00Z'),
  })
  client = await makeClient(emulator)
})

afterAll(() => emulator.stop())

describe('the request log', () => {
  it('notes method, path, query, time, status and the headers', async () => {
    emulator.log.clear()

    await client.graph('/users?$top=1', { headers: { 'x-ms-throttle-priority': 'Low' } })

    expect(emulator.log.entries()).toMatchObject([
      {
        at: '2026-11-25T08:00:00.000Z',
        side: 'graph',
        method: 'GET',
        host: new URL(emulator.url).host,
        path: '/v1.0/users',
        query: '$top=1',
        status: 200,
        headers: { 'x-ms-throttle-priority': 'Low' },
      },
    ])
  })

  it('holds neither tokens nor secrets', async () => {
    await requestToken(emulator, { client_secret: 'a wrong but secret text' })
    await client.graph('/users?$top=1')

    const everything = JSON.stringify(emulator.log.entries())

    expect(everything).not.toContain(client.token)
    expect(everything).not.toContain(encodeURIComponent(emulator.app.secret))
    expect(everything).not.toContain('a+wrong')
    expect(everything).toContain('Bearer sha256:')
    expect(everything).toContain('client_secret=sha256:')
  })

  it('finds calls made before Retry-After was over', async () => {
    emulator.trouble.add({
      nth: [1],
      path: '/v1.0/users',
      fault: { kind: 'throttle', retryAfter: '2.5' },
    })
    await client.graph('/users')
    emulator.clock.advance(2499)
    await client.graph('/users')
    emulator.clock.advance(1)
    await client.graph('/users')

    expect(emulator.log.earlyCalls().map(({ at }) => at)).toEqual(['2026-11-25T08:00:02.499Z'])
  })

  it('does not blame requests that were under way when the refusal came', () => {
    const log = new RequestLog(emulator.clock)
    const request = (path: string) =>
      toRequest({ method: 'GET', url: `/v1.0${path}`, headers: {}, body: '', scheme: 'http' })
    const refusal = json(429, {}, { 'retry-after': '9' })

    const refuse = log.begin(request('/users'), 'graph')
    const underWay = log.begin(request('/groups'), 'graph')
    refuse(refusal, [])
    underWay(json(200, {}), [])
    log.begin(request('/devices'), 'graph')(json(200, {}), [])

    expect(log.earlyCalls().map(({ path }) => path)).toEqual(['/v1.0/devices'])
  })

  it('holds back only the throttled item of a batch', async () => {
    emulator.trouble.add({
      path: '/v1.0/users',
      nth: [1],
      fault: { kind: 'throttle', retryAfter: '5' },
    })
    const send = (...urls: string[]) =>
      client.graph('/$batch', {
        method: 'POST',
        body: JSON.stringify({ requests: urls.map((url) => ({ id: url, method: 'GET', url })) }),
      })

    await send('/users', '/groups')
    await send('/groups')
    const innocent = emulator.log.earlyCalls()
    await send('/users')

    expect(innocent).toEqual([])
    expect(emulator.log.earlyCalls()).toMatchObject([{ path: '/v1.0/users', inBatch: true }])
  })

  it('counts token requests within a stretch of time', async () => {
    for (const ms of [30_000, 30_000, 1000]) {
      emulator.clock.advance(ms)
      await requestToken(emulator)
    }

    expect(emulator.log.mostTokenRequestsWithin(60_000)).toBe(3)
    expect(emulator.log.count({ side: 'login', path: `/${emulator.tenant.id}` })).toBe(4)
  })
})
