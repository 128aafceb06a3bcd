import { describe, expect, test } from 'vitest'
import { steppingClock } from '../../platform/clock.ts'
import { CLOUDS } from '../clouds.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../http-client.ts'
import { NetworkError } from '../network-error.ts'
import { createGraphClient } from './graph-client.ts'

const start = new Date('2026-11-25T08:00:00Z')
type Item = { status: number; headers?: Record<string, string>; body?: unknown }
const ok = (json: unknown): HttpAnswer => ({ status: 200, headers: {}, json })
/** Answers to a batch, by place; Graph tells them in any order. */
const batch = (items: Record<number, Item>) =>
  ok({
    responses: Object.entries(items)
      .map(([id, item]) => ({ id, ...item }))
      .reverse(),
  })
const found = (name: string): Item => ({ status: 200, body: { name } })

/** The network's edge: gives the answers in turn and keeps what was sent. */
function graphWith(...answers: (HttpAnswer | Error)[]) {
  const sent: string[] = []
  const bodies: { requests: { id: string; url: string; headers: object }[] }[] = []
  const http: HttpClient = {
    async send({ method, url, body }: HttpRequest) {
      sent.push(`${method} ${new URL(url).pathname.replace('/v1.0', '')}`)
      if (body) bodies.push(JSON.parse(body))
      const next = answers.shift()
      if (!next) throw new Error('no answer left')
      if (next instanceof Error) throw next
      return next
    },
    close: async () => undefined,
  }
  const token = { value: 't', receivedAt: start, expiresAt: start, roles: [], clockAheadMs: 0 }
  const tokens = { token: async () => token, freshToken: async () => token, drop: () => undefined }
  const clock = steppingClock(start)
  const graph = createGraphClient({ http, clock, cloud: CLOUDS.global, tokens, chance: () => 1 })
  const names = async (...paths: string[]) =>
    (await graph.getEach(paths)).map((one) =>
      one.kind === 'answer' ? (one.answer.json as { name: string }).name : one.error.status,
    )
  return { graph, names, sent, bodies, clock }
}

describe('many that are asked for together', () => {
  test('come in one request, each in its place', async () => {
    const { names, sent, bodies } = graphWith(batch({ 0: found('a'), 1: found('b') }))

    expect(await names('/a', '/b')).toEqual(['a', 'b'])
    expect(sent).toEqual(['POST /$batch'])
    expect(bodies[0]?.requests).toEqual([
      { id: '0', method: 'GET', url: '/a', headers: { 'x-ms-throttle-priority': 'Normal' } },
      { id: '1', method: 'GET', url: '/b', headers: { 'x-ms-throttle-priority': 'Normal' } },
    ])
  })

  test('come twenty at a time, and one on its own as ever', async () => {
    const paths = Array.from({ length: 41 }, (_, place) => `/${place}`)
    const twenty = (first: number) =>
      batch(Object.fromEntries(Array.from({ length: 20 }, (_, id) => [id, found(`${first + id}`)])))
    const { names, sent } = graphWith(twenty(0), twenty(20), ok({ name: '40' }))

    expect(await names(...paths)).toEqual(paths.map((path) => path.slice(1)))
    expect(sent).toEqual(['POST /$batch', 'POST /$batch', 'GET /40'])
  })

  test('of which one is not there, or is refused, say so of that one', async () => {
    const { names, sent } = graphWith(
      batch({ 0: { status: 404 }, 1: found('b'), 2: { status: 403 } }),
    )

    expect(await names('/a', '/b', '/c')).toEqual([404, 'b', 403])
    expect(sent).toEqual(['POST /$batch'])
  })

  test('of which some are throttled wait for the longest, and those are asked for alone', async () => {
    const { names, sent, clock } = graphWith(
      batch({
        0: { status: 429, headers: { 'Retry-After': '3' } },
        1: found('b'),
        2: { status: 503, headers: { 'Retry-After': '7' } },
      }),
      ok({ name: 'a' }),
      ok({ name: 'c' }),
    )

    expect(await names('/a', '/b', '/c')).toEqual(['a', 'b', 'c'])
    expect(sent).toEqual(['POST /$batch', 'GET /a', 'GET /c'])
    expect(clock.waitedMs).toEqual([7000])
  })

  test('of which one names no time to wait, wait all the same', async () => {
    const { names, clock } = graphWith(
      batch({ 0: { status: 429 }, 1: found('b') }),
      ok({ name: 'a' }),
    )

    expect(await names('/a', '/b')).toEqual(['a', 'b'])
    expect(clock.waitedMs).toEqual([2000])
  })

  test('of which one is left out, or its token is, ask for it alone', async () => {
    const { names } = graphWith(
      batch({ 1: found('b'), 2: { status: 401 } }),
      ok({ name: 'a' }),
      ok({ name: 'c' }),
    )

    expect(await names('/a', '/b', '/c')).toEqual(['a', 'b', 'c'])
  })

  test('change nothing: a batch whose answer is lost is sent again', async () => {
    const { names, sent } = graphWith(
      new NetworkError('connectionLost', 'h', 'ECONNRESET'),
      { status: 502, headers: {}, json: {} },
      batch({ 0: found('a'), 1: found('b') }),
    )

    expect(await names('/a', '/b')).toEqual(['a', 'b'])
    expect(sent).toHaveLength(3)
  })

  test.each([
    ['refuses the batch', { status: 424, headers: {}, json: {} }],
    ['answers it with something else', ok({ value: [] })],
  ])('are asked for one by one where Graph %s', async (_title, answer) => {
    const { names, sent } = graphWith(answer, ok({ name: 'a' }), ok({ name: 'b' }))

    expect(await names('/a', '/b')).toEqual(['a', 'b'])
    expect(sent).toEqual(['POST /$batch', 'GET /a', 'GET /b'])
  })

  test('are none where none is asked for', async () => {
    const { names, sent } = graphWith()

    expect(await names()).toEqual([])
    expect(sent).toEqual([])
  })
})
