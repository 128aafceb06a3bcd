import { TOTP } from 'otpauth'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../testing/database.ts'
import { createAuthenticator, type Manner } from '../../testing/software-authenticator.ts'
import { loadHomeOrganization } from '../organizations/index.ts'
import { steppingClock } from '../platform/clock.ts'
import { resetAdministrator } from '../sign-in/index.ts'
import { asToken, type Browser, createBrowser, stepUpWithPassword, testApi } from './testing.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const STEP_MS = 30_000
const ORIGIN = 'http://localhost:8080'

const database = await testDatabase()
const clock = steppingClock(NOW)
const api = testApi(database.database, clock)
const { app, parts } = api
beforeEach(async () => {
  clock.set(NOW)
  await database.truncate()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const later = (ms: number) => clock.set(new Date(clock.now().getTime() + ms))

type Method = 'GET' | 'POST' | 'DELETE'
async function send(browser: Browser, method: Method, path: string, payload?: object, more = {}) {
  const response = await app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { ...browser.headers(), ...more },
    ...(payload ? { payload } : {}),
  })
  browser.read(response)
  return response
}

/** Makes a dangerous call with its proof. */
async function sendProven(
  browser: Browser,
  method: 'POST' | 'DELETE',
  path: string,
  code?: string,
) {
  const id = await stepUpWithPassword(app, browser, { method, url: `/api/v1${path}` }, code)
  return await send(browser, method, path, undefined, { 'x-step-up': id })
}

const post = (path: string, payload: object = {}) =>
  app.inject({ method: 'POST', url: `/api/v1${path}`, payload })
const signIn = ({ email, password }: Browser, code?: string) =>
  post('/session', { email, password, ...(code === undefined ? {} : { code }) })

const answer = (response: { statusCode: number; json: () => { code?: string } }) =>
  response.statusCode < 300 ? response.statusCode : response.json().code

/** The telephone: it knows nothing but the secret that was typed into it. */
const codeOf = (secret: string, at = clock.now()) =>
  new TOTP({ secret }).generate({ timestamp: at.getTime() })

async function withTotp(email = 'ada@example.com') {
  const browser = await createBrowser(parts, app, email)
  const { secret, uri } = (await sendProven(browser, 'POST', '/account/totp')).json()
  const code = codeOf(secret)
  const confirmed = await send(browser, 'POST', '/account/totp/confirmation', { code })
  later(STEP_MS)
  return { browser, secret: secret as string, uri: uri as string, confirmed }
}

