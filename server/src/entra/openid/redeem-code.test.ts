import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { authorizationCodeGrant, type CustomFetch } from 'openid-client'
import { expect, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { CLOUDS } from '../clouds.ts'
import { tenantId } from '../ids.ts'
import { entraServer } from './openid-server.ts'
import { toConfiguration } from './redeem-code.ts'

// The library alone, as it is set up here: its signature check is off by default, and must be on.

const server = entraServer(CLOUDS.global, tenantId('11111111-1111-4111-8111-111111111111'))
const client = { clientId: 'us', secret: 'secret', redirectUri: 'https://mdm.example.org' }

async function redeem(forge: (token: string) => string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig' }
  const token = await new SignJWT({ nonce: 'n', oid: 'one' })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k1' })
    .setIssuer(server.issuer)
    .setAudience('us')
    .setSubject('somebody')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
  const fetch: CustomFetch = async (url) =>
    url === server.jwksUrl
      ? Response.json({ keys: [key] })
      : Response.json({ access_token: 'a', token_type: 'Bearer', id_token: forge(token) })
  const url = new URL('https://mdm.example.org/?code=c&state=s')
  const checks = { expectedState: 's', expectedNonce: 'n', pkceCodeVerifier: 'v'.repeat(43) }
  return await authorizationCodeGrant(
    toConfiguration({ server, client }, systemClock, fetch),
    url,
    checks,
  )
}

test('openid-client takes a token with the right signature', async () => {
  const answer = await redeem((token) => token)

  expect(answer.claims()).toMatchObject({ oid: 'one' })
})

test('openid-client refuses a token whose claims were changed under the same signature', async () => {
  const change = (token: string) => {
    const [header, payload = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const forged = Buffer.from(JSON.stringify({ ...claims, oid: 'two' })).toString('base64url')
    return `${header}.${forged}.${signature}`
  }

  await expect(redeem(change)).rejects.toThrow()
})
