import { expect, test } from 'vitest'
import { steppingClock } from '../platform/clock.ts'
import { CLOUDS } from './clouds.ts'
import type { HttpClient } from './http-client.ts'
import { clientId, tenantId } from './ids.ts'
import { createTokenSource } from './token-source.ts'

const identity = {
  cloud: CLOUDS.global,
  tenantId: tenantId('11111111-1111-4111-8111-111111111111'),
  clientId: clientId('22222222-2222-4222-8222-222222222222'),
  credential: { kind: 'secret' as const, value: 's' },
}

/** The network's edge: counts what is asked, and answers when told to. */
function edge(lifeSeconds = 3600) {
  const sent: string[] = []
  const http: HttpClient = {
    async send(request) {
      sent.push(request.url)
      return {
        status: 200,
        headers: {},
        json: { access_token: `t${sent.length}`, expires_in: lifeSeconds },
      }
    },
    close: async () => undefined,
  }
  return { http, sent }
}
const start = new Date('2026-11-25T08:00:00Z')
const minutesLater = (minutes: number) => new Date(start.getTime() + minutes * 60_000)

test('one request is in flight, however many ask', async () => {
  const { http, sent } = edge()
  const source = createTokenSource(http, steppingClock(start), identity)

  const tokens = await Promise.all([source.token(), source.token(), source.token()])

  expect(sent).toHaveLength(1)
  expect(new Set(tokens).size).toBe(1)
})

test('a token is kept until a tenth of its life is left', async () => {
  const { http, sent } = edge()
  const clock = steppingClock(start)
  const source = createTokenSource(http, clock, identity)
  await source.token()

  clock.set(minutesLater(53))
  await source.token()
  expect(sent).toHaveLength(1)

  clock.set(minutesLater(55))
  await source.token()
  expect(sent).toHaveLength(2)
})

test('a token that lives a minute is used for half of it, and not asked for at every call', async () => {
  const { http, sent } = edge(60)
  const source = createTokenSource(http, steppingClock(start), identity)

  await source.token()
  await source.token()

  expect(sent).toHaveLength(1)
})

test('a token that Graph refused is thrown away, one that came since is kept', async () => {
  const { http } = edge()
  const source = createTokenSource(http, steppingClock(start), identity)
  const first = await source.token()
  source.drop(first)
  const second = await source.token()

  source.drop(first)

  expect(second.value).toBe('t2')
  expect(await source.token()).toBe(second)
})

test('a fresh token is fetched past the cache and takes its place', async () => {
  const { http } = edge()
  const source = createTokenSource(http, steppingClock(start), identity)
  await source.token()

  const fresh = await source.freshToken()

  expect(fresh.value).toBe('t2')
  expect(await source.token()).toBe(fresh)
})

test('a refusal reaches everybody who waits, and is not remembered', async () => {
  let fails = true
  const http: HttpClient = {
    async send() {
      if (fails) throw new Error('no network')
      return { status: 200, headers: {}, json: { access_token: 'ok', expires_in: 3600 } }
    },
    close: async () => undefined,
  }
  const source = createTokenSource(http, steppingClock(start), identity)

  await expect(Promise.all([source.token(), source.token()])).rejects.toThrow('no network')
  fails = false
  expect((await source.token()).value).toBe('ok')
})