describe('an authenticator app', () => {
  test('is asked for at sign-in once a right code was shown, and each code is good once', async () => {
    const { browser, secret, uri, confirmed } = await withTotp()
    const code = codeOf(secret)

    expect(uri).toMatch(/^otpauth:\/\/totp\/Mooring:ada%40example\.com\?/)
    expect(confirmed.statusCode).toBe(204)
    expect(answer(await signIn(browser))).toBe('codeNeeded')
    expect(answer(await signIn(browser, '000000'))).toBe('codeWrong')
    expect(answer(await signIn(browser, code))).toBe(200)
    expect(answer(await signIn(browser, code))).toBe('codeWrong')
  })

  test('that is only offered is not asked for, and a wrong code does not put it in force', async () => {
    const browser = await createBrowser(parts, app, 'ada@example.com')
    await sendProven(browser, 'POST', '/account/totp')

    const confirmed = await send(browser, 'POST', '/account/totp/confirmation', { code: '000000' })

    expect(answer(confirmed)).toBe('totpCodeWrong')
    expect(answer(await signIn(browser))).toBe(200)
  })

  test('may be one step early or late, not two', async () => {
    const { browser, secret } = await withTotp()
    const at = (steps: number) => codeOf(secret, new Date(clock.now().getTime() + steps * STEP_MS))
    later(10 * STEP_MS)

    expect(answer(await signIn(browser, at(-2)))).toBe('codeWrong')
    expect(answer(await signIn(browser, at(2)))).toBe('codeWrong')
    expect(answer(await signIn(browser, at(-1)))).toBe(200)
    expect(answer(await signIn(browser, at(1)))).toBe(200)
  })

  test('counts wrong codes as failures, so that nobody tries them all', async () => {
    const { browser, secret } = await withTotp()
    for (let n = 0; n < 5; n++) expect(answer(await signIn(browser, '000000'))).toBe('codeWrong')

    expect(answer(await signIn(browser, codeOf(secret)))).toBe('tooManyAttempts')
  })

  test('is needed for step-ups with the password, and for being given up', async () => {
    const { browser, secret } = await withTotp()

    await expect(sendProven(browser, 'DELETE', '/account/totp')).rejects.toThrow()
    const removed = await sendProven(browser, 'DELETE', '/account/totp', codeOf(secret))

    expect(removed.statusCode).toBe(204)
    expect(answer(await signIn(browser))).toBe(200)
    const kept = await parts.db
      .selectFrom('secrets')
      .select('id')
      .where('organization_id', '=', (await loadHomeOrganization(parts.db)).id)
      .execute()
    expect(kept).toEqual([])
  })

  test('keeps its secret sealed', async () => {
    const { secret } = await withTotp()
    const rows = await parts.db
      .selectFrom('secrets')
      .selectAll()
      .where('organization_id', '=', (await loadHomeOrganization(parts.db)).id)
      .execute()

    expect(rows).toHaveLength(1)
    expect(Buffer.from(rows[0]?.ciphertext ?? []).toString('latin1')).not.toContain(secret)
  })

  test('is not replaced while it is in force, and not stood in for by a password link', async () => {
    const { browser } = await withTotp()
    const offered = await send(browser, 'POST', '/account/totp')
    const owner = await createBrowser(parts, app, 'owner@example.com')
    const path = `/organizations/default/administrators/${browser.administrator}/password-link`
    const link = await sendProven(owner, 'POST', path)
    const token = link.json().passwordLink.split('#')[1]
    const set = await post('/password', { token, password: 'quite another password' })

    expect(answer(offered)).toBe('totpInForce')
    expect([set.statusCode, set.json(), set.cookies]).toEqual([200, { kind: 'signedOut' }, []])
  })

  test('is taken away by a reset, with password, passkeys and sessions', async () => {
    const { browser } = await withTotp()
    const organization = (await loadHomeOrganization(parts.db)).id
    const id = browser.administrator as `adm_${string}`
    const occasion = { now: clock.now(), publicUrl: parts.config.publicUrl }

    const link = await resetAdministrator(parts, { organization, id }, occasion)
    const session = (await send(browser, 'GET', '/session')).json()
    const before = answer(await signIn(browser))
    const password = 'quite another password'
    const set = await post('/password', { token: link.split('#')[1], password })

    expect(session).toEqual({ kind: 'signedOut' })
    expect(before).toBe('signInRefused')
    expect(set.json().kind).toBe('signedIn')
  })
})

