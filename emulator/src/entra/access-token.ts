import { createHash, sign } from 'node:crypto'
import type { Chance } from '../chance.ts'
import type { AppRegistration } from './app-registry.ts'
import type { SigningKey } from './signing-keys.ts'
import type { Tenant } from './tenant.ts'

export type AccessTokenOptions = {
  readonly key: SigningKey
  readonly tenant: Tenant
  readonly app: AppRegistration
  readonly appidacr: '1' | '2'
  readonly audience: string
  readonly now: Date
  readonly lifetimeSeconds: number
  readonly chance: Chance
  /** Graph's own tokens carry a `nonce` header that makes their signature useless to others. */
  readonly nonceHeader: boolean
}

/**
 * Issues an app-only access token in the v1.0 format that Microsoft Graph uses.
 *
 * `roles` lists the granted application permissions and is left out when there are none: missing
 * consent does not fail at the token endpoint.
 * @see Entra "Access token claims reference"
 */
export function issueAccessToken(options: AccessTokenOptions): string {
  const { tenant, app, now, chance } = options
  const seconds = Math.floor(now.getTime() / 1000)
  const roles = [...app.granted]
  const claims = {
    aud: options.audience,
    iss: `https://sts.windows.net/${tenant.id}/`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + options.lifetimeSeconds,
    aio: Buffer.from(chance.guid()).toString('base64'),
    app_displayname: app.displayName,
    appid: app.clientId,
    appidacr: options.appidacr,
    idp: `https://sts.windows.net/${tenant.id}/`,
    idtyp: 'app',
    oid: app.servicePrincipalId,
    rh: `1.${Buffer.from(chance.guid()).toString('base64url')}.`,
    ...(roles.length > 0 ? { roles } : {}),
    sub: app.servicePrincipalId,
    tenant_region_scope: 'EU',
    tid: tenant.id,
    uti: Buffer.from(chance.guid().replaceAll('-', ''), 'hex').toString('base64url'),
    ver: '1.0',
    wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
    xms_idrel: '7 16',
    xms_tcdt: Math.floor(tenant.createdAt.getTime() / 1000),
  }
  return signAccessToken(claims, options)
}

/** Signs the claims of an access token as Entra does. */
export function signAccessToken(
  claims: object,
  options: Pick<AccessTokenOptions, 'key' | 'chance' | 'nonceHeader'>,
): string {
  const { kid } = options.key
  const nonce = Buffer.from(options.chance.guid()).toString('base64url')
  const header = {
    typ: 'JWT',
    ...(options.nonceHeader ? { nonce } : {}),
    alg: 'RS256',
    x5t: kid,
    kid,
  }
  const payload = encode(claims)
  const signature = sign(
    'sha256',
    Buffer.from(`${encode(toSignedHeader(header))}.${payload}`),
    options.key.privateKey,
  )
  return `${encode(header)}.${payload}.${signature.toString('base64url')}`
}

/**
 * The header as it was signed: with the hash of the nonce in the nonce's place.
 *
 * Observed: Graph access tokens of login.microsoftonline.com, any year; not documented.
 */
export function toSignedHeader<T extends { nonce?: string }>(header: T): T {
  if (header.nonce === undefined) return header
  return { ...header, nonce: createHash('sha256').update(header.nonce).digest('base64url') }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
