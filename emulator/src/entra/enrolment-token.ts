import { type KeyObject, sign } from 'node:crypto'
import type { Chance } from '../chance.ts'
import type { UserRecord } from '../directory/records.ts'
import type { Json } from '../http/reply.ts'
import type { AppRegistration } from './app-registry.ts'
import type { Tenant } from './tenant.ts'

export type EnrolmentTokenFacts = {
  readonly tenant: Tenant
  readonly user: UserRecord
  readonly app: AppRegistration
  readonly version: 1 | 2
  /** Origin of the login host: beginning of the issuer of version 2.0. */
  readonly origin: string
  /** Absent at the terms of use: the device is registered only afterwards. */
  readonly deviceId: string | undefined
  readonly now: Date
  readonly chance: Chance
}

export type Claims = Record<string, Json>

/** Microsoft Authentication Broker: the program of Windows that asks for the token. */
const authenticationBroker = '29d9ed98-a469-4536-ade2-f981bc1d605e'

const lifetimeSeconds = 3600

/**
 * The claims of a delegated token for an MDM application, as Windows gets it while it joins.
 *
 * @see Windows "Microsoft Entra integration with MDM" › Terms of Use protocol semantics
 * @see Entra "Access token claims reference"
 */
export function toEnrolmentClaims(facts: EnrolmentTokenFacts): Claims {
  const { tenant, user, app, deviceId, chance } = facts
  const common: Claims = {
    ...times(facts.now),
    aio: Buffer.from(chance.guid()).toString('base64'),
    ...(deviceId === undefined ? {} : { deviceid: deviceId }),
    name: user.displayName ?? '',
    oid: user.id,
    rh: `1.${Buffer.from(chance.guid()).toString('base64url')}.`,
    scp: 'mdm_delegation',
    sub: Buffer.from(chance.guid()).toString('base64url'),
    tid: tenant.id,
    uti: Buffer.from(chance.guid().replaceAll('-', ''), 'hex').toString('base64url'),
  }
  if (facts.version === 2) {
    return {
      ...common,
      aud: app.clientId,
      iss: toIssuer(facts.origin, tenant.id, 2),
      azp: authenticationBroker,
      azpacr: '0',
      preferred_username: user.userPrincipalName,
      ver: '2.0',
    }
  }
  return {
    ...common,
    aud: app.identifierUris[0] ?? app.clientId,
    iss: toIssuer(facts.origin, tenant.id, 1),
    acr: '1',
    amr: ['pwd', 'mfa'],
    appid: authenticationBroker,
    appidacr: '0',
    family_name: user.surname ?? '',
    given_name: user.givenName ?? '',
    ipaddr: '192.0.2.17',
    unique_name: user.userPrincipalName,
    upn: user.userPrincipalName,
    ver: '1.0',
  }
}

/** A device's own token: nobody is signed in. */
export function toDeviceClaims(
  facts: Omit<EnrolmentTokenFacts, 'user'> & { readonly deviceId: string },
): Claims {
  const { tenant, app, version, deviceId, chance } = facts
  return {
    ...times(facts.now),
    aud: version === 2 ? app.clientId : (app.identifierUris[0] ?? app.clientId),
    iss: toIssuer(facts.origin, tenant.id, version),
    [version === 2 ? 'azp' : 'appid']: authenticationBroker,
    deviceid: deviceId,
    idtyp: 'device',
    oid: chance.guid(),
    sub: Buffer.from(chance.guid()).toString('base64url'),
    tid: tenant.id,
    uti: Buffer.from(chance.guid().replaceAll('-', ''), 'hex').toString('base64url'),
    ver: version === 2 ? '2.0' : '1.0',
  }
}

export function toIssuer(origin: string, tenantId: string, version: 1 | 2): string {
  return version === 2 ? `${origin}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`
}

/** Signs a payload as it is written: RS256. */
export function signJws(header: object, payload: string, key: KeyObject): string {
  const text = `${encode(JSON.stringify(header))}.${encode(payload)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

function times(now: Date): Claims {
  const seconds = Math.floor(now.getTime() / 1000)
  return { iat: seconds, nbf: seconds, exp: seconds + lifetimeSeconds }
}
