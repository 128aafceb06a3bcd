/**
 * The acceptance of the sign-in: clients that others wrote, unmodified, with exactly the options
 * that their documentation gives for another host.
 */
import tls from 'node:tls'
import { ConfidentialClientApplication } from '@azure/msal-node'
import * as client from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../index.ts'
import { signInAs } from '../testing/sign-in-as.ts'

let emulator: Emulator
let ada: { id: string; userPrincipalName: string }
const redirectUri = 'https://app.example/callback'

beforeAll(async () => {
  emulator = await startEmulator({ users: 12, groups: 4, tls: true })
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), emulator.certificate ?? ''])
  emulator.apps.update(emulator.app.clientId, {
    redirectUris: [redirectUri],
    optionalClaims: { idToken: ['auth_time', 'login_hint', 'sid'], accessToken: [] },
  })
  const [first] = emulator.directory.users
  if (!first) throw new Error('the seed has people')
  ada = first
})

afterEach(() => {
  emulator.signIn.reset()
  emulator.scenario.signIn.idTokens = 'honest'
})

afterAll(() => emulator.stop())

/** Where the login host sends the browser. */
async function arrive(url: string): Promise<URL> {
  const end = await signInAs(ada, { url, emulator })
  if (end.kind !== 'answer') throw new Error(`no answer, but ${JSON.stringify(end)}`)
  return new URL(end.url)
}

describe('@azure/msal-node', () => {
  const makeMsal = () =>
    new ConfidentialClientApplication({
      auth: {
        clientId: emulator.app.clientId,
        clientSecret: emulator.app.secret,
        authority: `${emulator.url}/${emulator.tenant.id}`,
        knownAuthorities: [new URL(emulator.url).host],
      },
    })
  const scopes = ['User.Read']

  it('signs a person in, finds the account, and refreshes silently', async () => {
    const msal = makeMsal()
    const url = await msal.getAuthCodeUrl({ scopes, redirectUri, nonce: 'n-1', state: 's-1' })
    const answer = await arrive(url)

    const code = answer.searchParams.get('code') ?? ''
    const returned = { code, state: answer.searchParams.get('state') ?? '' }
    const result = await msal.acquireTokenByCode(
      { scopes, redirectUri, code, nonce: 'n-1', state: 's-1' },
      returned,
    )
    if (!result.account) throw new Error('msal has an account')
    const cached = await msal.acquireTokenSilent({ scopes, account: result.account })
    const fresh = await msal.acquireTokenSilent({
      scopes,
      account: result.account,
      forceRefresh: true,
    })

    expect(result.account).toMatchObject({
      homeAccountId: `${ada.id}.${emulator.tenant.id}`,
      username: ada.userPrincipalName,
      tenantId: emulator.tenant.id,
    })
    expect([cached.fromCache, fresh.fromCache]).toEqual([true, false])
    expect(fresh.accessToken).not.toBe(result.accessToken)
  })

  it('reports that interaction is required, with the claims to ask for', async () => {
    const msal = makeMsal()
    const answer = await arrive(await msal.getAuthCodeUrl({ scopes, redirectUri }))
    const code = answer.searchParams.get('code') ?? ''
    const { account } = await msal.acquireTokenByCode({ scopes, redirectUri, code })
    if (!account) throw new Error('msal has an account')
    emulator.signIn.addPolicy({ control: 'mfa' })

    const attempt = msal.acquireTokenSilent({ scopes, account, forceRefresh: true })

    await expect(attempt).rejects.toMatchObject({
      name: 'InteractionRequiredAuthError',
      subError: 'basic_action',
      claims: expect.stringContaining('capolids'),
      errorNo: 50076,
    })
  })
})

describe('openid-client', () => {
  const discover = async (): Promise<client.Configuration> => {
    const config = await client.discovery(
      new URL(`${emulator.url}/${emulator.tenant.id}/v2.0`),
      emulator.app.clientId,
      emulator.app.secret,
    )
    client.enableNonRepudiationChecks(config)
    return config
  }

  async function signInBy(config: client.Configuration, changed: Record<string, string> = {}) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...changed,
    })
    const checks = { pkceCodeVerifier, expectedState, expectedNonce }
    return client.authorizationCodeGrant(config, await arrive(url.href), checks)
  }

  it('signs a person in by discovery, code and PKCE, with every check on, and refreshes', async () => {
    const config = await discover()

    const tokens = await signInBy(config)
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    const claims = tokens.claims()
    const info = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')

    expect(claims).toMatchObject({
      oid: ada.id,
      tid: emulator.tenant.id,
      auth_time: expect.any(Number),
    })
    expect(refreshed.claims()?.sub).toBe(claims?.sub)
    expect(info.email).toBe(ada.userPrincipalName)
  })

  it.each(['changedOid', 'algNone', 'hs256PublicKey', 'unpublishedKey', 'wrongIssuer'] as const)(
    'refuses %s once signatures are checked',
    async (kind) => {
      const config = await discover()
      emulator.scenario.signIn.idTokens = kind

      await expect(signInBy(config)).rejects.toThrow()
    },
  )

  it('by default takes a payload that nobody signed: the reference that is known to be bad', async () => {
    const config = await client.discovery(
      new URL(`${emulator.url}/${emulator.tenant.id}/v2.0`),
      emulator.app.clientId,
      emulator.app.secret,
    )
    emulator.scenario.signIn.idTokens = 'changedOid'

    const tokens = await signInBy(config)

    expect(tokens.claims()?.['oid']).not.toBe(ada.id)
  })

  it('survives a rollover with overlap, and an emergency one', async () => {
    const config = await discover()
    await signInBy(config)
    await emulator.keys.rollOver({ overlap: true })
    const overlapped = await signInBy(config)
    await emulator.keys.rollOver({ overlap: false })

    // A new configuration: a client fetches keys again for an unknown kid only after a minute.
    const emergency = await signInBy(await discover())

    expect([overlapped.claims()?.['oid'], emergency.claims()?.['oid']]).toEqual([ada.id, ada.id])
  })
})
