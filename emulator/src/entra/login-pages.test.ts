import { createPublicKey, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { fetchAnswer, readClaims, requestToken } from '../testing/client.ts'

let emulator: Emulator

beforeAll(async () => {
  emulator = await startEmulator({ users: 10, groups: 4, consented: false })
})

afterAll(() => emulator.stop())

describe('the discovery document', () => {
  it('names the tenant by its id, whether asked by id or by domain', async () => {
    const byId = await fetchAnswer(
      `${emulator.url}/${emulator.tenant.id}/v2.0/.well-known/openid-configuration`,
    )
    const byDomain = await fetchAnswer(
      `${emulator.url}/${emulator.tenant.domain}/v2.0/.well-known/openid-configuration`,
    )

    expect(byId.body).toMatchObject({
      issuer: `${emulator.url}/${emulator.tenant.id}/v2.0`,
      token_endpoint: `${emulator.url}/${emulator.tenant.id}/oauth2/v2.0/token`,
      jwks_uri: `${emulator.url}/${emulator.tenant.id}/discovery/v2.0/keys`,
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    })
    expect(byDomain.body.issuer).toBe(byId.body.issuer)
  })

  it.each(['common', 'organizations', 'consumers'])(
    'has the literal {tenantid} in the issuer for %s',
    async (name) => {
      const { body } = await fetchAnswer(
        `${emulator.url}/${name}/v2.0/.well-known/openid-configuration`,
      )

      expect(body.issuer).toBe(`${emulator.url}/{tenantid}/v2.0`)
    },
  )

  it('exists in the v1 form, with the old issuer', async () => {
    const { body } = await fetchAnswer(
      `${emulator.url}/${emulator.tenant.id}/.well-known/openid-configuration`,
    )

    expect(body.issuer).toBe(`https://sts.windows.net/${emulator.tenant.id}/`)
  })

  it('is refused for an unknown tenant', async () => {
    const { status, body } = await fetchAnswer(
      `${emulator.url}/nobody.example/v2.0/.well-known/openid-configuration`,
    )

    expect(status).toBe(400)
    expect(body.error_codes).toEqual([90002])
  })

  it('of the instance knows this host and the real ones, and no other', async () => {
    const ask = (host: string) =>
      fetchAnswer(
        `${emulator.url}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(`https://${host}/${emulator.tenant.id}/oauth2/v2.0/authorize`)}`,
      )

    const own = await ask(new URL(emulator.url).host)
    const real = await ask('login.microsoftonline.com')
    const foreign = await ask('login.evil.example')

    expect(own.body.metadata[0].aliases).toEqual([new URL(emulator.url).host])
    expect(real.body.metadata[0]).toMatchObject({ preferred_cache: 'login.windows.net' })
    expect(foreign).toMatchObject({ status: 400, body: { error: 'invalid_instance' } })
  })
})

describe('the key set', () => {
  it('has several keys with certificate and thumbprint, and no alg', async () => {
    const { body } = await fetchAnswer(`${emulator.url}/common/discovery/v2.0/keys`)

    expect(body.keys.length).toBeGreaterThan(1)
    for (const key of body.keys) {
      const certificate = new X509Certificate(Buffer.from(key.x5c[0], 'base64'))
      expect(key).not.toHaveProperty('alg')
      expect(key.x5t).toBe(key.kid)
      expect(certificate.publicKey.equals(createPublicKey({ key, format: 'jwk' }))).toBe(true)
      expect(certificate.verify(certificate.publicKey)).toBe(true)
    }
  })

  it('changes on rollover: with overlap the old key stays, without it goes', async () => {
    const before = emulator.keys.current.kid
    await emulator.keys.rollOver({ overlap: true })
    const overlapping = emulator.keys.published.map(({ kid }) => kid)
    const second = emulator.keys.current.kid
    await emulator.keys.rollOver({ overlap: false })

    expect(overlapping).toContain(before)
    expect(emulator.keys.published.map(({ kid }) => kid)).not.toContain(second)
  })
})

describe('admin consent', () => {
  const redirectUri = 'http://localhost:5000/set-up/consented'
  const ask = (query: Record<string, string>, tenant: string = emulator.tenant.id) =>
    fetchAnswer(`${emulator.url}/${tenant}/adminconsent?${new URLSearchParams(query)}`)

  it('grants what the app asks for and goes back', async () => {
    const before = await requestToken(emulator)
    const { status, headers } = await ask({
      client_id: emulator.app.clientId,
      redirect_uri: redirectUri,
      state: 'a b&c',
    })
    const after = await requestToken(emulator)

    const target = new URL(headers.get('location') ?? '')
    expect(status).toBe(302)
    expect(target.origin + target.pathname).toBe(redirectUri)
    expect(Object.fromEntries(target.searchParams)).toEqual({
      admin_consent: 'True',
      tenant: emulator.tenant.id,
      state: 'a b&c',
    })
    expect(readClaims(before.body.access_token)).not.toHaveProperty('roles')
    expect(readClaims(after.body.access_token).roles).toContain('Device.ReadWrite.All')
  })

  it('goes back with permission_denied when the administrator cancels', async () => {
    emulator.scenario.adminConsent = 'deny'
    const { headers } = await ask({
      client_id: emulator.app.clientId,
      redirect_uri: redirectUri,
      state: 's',
    })
    emulator.scenario.adminConsent = 'grant'

    const target = new URL(headers.get('location') ?? '')
    expect(target.searchParams.get('error')).toBe('permission_denied')
    expect(target.searchParams.get('error_description')).toBeTruthy()
    expect(target.searchParams.get('state')).toBe('s')
  })

  it('shows a page first when the scenario asks, with what is asked escaped', async () => {
    emulator.scenario.adminConsent = 'ask'
    const { status, text } = await ask({
      client_id: emulator.app.clientId,
      redirect_uri: redirectUri,
      state: '"><script>',
    })
    emulator.scenario.adminConsent = 'grant'

    expect(status).toBe(200)
    expect(text).toContain('User.Read.All')
    expect(text).not.toContain('<script>')
  })

  it('shows a page and does not redirect when the redirect URI is not registered', async () => {
    emulator.apps.get(emulator.app.clientId).redirectUris = ['http://localhost/set-up/consented']

    const samePath = await ask({ client_id: emulator.app.clientId, redirect_uri: redirectUri })
    const otherPath = await ask({
      client_id: emulator.app.clientId,
      redirect_uri: 'http://localhost:5000/other',
    })
    emulator.apps.get(emulator.app.clientId).redirectUris = undefined

    expect(samePath.status).toBe(302)
    expect(otherPath.status).toBe(400)
    expect(otherPath.text).toContain('AADSTS50011')
  })

  it('does not know the app of another tenant', async () => {
    const { text } = await ask({
      client_id: emulator.other.app.clientId,
      redirect_uri: redirectUri,
    })

    expect(text).toContain('AADSTS700016')
  })
})

describe('the login host', () => {
  it('has nothing that Microsoft does not have', async () => {
    const paths = [
      '/',
      '/faults',
      '/scenario',
      '/directory/users',
      '/%zz/nothing',
      `/${emulator.tenant.id}/oauth2/v2.0/tokens`,
    ]
    const answers = await Promise.all(paths.map((path) => fetchAnswer(emulator.url + path)))

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
  })
})
