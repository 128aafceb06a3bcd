import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { Browser, type Page } from '../testing/browser.ts'
import { fetchAnswer, requestToken } from '../testing/client.ts'

let emulator: Emulator
let ada: { id: string; userPrincipalName: string }
const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

beforeAll(async () => {
  emulator = await startEmulator({ users: 12, groups: 4 })
  emulator.apps.update(emulator.app.clientId, { publicClient: true })
  const [first] = emulator.directory.users
  if (!first) throw new Error('the seed has people')
  ada = first
})

afterAll(() => emulator.stop())

async function begin(): Promise<{
  device_code: string
  user_code: string
  verification_uri: string
}> {
  const { body } = await fetchAnswer(
    `${emulator.url}/${emulator.tenant.id}/oauth2/v2.0/devicecode`,
    {
      method: 'POST',
      body: new URLSearchParams({ client_id: emulator.app.clientId, scope: 'openid profile' }),
    },
  )
  return body
}

const poll = (deviceCode: string) =>
  requestToken(emulator, {
    grant_type: grantType,
    client_secret: undefined,
    scope: undefined,
    device_code: deviceCode,
  })

/** What the person does: types the code, then the name. */
async function enter(uri: string, userCode: string, button = 'Next'): Promise<Page> {
  const browser = new Browser()
  const pages = [
    { button: 'Next', typed: { otc: userCode } },
    { button, typed: { username: ada.userPrincipalName } },
  ]
  let visited = await browser.open(uri)
  for (const page of pages) {
    if (visited.kind !== 'page') throw new Error('the login host does not let go')
    visited = await browser.press(visited.page, page.button, page.typed)
  }
  if (visited.kind !== 'page') throw new Error('the login host does not let go')
  return visited.page
}

describe('a device code', () => {
  it('is pending until the person has signed in, and then good once', async () => {
    const code = await begin()

    const before = await poll(code.device_code)
    const page = await enter(code.verification_uri, code.user_code.toLowerCase())
    const after = await poll(code.device_code)
    const again = await poll(code.device_code)

    expect(before.body).toMatchObject({ error: 'authorization_pending', error_codes: [70016] })
    expect(page.text).toContain('You have signed in to the Mooring application on your device')
    expect(after.body).toMatchObject({ token_type: 'Bearer', id_token: expect.any(String) })
    expect(again.body).toMatchObject({ error_codes: [54005] })
  })

  it('that is declined, expired, or was never given is refused', async () => {
    const declined = await begin()
    const expired = await begin()

    await enter(declined.verification_uri, declined.user_code, 'Cancel')
    const first = await poll(declined.device_code)
    emulator.clock.advance(900_000)
    const second = await poll(expired.device_code)
    const third = await poll('made up')
    emulator.clock.advance(-900_000)

    expect([first, second, third].map(({ body }) => [body.error, body.error_codes])).toEqual([
      ['authorization_declined', [70017]],
      ['expired_token', [70019]],
      ['bad_verification_code', [70018]],
    ])
  })

  it('works with openid-client', async () => {
    const issuer = new URL(`${emulator.url}/${emulator.tenant.id}/v2.0`)
    const config = await client.discovery(issuer, emulator.app.clientId, undefined, client.None(), {
      execute: [client.allowInsecureRequests],
    })
    const begun = await client.initiateDeviceAuthorization(config, { scope: 'openid profile' })
    await enter(begun.verification_uri, begun.user_code)

    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0 })

    expect(tokens.claims()?.['oid']).toBe(ada.id)
  })
})
