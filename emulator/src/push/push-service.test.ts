import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../start.ts'

// What Microsoft's documents say of the push service, asked of it over HTTP as a server would.

let emulator: Emulator
let channel = ''

beforeAll(async () => {
  emulator = await startEmulator({ users: 2, groups: 1 })
})
beforeEach(() => {
  emulator.push.forget()
  channel = emulator.push.openChannel('one device', emulator.pushApp.familyName)
})
afterAll(() => emulator.stop())

const ask = (form: Record<string, string>) =>
  fetch(`${emulator.url}/accesstoken.srf`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: emulator.pushApp.sid,
      client_secret: emulator.pushApp.secret,
      scope: 'notify.windows.com',
      ...form,
    }),
  })
async function token(): Promise<string> {
  const answer = (await (await ask({})).json()) as { access_token: string } // as the service has it
  return answer.access_token
}
async function notify(headers: Record<string, string> = {}, body = 'x', uri = channel) {
  const answer = await fetch(uri, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/octet-stream',
      'x-wns-type': 'wns/raw',
      'x-wns-cache-policy': 'cache',
      ...headers,
    },
    body,
  })
  return [answer.status, answer.headers.get('x-wns-status')]
}

describe('a token', () => {
  test.each([
    { client_secret: 'guessed' },
    { client_id: 'ms-app://s-1-15-2-0' },
    { scope: 'openid' },
    { grant_type: 'password' },
  ])('is not for everybody: %j', async (form) => {
    expect((await ask(form)).status).toBe(400)
  })
})

describe('a notification', () => {
  test('is delivered to a device that listens, and kept for one that does not yet', async () => {
    let calls = 0
    expect(await notify()).toEqual([200, 'received'])
    const stop = emulator.push.listen('one device', () => {
      calls += 1
    })
    expect(calls).toBe(1)
    expect(await notify()).toEqual([200, 'received'])
    expect(calls).toBe(2)
    stop()
  })

  test('that nobody keeps is dropped while nobody listens', async () => {
    expect(await notify({ 'x-wns-cache-policy': 'no-cache' })).toEqual([200, 'dropped'])
  })

  test.each([
    [{ authorization: 'Bearer guessed' }, 'x', 401],
    [{ 'x-wns-type': 'wns/toast' }, 'x', 400],
    [{ 'content-type': 'text/xml' }, 'x', 400],
    [{}, '', 400],
    [{}, 'x'.repeat(5001), 413],
  ])('is refused where it is not as it should be: %j', async (headers, body, status) => {
    expect((await notify(headers, body))[0]).toBe(status)
  })

  test('is refused to a channel of nobody, of another application, or that is over', async () => {
    expect((await notify({}, 'x', `${emulator.url}/?token=nobody`))[0]).toBe(404)
    const other = emulator.push.openChannel('one device', 'Other.App_8wekyb3d8bbwe')
    expect((await notify({}, 'x', other))[0]).toBe(403)
    emulator.clock.advance(31 * 86_400_000)
    expect((await notify())[0]).toBe(410)
    expect(emulator.push.openChannel('one device', emulator.pushApp.familyName)).not.toBe(channel)
  })
})
