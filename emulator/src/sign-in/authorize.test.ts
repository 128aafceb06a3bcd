import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { Browser } from '../testing/browser.ts'
import { fetchAnswer } from '../testing/client.ts'
import { authorizeUrl, redirectUri, signIn } from '../testing/relying-party.ts'
import { signInAs } from '../testing/sign-in-as.ts'
import { toLoginHint } from './login-hint.ts'

let emulator: Emulator
let ada: { id: string; userPrincipalName: string }
let ben: { id: string; userPrincipalName: string }

beforeAll(async () => {
  emulator = await startEmulator({ users: 12, groups: 4 })
  const [first, second] = emulator.directory.users
  if (!first || !second) throw new Error('the seed has people')
  ada = first
  ben = second
})

afterAll(() => emulator.stop())

afterEach(() => {
  emulator.signIn.reset()
  emulator.scenario.signIn.refusals = 'page'
  const { clientId } = emulator.app
  emulator.apps.disable(clientId, false)
  emulator.apps.update(clientId, {
    redirectUris: undefined,
    idTokens: false,
    signInConsent: 'granted',
  })
})

/** What the login host answers to the first request. */
async function ask(changed: Record<string, string | undefined> = {}, tenant?: string) {
  const { status, text, headers } = await fetchAnswer(authorizeUrl(emulator, changed, tenant))
  const code = /AADSTS(\d+)/.exec(text)?.[1]
  return { status, text, location: headers.get('location'), code: code && Number(code) }
}

describe('a sign-in', () => {
  it('asks for a user name, and comes back with a code, the state and a session state', async () => {
    const end = await signIn(emulator, ada)

    expect(end).toMatchObject({
      kind: 'answer',
      method: 'GET',
      fields: {
        code: expect.stringMatching(/^1\.A/),
        state: 'a-state',
        session_state: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    })
    expect(end.kind === 'answer' && end.url.split('?')[0]).toBe(redirectUri)
  })

  it('comes back in the fragment, or as a form', async () => {
    const byFragment = await signIn(emulator, ada, { response_mode: 'fragment' })
    const byForm = await signIn(emulator, ada, { response_mode: 'form_post' })

    expect(byFragment.kind === 'answer' && byFragment.url).toMatch(
      /^http:\/\/app\.example\/callback#code=/,
    )
    expect(byForm).toMatchObject({
      kind: 'answer',
      method: 'POST',
      url: redirectUri,
      fields: { code: expect.any(String), state: 'a-state' },
    })
  })

  it('strips HTML from the state', async () => {
    const end = await signIn(emulator, ada, { state: 'a<script>b</script>c' })

    expect(end).toMatchObject({ fields: { state: 'abc' } })
  })

  it('comes back to an address without a path with a slash', async () => {
    const end = await signIn(emulator, ada, { redirect_uri: 'http://app.example' })

    expect(end.kind === 'answer' && end.url).toMatch(/^http:\/\/app\.example\/\?code=/)
  })

  it('that is cancelled tells the app so', async () => {
    const end = await signIn(emulator, ada, {}, { cancel: true })

    expect(end).toMatchObject({
      kind: 'answer',
      fields: { error: 'access_denied', error_subcode: 'cancel', state: 'a-state' },
    })
  })
})

describe('a second sign-in in the same browser', () => {
  it('goes straight through', async () => {
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })

    const second = await browser.open(authorizeUrl(emulator), {
      stopAt: ({ host }) => host === 'app.example',
    })

    expect(second).toMatchObject({ kind: 'left', fields: { code: expect.any(String) } })
  })

  it.each([
    ['login', 'Sign in'],
    ['select_account', 'Pick an account'],
    ['consent', 'Permissions requested'],
  ])('with prompt=%s shows "%s"', async (prompt, heading) => {
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })

    const visited = await browser.open(authorizeUrl(emulator, { prompt }))

    expect(visited).toMatchObject({ kind: 'page', page: { heading } })
  })

  it('by somebody else lists both from then on', async () => {
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })
    await signIn(emulator, ben, { prompt: 'select_account' }, { browser })

    const visited = await browser.open(authorizeUrl(emulator))

    expect(visited.kind === 'page' && visited.page.text).toContain(ada.userPrincipalName)
    expect(visited.kind === 'page' && visited.page.text).toContain(ben.userPrincipalName)
  })

  it('takes the hinted one of two, by name or by the opaque hint', async () => {
    const browser = new Browser()
    const first = await signIn(emulator, ada, {}, { browser })
    await signIn(emulator, ben, { prompt: 'select_account' }, { browser })
    const sid = first.kind === 'answer' ? first.fields['session_state'] : undefined
    const hint = toLoginHint({ userId: ada.id, tenantId: emulator.tenant.id })
    const stopAt = ({ host }: URL) => host === 'app.example'

    const byName = await browser.open(
      authorizeUrl(emulator, { login_hint: ada.userPrincipalName }),
      { stopAt },
    )
    const byHint = await browser.open(authorizeUrl(emulator, { login_hint: hint }), { stopAt })

    expect([byName, byHint]).toMatchObject([
      { kind: 'left', fields: { session_state: sid } },
      { kind: 'left', fields: { session_state: sid } },
    ])
  })
})

