import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { Browser } from '../testing/browser.ts'
import { control, fetchAnswer, makeClient } from '../testing/client.ts'
import { fetchTokens, redirectUri, signIn } from '../testing/relying-party.ts'
import { toLoginHint } from './login-hint.ts'

let emulator: Emulator
let ada: { id: string; userPrincipalName: string }
let ben: { id: string; userPrincipalName: string }
const calls: string[] = []
const app = createServer((request, response) => {
  calls.push(`${request.method} ${request.url} ${request.headers.cookie ?? 'no cookie'}`)
  response.end()
})

beforeAll(async () => {
  emulator = await startEmulator({ users: 12, groups: 4 })
  const [first, second] = emulator.directory.users
  if (!first || !second) throw new Error('the seed has people')
  ada = first
  ben = second
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  const { port } = app.address() as AddressInfo // a TCP server's address is always this
  emulator.apps.update(emulator.app.clientId, {
    redirectUris: [redirectUri, 'http://app.example/bye'],
    logoutUrl: `http://127.0.0.1:${port}/front-channel`,
  })
})

afterEach(() => {
  emulator.signIn.reset()
  calls.length = 0
})

afterAll(async () => {
  await new Promise((resolve) => app.close(resolve))
  await emulator.stop()
})

function logoutUrl(parameters: Record<string, string>): string {
  const query = new URLSearchParams(parameters)
  return `${emulator.url}/${emulator.tenant.id}/oauth2/v2.0/logout?${query}`
}

async function sidOf(browser: Browser, user = ada): Promise<string> {
  const end = await signIn(emulator, user, { prompt: 'login' }, { browser })
  return (end.kind === 'answer' && end.fields['session_state']) || ''
}

describe('signing out', () => {
  it('with a hint ends the session, tells the apps by iframe, and goes on to the app', async () => {
    const browser = new Browser()
    const sid = await sidOf(browser)
    const hint = toLoginHint({ userId: ada.id, tenantId: emulator.tenant.id })

    const visited = await browser.open(
      logoutUrl({
        logout_hint: hint,
        post_logout_redirect_uri: 'http://app.example/bye',
        state: 'later',
      }),
    )
    const silent = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    const page = visited.kind === 'page' ? visited.page : undefined
    expect(page?.heading).toBe('You signed out of your account')
    expect(page?.html).toMatch(
      new RegExp(`<iframe src="http://127\\.0\\.0\\.1:\\d+/front-channel\\?sid=${sid}"`),
    )
    expect(page?.headers.get('refresh')).toBe('1;url=http://app.example/bye?state=later')
    expect(silent).toMatchObject({ fields: { error: 'login_required' } })
  })

  it('without a hint asks for the account, even when there is one only', async () => {
    const browser = new Browser()
    await sidOf(browser)
    await sidOf(browser, ben)

    const asked = await browser.open(
      logoutUrl({ post_logout_redirect_uri: 'http://app.example/bye' }),
    )
    if (asked.kind !== 'page') throw new Error('a page asks for the account')
    const name = asked.page.forms[0]?.buttons.find(({ value }) => value === ada.id)?.text ?? ''
    const signedOut = await browser.press(asked.page, name)
    const adaAfter = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(asked.page.heading).toBe('Pick an account')
    expect(signedOut).toMatchObject({ page: { heading: 'You signed out of your account' } })
    // Only Ben is left: nobody has to be asked any more.
    expect(adaAfter).toMatchObject({ fields: { code: expect.any(String) } })
    expect(emulator.signIn.browsers.all.flatMap(({ accounts }) => accounts)).toMatchObject([
      { userId: ben.id },
    ])
  })

  it('goes nowhere that is not registered', async () => {
    const browser = new Browser()

    const visited = await browser.open(
      logoutUrl({ post_logout_redirect_uri: 'http://evil.example/' }),
    )

    expect(visited.kind === 'page' && visited.page.html).not.toContain('evil.example')
  })

  it('that nobody is concerned by goes straight back', async () => {
    const { status, headers } = await fetchAnswer(
      logoutUrl({ post_logout_redirect_uri: 'http://app.example/bye' }),
    )

    expect([status, headers.get('location')]).toEqual([302, 'http://app.example/bye'])
  })
})

describe('front-channel logout on request', () => {
  it('calls each LogoutUrl with the sid alone, without cookies, and ends the sessions', async () => {
    const sid = await sidOf(new Browser())

    const told = await emulator.signIn.frontChannelLogout(ada)
    const again = await emulator.signIn.frontChannelLogout(ada)

    expect(told).toEqual([{ url: expect.stringContaining(`?sid=${sid}`), status: 200 }])
    expect(calls).toEqual([`GET /front-channel?sid=${sid} no cookie`])
    expect(again).toEqual([])
  })
})

describe('userinfo', () => {
  const ask = (token: string) =>
    fetchAnswer(`${emulator.url}/oidc/userinfo`, { headers: { authorization: `Bearer ${token}` } })

  it('tells who the person is, under the subject that the app knows', async () => {
    const { access_token, id_token } = await fetchTokens(emulator, ada)
    const { sub } = JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url').toString())

    const { status, body } = await ask(access_token)

    expect(status).toBe(200)
    expect(body).toMatchObject({ sub, email: ada.userPrincipalName, name: expect.any(String) })
  })

  it('is not for apps, nor for a token without openid', async () => {
    const { token } = await makeClient(emulator)
    const { access_token } = await fetchTokens(emulator, ada, { scope: 'User.Read' })

    expect((await ask(token)).status).toBe(403)
    expect((await ask(access_token)).status).toBe(403)
    expect((await ask('no.such.token')).status).toBe(401)
  })

  it('is all that a person’s token opens: lists need an app’s permissions', async () => {
    const { access_token } = await fetchTokens(emulator, ada)

    const { status } = await fetchAnswer(`${emulator.url}/v1.0/users`, {
      headers: { authorization: `Bearer ${access_token}` },
    })

    expect(status).toBe(403)
  })
})

describe('the control port', () => {
  it('decides outcomes, adds policies, and tells who is signed in', async () => {
    await control(emulator, 'POST', '/sign-in/setOutcome', [ada.userPrincipalName, 'blocked'])
    const { body: policy } = await control(emulator, 'POST', '/sign-in/addPolicy', [
      { contexts: ['c1'], control: 'mfa' },
    ])
    const refused = await signIn(emulator, ada)
    const { body } = await control(emulator, 'GET', '/sign-in')
    await control(emulator, 'POST', '/sign-in/reset')

    expect(refused).toMatchObject({ kind: 'refused', code: 53003 })
    expect(body).toMatchObject({ accounts: [{ userId: ada.id }], policies: [{ id: policy.id }] })
    expect(emulator.signIn.policies).toEqual([])
  })

  it('switches to hostile tokens, and refuses unknown people and functions', async () => {
    const patched = await control(emulator, 'PATCH', '/scenario', {
      signIn: { idTokens: 'algNone' },
    })
    const { id_token } = await fetchTokens(emulator, ada)
    emulator.scenario.signIn.idTokens = 'honest'
    const nobody = await control(emulator, 'POST', '/sign-in/revokeSessions', ['nobody'])
    const nothing = await control(emulator, 'POST', '/sign-in/findById', [ada.id])

    expect(patched.status).toBe(200)
    expect(id_token.split('.')[2]).toBe('')
    expect([nobody.status, nothing.status]).toEqual([400, 404])
  })
})
