import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase } from '../../../testing/database.ts'
import { steppingClock } from '../../platform/clock.ts'
import { createHttpClient } from '../http-client.ts'
import { createSigningKeys } from './signing-keys.ts'

const MINUTE_MS = 60_000
const NOW = new Date('2026-11-25T08:00:00Z')

const database = await testDatabase()
const clock = steppingClock(NOW)
const http = createHttpClient(2000, { maxAnswerBytes: 1024 * 1024 })
/** What the provider answers, and how often it was asked. */
const provider = { body: '', status: 200, asked: 0, url: '' }
const server = createServer((_request, response) => {
  provider.asked += 1
  response.writeHead(provider.status, { 'content-type': 'application/json' }).end(provider.body)
})
let keys: JWK[]

beforeAll(async () => {
  const make = async (kid: string) => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    return { ...(await exportJWK(publicKey)), kid }
  }
  keys = [await make('one'), await make('two')]
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  provider.url = `http://127.0.0.1:${port}/keys`
})
beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
  Object.assign(provider, { status: 200, asked: 0, body: JSON.stringify({ keys: [keys[0]] }) })
})
afterAll(async () => {
  await http.close()
  server.close()
  await database[Symbol.asyncDispose]()
})

/** Each is a process of its own: they share the database and nothing else. */
const process = () => createSigningKeys({ db: database.db, http, clock })
const later = (minutes: number) => clock.set(new Date(clock.now().getTime() + minutes * MINUTE_MS))
const publish = (...these: (JWK | undefined)[]) => {
  provider.body = JSON.stringify({ keys: these })
}
const kids = async (found: Promise<readonly JWK[]>) => (await found).map(({ kid }) => kid)

test('keys are asked for once for all callers and processes, and anew after an hour', async () => {
  const [one, two] = [process(), process()]
  await Promise.all(Array.from({ length: 20 }, () => one.find(provider.url, 'one')))
  await two.find(provider.url, 'one')
  const before = provider.asked
  later(61)
  await two.find(provider.url, 'one')
  await one.find(provider.url, 'one')

  expect([before, provider.asked]).toEqual([1, 2])
})

test('a key that came since is found at once, and the old one is forgotten', async () => {
  const signing = process()
  await signing.find(provider.url, 'one')
  publish(keys[0], keys[1])
  later(6)
  const overlap = await kids(signing.find(provider.url, 'two'))
  publish(keys[1])
  later(61)

  expect(overlap).toEqual(['one', 'two'])
  expect(await kids(signing.find(provider.url, 'two'))).toEqual(['two'])
})

test('any number of unknown keys has the provider asked once in five minutes', async () => {
  const [one, two] = [process(), process()]
  await one.find(provider.url, 'one')
  later(6)
  const before = provider.asked
  for (let index = 0; index < 50; index++) {
    await Promise.all([one.find(provider.url, `a${index}`), two.find(provider.url, `b${index}`)])
  }
  const inFive = provider.asked - before
  later(5)
  await one.find(provider.url, 'c')

  expect([inFive, provider.asked - before]).toEqual([1, 2])
})

test.each<[string, () => void]>([
  ['fails', () => Object.assign(provider, { status: 500, body: '{}' })],
  ['sends five megabytes', () => Object.assign(provider, { body: `"${'x'.repeat(5_000_000)}"` })],
  ['sends no keys', () => Object.assign(provider, { body: '{"keys":[]}' })],
  ['sends something else', () => Object.assign(provider, { body: '<html>' })],
])('while the provider %s, the last good keys serve for a day', async (_what, fail) => {
  const signing = process()
  await signing.find(provider.url, 'one')
  fail()
  later(23 * 60)
  const within = await kids(signing.find(provider.url, 'one'))
  const before = provider.asked
  await signing.find(provider.url, 'one')
  later(61)

  expect(within).toEqual(['one'])
  // Not asked again at once.
  expect(provider.asked).toBe(before)
  await expect(signing.find(provider.url, 'one')).rejects.toThrow()
})

test('a provider that never sent keys is an error that says so', async () => {
  Object.assign(provider, { status: 404, body: '{}' })

  await expect(process().find(provider.url, 'one')).rejects.toMatchObject({ code: 'notJson' })
})
