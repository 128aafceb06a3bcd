import type { Cloud } from '../clouds.ts'
import type { TenantId } from '../ids.ts'

/** Where an OpenID provider is reached. `issuer` is what its tokens must say, character by character. */
export type OpenIdServer = {
  readonly issuer: string
  readonly authorizationUrl: string
  readonly tokenUrl: string
  readonly jwksUrl: string
  readonly endSessionUrl: string | undefined
  /** Whether it says that its answers name it (RFC 9207). Then one that does not is not its. */
  readonly namesIssuer: boolean
  /** How the client secret is shown at the token endpoint. */
  readonly tokenAuthentication: 'post' | 'basic'
}

/** Tokens of this cloud name another host than the one that issues them. */
const CHINA_ISSUER = 'https://login.partner.microsoftonline.cn'

/**
 * Entra as the provider of one tenant. Nothing is asked of the network, and nothing comes from a token:
 * the tenant's id in the path is what keeps every other tenant out.
 *
 * @see Entra "OpenID Connect on the Microsoft identity platform" › Find your app's OpenID configuration document URI
 */
export function entraServer(cloud: Cloud, tenantId: TenantId): OpenIdServer {
  const base = `${cloud.authorityUrl}/${tenantId}`
  const issuerHost = cloud.name === 'china' ? CHINA_ISSUER : cloud.authorityUrl
  return {
    issuer: `${issuerHost}/${tenantId}/v2.0`,
    authorizationUrl: `${base}/oauth2/v2.0/authorize`,
    tokenUrl: `${base}/oauth2/v2.0/token`,
    jwksUrl: `${base}/discovery/v2.0/keys`,
    endSessionUrl: `${base}/oauth2/v2.0/logout`,
    // Its discovery document does not promise it.
    namesIssuer: false,
    tokenAuthentication: 'post',
  }
}