describe('a session', () => {
  it('does not outlive the person, nor the instant from which sessions count', async () => {
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })
    const asNobody = () => signIn(emulator, ada, { prompt: 'none' }, { browser })

    emulator.directory.deleteUser(ada.id)
    const deleted = await asNobody()
    emulator.directory.restoreUser(ada.id)
    emulator.directory.updateUser(ada.id, {
      signInSessionsValidFromDateTime: new Date(Date.now() + 60_000).toISOString(),
    })
    const revoked = await asNobody()
    emulator.directory.updateUser(ada.id, { signInSessionsValidFromDateTime: null })
    const back = await asNobody()

    expect([deleted, revoked]).toMatchObject([
      { fields: { error: 'login_required' } },
      { fields: { error: 'login_required' } },
    ])
    expect(back).toMatchObject({ fields: { code: expect.any(String) } })
  })

  it('in one tenant is none in the other', async () => {
    const browser = new Browser()
    const [foreign] = emulator.other.directory.users
    if (!foreign) throw new Error('the second tenant has people')
    const { tenant, app } = emulator.other
    const url = authorizeUrl(emulator, { client_id: app.clientId }, tenant.id)
    await signInAs(foreign, { url, emulator, browser })

    const here = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(here).toMatchObject({ fields: { error: 'login_required' } })
  })
})

describe('prompt=none', () => {
  it('is login_required when nobody is signed in, or two are', async () => {
    const browser = new Browser()

    const nobody = await signIn(emulator, ada, { prompt: 'none' }, { browser })
    await signIn(emulator, ada, {}, { browser })
    const one = await signIn(emulator, ada, { prompt: 'none' }, { browser })
    await signIn(emulator, ben, { prompt: 'select_account' }, { browser })
    const two = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(nobody).toMatchObject({ fields: { error: 'login_required', state: 'a-state' } })
    expect(one).toMatchObject({ fields: { code: expect.any(String) } })
    expect(two).toMatchObject({
      fields: {
        error: 'login_required',
        error_description: expect.stringMatching(/^AADSTS16000: .*Trace ID: .*Timestamp: /),
      },
    })
  })

  it('is interaction_required when a page would be needed', async () => {
    const browser = new Browser()
    await signIn(emulator, ada, {}, { browser })
    emulator.signIn.setOutcome(ada, 'mfa')

    const end = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(end).toMatchObject({
      fields: {
        error: 'interaction_required',
        error_description: expect.stringContaining('AADSTS50076'),
      },
    })
  })
})

