import { expect, test } from 'vitest'
import { steppingClock } from '../../platform/clock.ts'
import { CLOUDS } from '../clouds.ts'
import { EntraError } from '../entra-error.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../http-client.ts'
import { NetworkError } from '../network-error.ts'
import type { AccessToken } from '../token.ts'
import { fetchDeltaPage } from './delta-page.ts'
import { createGraphClient, resolveTarget } from './graph-client.ts'

const ORIGIN = 'https://graph.microsoft.com'
const start = new Date('2026-11-25T08:00:00Z')
const answer = (
  status: number,
  json: unknown = {},
  headers: Record<string, string> = {},
): HttpAnswer => ({ status, json, headers })

/** The network's edge: gives the answers in turn and keeps what was sent. */
function graphWith(...answers: (HttpAnswer | Error)[]) {
  const sent: HttpRequest[] = []
  const dropped: string[] = []
  const http: HttpClient = {
    async send(request) {
      sent.push(request)
      const next = answers.shift()
      if (!next) throw new Error('no answer left')
      if (next instanceof Error) throw next
      return next
    },
    close: async () => undefined,
  }
  let count = 0
  const token = (): AccessToken => ({
    value: `t${count}`,
    receivedAt: start,
    expiresAt: start,
    roles: [],
    clockAheadMs: 0,
  })
  let failures = 0
  let failure: Error | undefined
  const failToken = (error: Error, times: number) => {
    failure = error
    failures = times
  }
  const clock = steppingClock(start)
  const tokens = {
    token: async () => {
      if (failures > 0) {
        failures -= 1
        throw failure
      }
      return token()
    },
    freshToken: async () => token(),
    drop: (refused: AccessToken) => {
      dropped.push(refused.value)
      count += 1
    },
  }
  const graph = createGraphClient({ http, clock, cloud: CLOUDS.global, tokens, chance: () => 1 })
  return { graph, sent, dropped, clock, failToken }
}

test.each([
  ['/users?$top=1', `${ORIGIN}/v1.0/users?$top=1`],
  [
    `${ORIGIN}/v1.0/users/delta?$skiptoken=a%2Bb+c`,
    `${ORIGIN}/v1.0/users/delta?$skiptoken=a%2Bb+c`,
  ],
  [`${ORIGIN}:443/x`, `${ORIGIN}:443/x`],
])('%j is read at %j', (target, url) => {
  expect(resolveTarget(target, ORIGIN)).toBe(url)
})

test.each([
  'https://evil.example/v1.0/users',
  'http://graph.microsoft.com/v1.0/users',
  'https://graph.microsoft.com:8443/v1.0',
  'https://graph.microsoft.com.evil.example/',
  'https://graph.microsoft.com@evil.example/',
  'https://user:pass@graph.microsoft.com/',
  'javascript:alert(1)',
  'users',
  '',
])('the link %j is not followed', (link) => {
  expect(() => resolveTarget(link, ORIGIN)).toThrow(/another host/)
})

test('a path never leaves the origin', () => {
  expect(new URL(resolveTarget('//evil.example/x', ORIGIN)).origin).toBe(ORIGIN)
})

test('throttling is waited out, however often it comes', async () => {
  const busy = Array.from({ length: 8 }, () => answer(429, {}, { 'retry-after': '3' }))
  const { graph, clock } = graphWith(...busy, answer(200, { ok: 1 }))

  expect((await graph.get('/users')).json).toEqual({ ok: 1 })
  expect(clock.waitedMs).toEqual(Array(8).fill(3000))
})

test('a pause of no length is made one, and grows', async () => {
  const { graph, clock } = graphWith(
    answer(429, {}, { 'retry-after': '0' }),
    answer(429, {}, { 'retry-after': 'Wed, 25 Nov 2026 07:59:00 GMT' }),
    answer(200, { ok: 1 }),
  )

  expect((await graph.get('/users')).json).toEqual({ ok: 1 })
  expect(clock.waitedMs).toEqual([2000, 4000])
})

