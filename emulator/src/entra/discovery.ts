import { type Json, json, type Reply } from '../http/reply.ts'
import type { Request } from '../http/request.ts'
import { type Login, toErrorContext } from './login.ts'
import { type LoginErrorContext, toErrorDetails, toLoginError } from './login-error.ts'
import { toGraphOrigin } from './resource.ts'
import { findTenant, isSharedAuthority, type Tenant } from './tenant.ts'

/** The tenant's place in issuer URLs: its id, or the literal template for shared authorities. */
function issuerName(login: Login, name: string): string | undefined {
  return isSharedAuthority(name) ? '{tenantid}' : findTenant(login.tenants, name)?.id
}

/**
 * `GET /{tenant}/v2.0/.well-known/openid-configuration`
 * @see Entra "OpenID Connect on the Microsoft identity platform" › Fetch the OpenID configuration document
 */
export function answerDiscovery(login: Login, request: Request, name: string): Reply {
  const issuer = issuerName(login, name)
  if (issuer === undefined) return refuseTenant(login, request, name)
  const base = `${request.origin}/${name}`
  return json(200, {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${request.origin}/${issuer}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${toGraphOrigin(request.origin)}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    kerberos_endpoint: `${base}/kerberos`,
    claims_supported: [
      'sub',
      'iss',
      'cloud_instance_name',
      'cloud_instance_host_name',
      'cloud_graph_host_name',
      'msgraph_host',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'acr',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'at_hash',
      'c_hash',
      'email',
    ],
    ...cloud(issuer),
  })
}

/** `GET /{tenant}/.well-known/openid-configuration`: the v1 document. */
export function answerDiscoveryV1(login: Login, request: Request, name: string): Reply {
  const issuer = issuerName(login, name)
  if (issuer === undefined) return refuseTenant(login, request, name)
  const base = `${request.origin}/${name}`
  return json(200, {
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: `${base}/discovery/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
    scopes_supported: ['openid'],
    issuer: `https://sts.windows.net/${issuer}/`,
    authorization_endpoint: `${base}/oauth2/authorize`,
    device_authorization_endpoint: `${base}/oauth2/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/logout`,
    ...cloud(issuer),
  })
}

/** `GET /{tenant}/discovery/v2.0/keys` and `/{tenant}/discovery/keys` */
export function answerKeys(login: Login, request: Request, name: string, version: 1 | 2): Reply {
  const issuer = issuerName(login, name)
  if (issuer === undefined) return refuseTenant(login, request, name)
  return json(
    200,
    login.keys.toJwks(version === 2 ? `${request.origin}/${issuer}/v2.0` : undefined, {
      sameKid: login.scenario.signIn.idTokens === 'sameKid',
    }),
  )
}

/**
 * `GET /common/discovery/instance`: which hosts are one cloud.
 *
 * The emulator's own host takes the place of login.microsoftonline.com unless that name is used.
 */
export function answerInstanceDiscovery(login: Login, request: Request): Reply {
  const context = toErrorContext(login, request)
  const endpoint = request.params.get('authorization_endpoint')
  if (endpoint === null || !URL.canParse(endpoint)) return invalidInstance(context)
  const { host, pathname } = new URL(endpoint)
  const own = new URL(request.origin).host
  if (host !== own && !publicAliases.includes(host)) return invalidInstance(context)
  const tenant: Tenant | undefined = findTenant(login.tenants, pathname.split('/')[1] ?? '')
  const name = tenant?.id ?? pathname.split('/')[1] ?? 'common'
  const aliases = publicAliases.includes(host) ? publicAliases : [own]
  return json(200, {
    tenant_discovery_endpoint: `${request.origin}/${name}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: aliases[0] ?? own,
        preferred_cache: aliases === publicAliases ? 'login.windows.net' : own,
        aliases,
      },
    ],
  })
}

const publicAliases: readonly string[] = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
]

function invalidInstance(context: LoginErrorContext): Reply {
  const text = 'Unknown or invalid instance.'
  return json(400, { error: 'invalid_instance', ...toErrorDetails(50049, text, context) })
}

function refuseTenant(login: Login, request: Request, name: string): Reply {
  const text = `Tenant '${name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`
  return toLoginError({ why: 'tenantUnknown', text }, toErrorContext(login, request))
}

function cloud(issuer: string): Record<string, Json> {
  return {
    tenant_region_scope: issuer === '{tenantid}' ? null : 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  }
}
