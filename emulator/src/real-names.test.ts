/**
 * Microsoft's own clients with their production configuration, no option set: in a network of its
 * own, login.microsoftonline.com and graph.microsoft.com are the emulator.
 */
import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../run-in-namespace.sh', import.meta.url))
const probe = ['-c', 'unshare -mn ip link set lo up']
const isPossible = process.getuid?.() === 0 && spawnSync('/bin/sh', probe).status === 0
if (!isPossible) console.warn('skipped: real names need root, to make a network of their own')

const client = `
import { ConfidentialClientApplication } from '@azure/msal-node'
import { ClientSecretCredential } from '@azure/identity'
import { Client } from '@microsoft/microsoft-graph-client'

const { tenantId, clientId, secret } = JSON.parse(process.env.EMULATOR_FACTS)
const scope = 'https://graph.microsoft.com/.default'
const msal = new ConfidentialClientApplication({
  auth: { clientId, clientSecret: secret, authority: 'https://login.microsoftonline.com/' + tenantId },
})
const byMsal = await msal.acquireTokenByClientCredential({ scopes: [scope] })
const byIdentity = await new ClientSecretCredential(tenantId, clientId, secret).getToken(scope)
const graph = Client.init({ authProvider: (done) => done(null, byIdentity.token) })
const users = await graph.api('/users').top(3).get()
const next = await graph.api(users['@odata.nextLink']).get()
console.log(JSON.stringify({
  audience: JSON.parse(Buffer.from(byMsal.accessToken.split('.')[1], 'base64url')).aud,
  users: [users.value.length, next.value.length],
  nextLink: new URL(users['@odata.nextLink']).origin,
}))
`

const signInClient = `
import { ConfidentialClientApplication } from '@azure/msal-node'
import * as client from 'openid-client'
import { signInAs } from './src/testing/sign-in-as.ts'

const { controlUrl, tenantId, clientId, secret, people } = JSON.parse(process.env.EMULATOR_FACTS)
const users = await (await fetch(controlUrl + '/directory/users')).json()
const user = users.find(({ userPrincipalName }) => userPrincipalName === people[0])
const emulator = { url: 'https://login.microsoftonline.com' }
const redirectUri = 'https://app.example/callback'
const arrive = async (url) => new URL((await signInAs(user, { url, emulator })).url)

const scopes = ['User.Read']
const msal = new ConfidentialClientApplication({
  auth: { clientId, clientSecret: secret, authority: 'https://login.microsoftonline.com/' + tenantId },
})
const answer = await arrive(await msal.getAuthCodeUrl({ scopes, redirectUri }))
const code = answer.searchParams.get('code')
const { account } = await msal.acquireTokenByCode({ scopes, redirectUri, code })
const silent = await msal.acquireTokenSilent({ scopes, account, forceRefresh: true })

const config = await client.discovery(new URL('https://login.microsoftonline.com/' + tenantId + '/v2.0'), clientId, secret)
client.enableNonRepudiationChecks(config)
const pkceCodeVerifier = client.randomPKCECodeVerifier()
const expectedNonce = client.randomNonce()
const expectedState = client.randomState()
const tokens = await client.authorizationCodeGrant(config, await arrive(client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: 'openid profile',
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  nonce: expectedNonce,
  state: expectedState,
}).href), { pkceCodeVerifier, expectedNonce, expectedState })
const { sub, oid, iss } = tokens.claims()
const info = await client.fetchUserInfo(config, tokens.access_token, sub)
console.log(JSON.stringify({
  username: account.username === people[0],
  refreshed: silent.fromCache === false,
  sameOid: oid === account.localAccountId,
  issuer: iss.replace(tenantId, '{tid}'),
  userinfo: config.serverMetadata().userinfo_endpoint,
  named: info.sub === sub,
}))
`

describe.skipIf(!isPossible)('under the real names', () => {
  it('msal-node, @azure/identity and graph-client work as in production', async () => {
    const { stdout } = await promisify(execFile)(
      script,
      [process.execPath, '--input-type=module', '--eval', client],
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    )

    expect(JSON.parse(stdout)).toEqual({
      audience: 'https://graph.microsoft.com',
      users: [3, 3],
      nextLink: 'https://graph.microsoft.com',
    })
  }, 60_000)

  it('msal-node and openid-client sign a person in as in production', async () => {
    const { stdout } = await promisify(execFile)(
      script,
      [process.execPath, '--input-type=module', '--eval', signInClient],
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    )

    expect(JSON.parse(stdout)).toEqual({
      username: true,
      refreshed: true,
      sameOid: true,
      issuer: 'https://login.microsoftonline.com/{tid}/v2.0',
      userinfo: 'https://graph.microsoft.com/oidc/userinfo',
      named: true,
    })
  }, 60_000)
})