test.each([
  [429, '3601'],
  [503, '3601'],
  // More milliseconds than a timer holds, and more than a date does.
  [503, '3000000'],
  [503, '9'.repeat(30)],
  [503, 'Fri, 31 Dec 9999 23:59:59 GMT'],
])('with %i, a wait of more than an hour (%s) is not sat out', async (status, retryAfter) => {
  const { graph, clock } = graphWith(answer(status, {}, { 'retry-after': retryAfter }))

  await expect(graph.get('/users')).rejects.toMatchObject({ code: 'throttledTooLong' })
  expect(clock.waitedMs).toEqual([])
})

test('a token endpoint that is out of order is asked once a minute, a refusal is final', async () => {
  const passing = graphWith(answer(200))
  passing.failToken(new EntraError('AADSTS90033', 'temporarily_unavailable', {}), 2)
  const refused = graphWith()
  refused.failToken(new EntraError('AADSTS7000215', 'invalid_client', {}), 9)

  await passing.graph.get('/users')
  await expect(refused.graph.get('/users')).rejects.toMatchObject({ code: 'AADSTS7000215' })

  expect(passing.clock.waitedMs).toEqual([60_000, 60_000])
  expect(refused.clock.waitedMs).toEqual([])
})

test('faults that may pass are tried again five times and no more', async () => {
  const { graph, sent, clock } = graphWith(...Array.from({ length: 9 }, () => answer(503)))

  await expect(graph.get('/users')).rejects.toMatchObject({ status: 503 })
  expect(sent).toHaveLength(5)
  expect(clock.waitedMs).toEqual([1000, 2000, 4000, 8000])
})

test('a lost connection is tried again, a name that does not resolve is not', async () => {
  const lost = graphWith(new NetworkError('connectionLost', 'h', 'ECONNRESET'), answer(200))
  const unknown = graphWith(new NetworkError('dnsFailed', 'h', 'ENOTFOUND'))

  await lost.graph.get('/users')
  await expect(unknown.graph.get('/users')).rejects.toMatchObject({ code: 'dnsFailed' })
})

test('a refused token is thrown away and asked for once more', async () => {
  const { graph, sent, dropped } = graphWith(answer(401), answer(200))

  await graph.get('/users')

  expect(dropped).toEqual(['t0'])
  expect(sent.map((request) => request.headers?.['authorization'])).toEqual([
    'Bearer t0',
    'Bearer t1',
  ])
})

test('a token that is refused twice is an error and not a loop', async () => {
  const { graph, sent } = graphWith(
    answer(401),
    answer(401, { error: { code: 'InvalidAuthenticationToken' } }),
  )

  await expect(graph.get('/users')).rejects.toMatchObject({ code: 'InvalidAuthenticationToken' })
  expect(sent).toHaveLength(2)
})

test.each([400, 403, 404, 501])('a %i is final', async (status) => {
  const { graph, sent } = graphWith(
    answer(status, { error: { code: 'X' } }, { 'request-id': 'r1' }),
  )

  await expect(graph.get('/users')).rejects.toMatchObject({ status, code: 'X', requestId: 'r1' })
  expect(sent).toHaveLength(1)
})

test('every request has an id of its own and says how urgent it is', async () => {
  const { graph, sent } = graphWith(answer(200), answer(200))

  await graph.get('/a', { priority: 'Low' })
  await graph.get('/b', { priority: 'High' })

  expect(sent.map((request) => request.headers?.['x-ms-throttle-priority'])).toEqual([
    'Low',
    'High',
  ])
  expect(new Set(sent.map((request) => request.headers?.['client-request-id'])).size).toBe(2)
})

const busy503 = answer(503, {}, { 'retry-after': '2' })