describe('a passkey', () => {
  async function withPasskey(email = 'ada@example.com', manner: Manner = {}) {
    const browser = await createBrowser(parts, app, email)
    const authenticator = createAuthenticator(ORIGIN)
    const options = (await sendProven(browser, 'POST', '/account/passkeys/offer')).json()
    const payload = { name: 'Notebook', response: authenticator.create(options, manner) }
    const added = await send(browser, 'POST', '/account/passkeys', payload)
    return { browser, authenticator, options, payload, added }
  }
  const offer = async () => (await post('/session/passkey-offer')).json()

  test('is made for this host, discoverable and never unverified', async () => {
    const { options, added, browser } = await withPasskey()
    const account = (await send(browser, 'GET', '/account')).json()

    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    expect(added.json()).toMatchObject({ name: 'Notebook', lastUsedAt: null })
    expect(account.ways).toEqual({ totp: false, passkeys: [added.json()] })
  })

  test('signs in, without password or code', async () => {
    const { authenticator } = await withPasskey()

    const response = await post('/session/passkey', { response: authenticator.get(await offer()) })

    expect(response.json()).toMatchObject({
      kind: 'signedIn',
      account: { kind: 'administrator', name: 'ada@example.com' },
    })
  })

  test('that answers an offer once more, or too late, is refused', async () => {
    const { authenticator } = await withPasskey()
    const options = await offer()
    const old = await offer()

    const first = await post('/session/passkey', { response: authenticator.get(options) })
    const again = await post('/session/passkey', { response: authenticator.get(options) })
    later(5 * 60_000)
    const late = await post('/session/passkey', { response: authenticator.get(old) })

    expect([first, again, late].map(answer)).toEqual([200, 'passkeyRefused', 'passkeyRefused'])
  })

  test.each<[string, Manner]>([
    ['made at another address', { origin: 'https://evil.example' }],
    ['of another host', { rpId: 'evil.example' }],
    ['not unlocked by its owner', { isVerified: false }],
    ['whose count went back, like that of a copy', { counter: 1 }],
    ['that names somebody else', { userHandle: Buffer.from('adm_other').toString('base64url') }],
  ])('%s is refused', async (_what, manner) => {
    const { authenticator } = await withPasskey()

    const refused = await post('/session/passkey', {
      response: authenticator.get(await offer(), manner),
    })
    // In its right manner it would have been taken.
    const taken = await post('/session/passkey', {
      response: authenticator.get(await offer(), { counter: 7 }),
    })

    expect([refused, taken].map(answer)).toEqual(['passkeyRefused', 200])
  })

  test.each<[string, Manner]>([
    ['at another address', { origin: 'https://evil.example' }],
    ['without being unlocked', { isVerified: false }],
  ])('made %s is not kept', async (_what, manner) => {
    const { added, browser } = await withPasskey('ada@example.com', manner)

    expect(answer(added)).toBe('passkeyRefused')
    expect((await send(browser, 'GET', '/account')).json().ways.passkeys).toEqual([])
  })

  test('is not kept twice for one offer, nor for the offer of another session', async () => {
    const { browser, payload } = await withPasskey()
    const grace = await createBrowser(parts, app, 'grace@example.com')
    const options = (await sendProven(browser, 'POST', '/account/passkeys/offer')).json()
    const other = createAuthenticator(ORIGIN).create(options)

    const again = await send(browser, 'POST', '/account/passkeys', payload)
    const stolen = await send(grace, 'POST', '/account/passkeys', { name: 'x', response: other })

    expect([again, stolen].map(answer)).toEqual(['passkeyRefused', 'passkeyRefused'])
  })

  test.each([
    [{}],
    [{ id: 'x' }],
    [{ id: 'x', response: { clientDataJSON: 'bm90IGpzb24' } }],
    [{ id: 'x', response: { clientDataJSON: 7, attestationObject: null } }],
  ])('that is none (%j) is refused, and no fault of ours', async (response) => {
    const browser = await createBrowser(parts, app, 'ada@example.com')

    const asProof = await post('/session/passkey', { response })
    const asNew = await send(browser, 'POST', '/account/passkeys', { name: 'x', response })

    expect([asProof, asNew].map(answer)).toEqual(['passkeyRefused', 'passkeyRefused'])
  })

  test('proves a step-up of its owner, and of nobody else', async () => {
    const { browser: ada, authenticator } = await withPasskey()
    const { browser: grace, authenticator: other } = await withPasskey('grace@example.com')
    const act = { method: 'POST', path: '/api/v1/organizations/default/tokens' }
    const body = { name: 'script', role: 'auditor' }
    const begun = (await send(ada, 'POST', '/session/step-ups', { ...act, body })).json()
    const path = `/session/step-ups/${begun.id}`
    const challenge = async () => (await send(ada, 'POST', `${path}/passkey-offer`)).json()
    const prove = async (response: object) => send(ada, 'POST', `${path}/passkey`, { response })

    const foreign = await prove(other.get(await challenge()))
    const ofSignIn = await prove(authenticator.get(await offer()))
    const right = await prove(authenticator.get(await challenge()))
    const header = { 'x-step-up': begun.id }
    const done = await send(ada, 'POST', '/organizations/default/tokens', body, header)

    expect(begun.ways).toEqual(['passkey', 'password'])
    expect([foreign, ofSignIn].map(answer)).toEqual(['passkeyRefused', 'passkeyRefused'])
    expect(right.json().state).toBe('proven')
    expect(done.statusCode).toBe(201)
    expect((await send(grace, 'GET', path)).json().code).toBe('stepUpUnknown')
  })

  test('that was removed opens nothing, and nobody removes that of somebody else', async () => {
    const { browser, authenticator, added } = await withPasskey()
    const grace = await createBrowser(parts, app, 'grace@example.com')
    const path = `/account/passkeys/${added.json().id}`

    const foreign = await sendProven(grace, 'DELETE', path)
    const removed = await sendProven(browser, 'DELETE', path)
    const used = await post('/session/passkey', { response: authenticator.get(await offer()) })

    expect([foreign, removed, used].map(answer)).toEqual(['passkeyUnknown', 204, 'passkeyRefused'])
  })

  test('is told to those who list administrators', async () => {
    await withPasskey()
    await withTotp('grace@example.com')
    const headers = await asToken(parts, 'auditor')

    const { items } = (
      await app.inject({ url: '/api/v1/organizations/default/administrators', headers })
    ).json()

    expect(items).toMatchObject([
      { email: 'ada@example.com', secondFactors: ['passkey'] },
      { email: 'grace@example.com', secondFactors: ['totp'] },
    ])
  })
})