describe('a request that is wrong', () => {
  it.each([
    ['an unknown app', { client_id: '00000000-0000-0000-0000-000000000001' }, 700016],
    ['a missing app', { client_id: undefined }, 900144],
    ['a missing scope', { scope: undefined }, 900144],
    ['ID tokens that are not switched on', { response_type: 'code id_token' }, 700054],
    ['another response type', { response_type: 'token' }, 70005],
    ['an unknown response mode', { response_mode: 'web_message' }, 70007],
    ['an unknown prompt', { prompt: 'create' }, 90023],
    ['hint and select_account', { login_hint: 'a@b', prompt: 'select_account' }, 90023],
    ['a method without a challenge', { code_challenge: undefined }, 90023],
  ])('with %s ends on a page', async (_what, changed, code) => {
    const answer = await ask(changed)

    expect(answer).toMatchObject({ status: 400, code, location: null })
    expect(answer.text).toMatch(/Request Id: [0-9a-f-]{36}.*Correlation Id: .*Timestamp: /)
  })

  it('twice over ends on a page', async () => {
    const { text } = await fetchAnswer(`${authorizeUrl(emulator)}&state=another`)

    expect(text).toContain('AADSTS9000411')
  })

  it('to a shared authority, an unknown tenant, or for a disabled app ends on a page', async () => {
    emulator.apps.disable(emulator.app.clientId)

    const codes = [
      (await ask({}, 'common')).code,
      (await ask({}, 'nobody.example')).code,
      (await ask()).code,
    ]

    expect(codes).toEqual([50194, 90002, 7000112])
  })

  it('with an address that is not registered ends on a page', async () => {
    emulator.apps.update(emulator.app.clientId, {
      redirectUris: [redirectUri, 'http://localhost/callback'],
    })
    const asked = [
      redirectUri,
      `${redirectUri}/`,
      'http://app.example/Callback',
      'http://app.example:81/callback',
      'http://localhost:3000/callback',
      'http://127.0.0.1:3000/callback',
    ]

    const codes = await Promise.all(
      asked.map(async (uri) => (await ask({ redirect_uri: uri })).code),
    )

    expect(codes).toEqual([undefined, 50011, 50011, 50011, undefined, 50011])
  })
})

describe('consent', () => {
  it('is asked once of each user when no administrator has given it', async () => {
    emulator.apps.update(emulator.app.clientId, { signInConsent: 'user' })
    const browser = new Browser()

    const asked = await browser.open(authorizeUrl(emulator))
    const declined = await signIn(emulator, ada, {}, { browser, consent: 'Cancel' })
    const accepted = await signIn(emulator, ada, {}, { browser, consent: 'Accept' })
    const again = await signIn(emulator, ada, { prompt: 'none' }, { browser })

    expect(asked).toMatchObject({ page: { heading: 'Sign in' } })
    expect(declined).toMatchObject({
      fields: {
        error: 'access_denied',
        error_subcode: 'cancel',
        error_description: expect.stringContaining('AADSTS65004'),
      },
    })
    expect(accepted).toMatchObject({ fields: { code: expect.any(String) } })
    expect(again).toMatchObject({ fields: { code: expect.any(String) } })
  })

  it('that only an administrator may give leads back with access_denied', async () => {
    emulator.apps.update(emulator.app.clientId, { signInConsent: 'adminOnly' })

    const end = await signIn(emulator, ada)

    expect(end).toMatchObject({
      fields: {
        error: 'access_denied',
        error_description: expect.stringContaining('AADSTS90094'),
      },
    })
  })
})

describe('the pages', () => {
  it('cannot be answered in another browser, or twice', async () => {
    const browser = new Browser()
    const visited = await browser.open(authorizeUrl(emulator))
    if (visited.kind !== 'page') throw new Error('the page asks for a name')
    const typed = { username: ada.userPrincipalName }
    const stopAt = ({ host }: URL) => host === 'app.example'

    const elsewhere = await new Browser().press(visited.page, 'Next', typed)
    const here = await browser.press(visited.page, 'Next', typed, { stopAt })
    const again = await browser.press(visited.page, 'Next', typed)

    expect(elsewhere).toMatchObject({ page: { text: expect.stringContaining('AADSTS165000') } })
    expect(here).toMatchObject({ kind: 'left' })
    expect(again).toMatchObject({ page: { text: expect.stringContaining('AADSTS165000') } })
  })

  it('label the field for the user name, and write no input as HTML', async () => {
    const { text } = await ask({ login_hint: '"><script>alert(1)</script>' })

    expect(text).toContain('<label for="username">User name</label>')
    expect(text).not.toContain('<script>')
  })
})

describe('who begins in the app', () => {
  it('is led through the login host and back', async () => {
    const apps: Record<string, () => Response> = {
      '/start': () => Response.redirect(authorizeUrl(emulator)),
      '/callback': () => new Response('<h1>Welcome</h1>'),
    }
    const browser = new Browser({
      fetch: async (input, init) => {
        const url = new URL(String(input))
        return url.host === 'app.example'
          ? (apps[url.pathname]?.() ?? Response.error())
          : fetch(input, init)
      },
    })

    const end = await signInAs(ada, {
      url: 'http://app.example/start',
      emulator,
      browser,
      follow: true,
    })

    expect(end).toMatchObject({ kind: 'page', page: { heading: 'Welcome' } })
  })
})
