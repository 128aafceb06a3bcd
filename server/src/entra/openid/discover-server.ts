import { z } from 'zod'
import type { HttpClient } from '../http-client.ts'
import { NetworkError } from '../network-error.ts'
import type { OpenIdServer } from './openid-server.ts'

const DOCUMENT_PATH = '/.well-known/openid-configuration'
const TIMEOUT_MS = 10_000

const Url = z.url({ protocol: /^https?$/ })
const Document = z.object({
  issuer: Url,
  authorization_endpoint: Url,
  token_endpoint: Url,
  jwks_uri: Url,
  end_session_endpoint: Url.optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
})

/** The document does not speak of the issuer that it was fetched for. */
export class DiscoveryRefused extends Error {
  readonly code: 'issuerDiffers' | 'documentIncomplete' | 'endpointsInsecure'
  readonly found: string

  constructor(code: DiscoveryRefused['code'], found: string) {
    super(`${code}: ${found}`)
    this.name = 'DiscoveryRefused'
    this.code = code
    this.found = found
  }
}

/** The issuer behind what somebody entered: itself, or its discovery document's address. */
function issuerOf(entered: string): string {
  return entered.endsWith(DOCUMENT_PATH) ? entered.slice(0, -DOCUMENT_PATH.length) : entered
}

/**
 * Asks a provider where its endpoints are. The document must name the very issuer that it was asked for:
 * otherwise one provider could pass as another.
 *
 * @throws {DiscoveryRefused} {NetworkError}
 * @see OpenID Connect Discovery 1.0 §4.3
 */
export async function discoverServer(http: HttpClient, entered: string): Promise<OpenIdServer> {
  const issuer = issuerOf(entered)
  const url = issuer.replace(/\/$/, '') + DOCUMENT_PATH
  const answer = await http.send({ method: 'GET', url, signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (answer.status !== 200) {
    const { host } = new URL(url)
    throw new NetworkError('notJson', host, 'no discovery document', { status: answer.status })
  }
  const document = Document.safeParse(answer.json)
  if (!document.success) {
    const missing = document.error.issues[0]?.path.join('.') ?? 'document'
    throw new DiscoveryRefused('documentIncomplete', missing)
  }
  return toServer(document.data, issuer)
}

function toServer(document: z.infer<typeof Document>, issuer: string): OpenIdServer {
  const isSame = document.issuer.replace(/\/$/, '') === issuer.replace(/\/$/, '')
  if (!isSame) throw new DiscoveryRefused('issuerDiffers', document.issuer)
  const { authorization_endpoint, token_endpoint, jwks_uri, end_session_endpoint } = document
  if (issuer.startsWith('https:')) {
    const insecure = [authorization_endpoint, token_endpoint, jwks_uri].find(
      (url) => !url.startsWith('https:'),
    )
    if (insecure) throw new DiscoveryRefused('endpointsInsecure', insecure)
  }
  const methods = document.token_endpoint_auth_methods_supported
  const isPost = methods && !methods.includes('client_secret_basic')
  return {
    issuer: document.issuer,
    authorizationUrl: authorization_endpoint,
    tokenUrl: token_endpoint,
    jwksUrl: jwks_uri,
    endSessionUrl: end_session_endpoint,
    namesIssuer: document.authorization_response_iss_parameter_supported === true,
    tokenAuthentication: isPost ? 'post' : 'basic',
  }
}
