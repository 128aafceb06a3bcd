import type { JWK } from 'jose'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  clockSkew,
  clockTolerance,
  customFetch,
  enableNonRepudiationChecks,
  None,
} from 'openid-client'
import { z } from 'zod'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { HttpAnswer, HttpClient } from '../http-client.ts'
import type { TenantId } from '../ids.ts'
import { NetworkError } from '../network-error.ts'
import { readTokenRefusal } from '../token.ts'
import type { Claims, TokenVerdict } from './judge-id-token.ts'
import { judgeIdToken, keyIdOf } from './judge-id-token.ts'
import type { OpenIdServer } from './openid-server.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Who asks the provider. */
export type OpenIdClient = {
  readonly clientId: string
  readonly secret: string | undefined
  /** Exactly as it is registered; sent alike in both requests. */
  readonly redirectUri: string
}

/** A code that came back, and what it must belong to. */
export type CodeReturn = {
  readonly server: OpenIdServer
  readonly client: OpenIdClient
  readonly tenantId: TenantId | undefined
  /** The query it came with. */
  readonly query: URLSearchParams
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly startedAt: Date
}

export type Redeemed =
  | { readonly kind: 'good'; readonly claims: Claims }
  | Extract<TokenVerdict, { kind: 'refused' }>
  /** Our own judgement found nothing, the library's did. */
  | { readonly kind: 'libraryObjects'; readonly code: string }

export type RedeemParts = {
  readonly http: HttpClient
  readonly keys: SigningKeys
  readonly clock: Clock
}

const TIMEOUT_MS = 10_000
const TOLERANCE_SECONDS = 60

/**
 * Redeems a code for an ID token and judges it, twice: by our own list, which can say what is wrong, and by
 * openid-client, signature included. Asked once; nothing is tried again.
 *
 * @throws {EntraError} when the provider refuses the code. {NetworkError} when it does not answer.
 * @see RFC 6749 §4.1.3; RFC 7636 §4.5; OpenID Connect Core 1.0 §3.1.3
 */
export async function redeemCode(parts: RedeemParts, returned: CodeReturn): Promise<Redeemed> {
  const exchange = createExchange(parts, returned)
  const { redirectUri } = returned.client
  const currentUrl = new URL(`${redirectUri}?${returned.query}`)
  try {
    const answer = await authorizationCodeGrant(
      toConfiguration(returned, parts.clock, exchange.fetch),
      currentUrl,
      {
        expectedState: returned.state,
        expectedNonce: returned.nonce,
        pkceCodeVerifier: returned.verifier,
        idTokenExpected: true,
      },
    )
    const claims = answer.claims()
    return claims ? { kind: 'good', claims } : { kind: 'libraryObjects', code: 'noClaims' }
  } catch (error) {
    // What the exchange met says more than what the library makes of it.
    if (exchange.met.verdict?.kind === 'refused') return exchange.met.verdict
    if (exchange.met.error) throw exchange.met.error
    return { kind: 'libraryObjects', code: codeOf(error) }
  }
}

/** How openid-client is set up: with the signature checks that are off by default. */
export function toConfiguration(
  { server, client }: Pick<CodeReturn, 'server' | 'client'>,
  clock: Clock,
  fetch: CustomFetch,
): Configuration {
  const skewMs = clock.now().getTime() - systemClock.now().getTime()
  const configuration = new Configuration(
    {
      issuer: server.issuer,
      authorization_endpoint: server.authorizationUrl,
      token_endpoint: server.tokenUrl,
      jwks_uri: server.jwksUrl,
    },
    client.clientId,
    {
      id_token_signed_response_alg: 'RS256',
      // The library looks at the computer's clock; ours may be a test's.
      [clockSkew]: Math.round(skewMs / 1000),
      [clockTolerance]: TOLERANCE_SECONDS,
    },
    clientAuthentication(server, client),
  )
  enableNonRepudiationChecks(configuration)
  // Plain http is possible on loopback only; whoever saves a provider is told so.
  if (new URL(server.tokenUrl).protocol === 'http:') allowInsecureRequests(configuration)
  configuration[customFetch] = fetch
  return configuration
}

function clientAuthentication({ tokenAuthentication }: OpenIdServer, { secret }: OpenIdClient) {
  if (secret === undefined) return None()
  return tokenAuthentication === 'post' ? ClientSecretPost(secret) : ClientSecretBasic(secret)
}

type Met = { verdict?: TokenVerdict; error?: unknown }

/** What goes between openid-client and the network: our HTTP client, our keys, our judgement. */
function createExchange(parts: RedeemParts, returned: CodeReturn) {
  const { server, client } = returned
  const met: Met = {}
  let keys: readonly JWK[] = []

  const fetch: CustomFetch = async (url, options) => {
    try {
      if (url === server.jwksUrl) return Response.json({ keys })
      if (url !== server.tokenUrl) throw new NetworkError('redirected', new URL(url).host, url)
      const answer = await askForToken(parts.http, server.tokenUrl, client, options)
      const token = readIdToken(answer, server.tokenUrl)
      keys = await parts.keys.find(server.jwksUrl, keyIdOf(token))
      met.verdict = await judgeIdToken(token, {
        ...returned,
        issuer: server.issuer,
        clientId: client.clientId,
        now: parts.clock.now(),
        keys,
      })
      if (met.verdict.kind === 'refused') throw new Error(met.verdict.reason)
      return Response.json(answer.json)
    } catch (error) {
      met.error = error
      throw error
    }
  }
  return { fetch, met }
}

async function askForToken(
  http: HttpClient,
  tokenUrl: string,
  client: OpenIdClient,
  { headers, body }: Parameters<CustomFetch>[1],
): Promise<HttpAnswer> {
  // openid-client always sends a form here.
  const form = new URLSearchParams(body as URLSearchParams)
  // It makes `https://host/` of `https://host`; the provider compares character by character.
  form.set('redirect_uri', client.redirectUri)
  return await http.send({
    method: 'POST',
    url: tokenUrl,
    headers: { ...headers },
    body: form.toString(),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
}

const Granted = z.object({ id_token: z.string().min(1) })

function readIdToken(answer: HttpAnswer, tokenUrl: string): string {
  const { host } = new URL(tokenUrl)
  const granted = Granted.safeParse(answer.json)
  if (answer.status === 200 && granted.success) return granted.data.id_token
  throw readTokenRefusal(answer, host)
}

function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return String(code ?? name ?? 'unknown')
}
