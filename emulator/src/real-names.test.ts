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
})