test.each([
  ['POST', answer(429, {}, { 'retry-after': '2' })],
  ['POST', busy503],
  ['POST', answer(401)],
  ['POST', new NetworkError('connectionRefused', 'h', 'ECONNREFUSED')],
  ['PATCH', answer(500)],
  ['PATCH', new NetworkError('connectionLost', 'h', 'ECONNRESET')],
  ['DELETE', answer(504)],
] as const)('a %s that was turned away or does no harm is sent again', async (method, trouble) => {
  const { graph, sent } = graphWith(trouble, answer(200))

  await graph.send(method, '/subscriptions', { a: 1 })

  expect(sent.map((request) => [request.method, request.body])).toEqual([
    [method, '{"a":1}'],
    [method, '{"a":1}'],
  ])
})

test.each([
  answer(500),
  answer(502),
  answer(503),
  answer(504),
  new NetworkError('connectionLost', 'h', 'ECONNRESET'),
  new NetworkError('timedOut', 'h', 'UND_ERR_HEADERS_TIMEOUT'),
  new NetworkError('notJson', 'h', 'text/html', { status: 503 }),
])('a POST that may have been carried out is not sent again', async (trouble) => {
  const { graph, sent } = graphWith(trouble, answer(200))

  await expect(graph.send('POST', '/subscriptions', {})).rejects.toThrow()

  expect(sent).toHaveLength(1)
})

test('what is sent goes to Graph only, as JSON, and nothing as nothing', async () => {
  const { graph, sent } = graphWith(answer(200), answer(204))

  await graph.send('POST', '/subscriptions', { a: 1 })
  await graph.send('DELETE', '/subscriptions/1', undefined)

  expect(() => graph.send('POST', 'https://evil.example/', {})).toThrow(/another host/)
  expect(sent[0]?.headers?.['content-type']).toBe('application/json')
  expect(sent[1]?.headers?.['content-type']).toBeUndefined()
  expect(sent[1]?.body).toBeUndefined()
})

test('a wait ends when the run is stopped', async () => {
  const { graph } = graphWith(answer(429, {}, { 'retry-after': '60' }))
  const stop = new AbortController()
  const waiting = graph.get('/users', {
    signal: stop.signal,
    watcher: { waiting: () => stop.abort(new Error('stopped')) },
  })

  await expect(waiting).rejects.toThrow('stopped')
})

test('a page of changes says what came and where it goes on', async () => {
  const { graph } = graphWith(
    answer(200, { value: [{ id: 'x' }], '@odata.nextLink': `${ORIGIN}/n` }),
  )

  expect(await fetchDeltaPage(graph, '/users/delta', {})).toEqual({
    kind: 'page',
    items: [{ id: 'x' }],
    next: { kind: 'nextLink', url: `${ORIGIN}/n` },
  })
})

test.each([
  { value: [] },
  { value: [], '@odata.nextLink': 'a', '@odata.deltaLink': 'b' },
  { value: null, '@odata.deltaLink': 'b' },
  { '@odata.deltaLink': 'b' },
  [],
  'text',
  undefined,
])('%j is no page of changes, and ends no round', async (body) => {
  const { graph } = graphWith(answer(200, body))

  await expect(fetchDeltaPage(graph, '/users/delta', {})).rejects.toMatchObject({ code: 'notJson' })
})

test.each([400, 404, 410])(
  'a %i on a link of Graph\u2019s own means that the cursor has expired',
  async (status) => {
    const { graph } = graphWith(answer(status, { error: { code: 'syncStateNotFound' } }))

    expect(await fetchDeltaPage(graph, `${ORIGIN}/link`, {})).toEqual({ kind: 'cursorExpired' })
  },
)

test('a 400 on the first call is a fault of ours and no expiry', async () => {
  const { graph } = graphWith(answer(400, { error: { code: 'Request_BadRequest' } }))

  await expect(fetchDeltaPage(graph, '/users/delta', {})).rejects.toMatchObject({ status: 400 })
})

test.each(['nextLink', 'deltaLink'])(
  'a %s to another host is refused with its page',
  async (name) => {
    const { graph } = graphWith(
      answer(200, { value: [], [`@odata.${name}`]: 'https://evil.example/' }),
    )

    await expect(fetchDeltaPage(graph, '/users/delta', {})).rejects.toMatchObject({
      code: 'untrustedLink',
    })
  },
)
