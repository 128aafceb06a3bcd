import { createHash } from 'node:crypto'
import type { Chance } from '../chance.ts'
import type { UserRecord } from '../directory/records.ts'
import { transitiveGroups } from '../directory/transitive-groups.ts'
import { type AppRegistration, hasOptionalClaim } from '../entra/app-registry.ts'
import type { JsonObject } from '../http/reply.ts'
import { toLoginHint } from './login-hint.ts'
import type { Found } from './sign-in.ts'

export type IdTokenFacts = {
  readonly found: Found
  readonly app: AppRegistration
  /** Origin of the login host: beginning of the issuer. */
  readonly origin: string
  readonly scopes: readonly string[]
  readonly nonce: string | undefined
  readonly sid: string
  readonly authenticatedAt: Date
  /** Authentication contexts that are satisfied and asked for, or opted in to. */
  readonly acrs: readonly string[]
  readonly groupsLimit: number
  /** Groups beyond the limit are only hinted at in a token that goes through the URL. */
  readonly isImplicit: boolean
  readonly now: Date
  readonly chance: Chance
  /** The other organization, when a guest is at home in one that is emulated too. */
  readonly homeTenantId: string | undefined
}

const lifetimeSeconds = 3600

/**
 * The claims of an ID token, version 2.0.
 * @see Entra "ID token claims reference", "Optional claims reference"
 */
export function toIdClaims(facts: IdTokenFacts): JsonObject {
  const { found, app, scopes, now, chance } = facts
  const { tenant, user } = found
  const seconds = Math.floor(now.getTime() / 1000)
  const record = user.record
  return {
    aud: app.clientId,
    iss: `${facts.origin}/${tenant.id}/v2.0`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetimeSeconds,
    aio: Buffer.from(chance.guid()).toString('base64'),
    ...(scopes.includes('profile')
      ? {
          name: record.displayName ?? '',
          oid: record.id,
          preferred_username: shownName(record),
          tid: tenant.id,
        }
      : {}),
    ...(facts.nonce === undefined ? {} : { nonce: facts.nonce }),
    rh: `1.${Buffer.from(chance.guid()).toString('base64url')}.`,
    sub: toPairwiseSubject(tenant.id, app.clientId, record.id),
    uti: Buffer.from(chance.guid().replaceAll('-', ''), 'hex').toString('base64url'),
    ver: '2.0',
    ...(record.userType === 'Guest' ? { idp: toIdentityProvider(facts.homeTenantId) } : {}),
    ...optionalClaims(facts),
    ...groupClaims(facts),
    ...roleClaims(facts),
  }
}

/** Two apps see two different subjects of one person. */
export function toPairwiseSubject(tenantId: string, clientId: string, userId: string): string {
  return createHash('sha256').update(`${tenantId} ${clientId} ${userId}`).digest('base64url')
}

function shownName(record: UserRecord): string {
  return record.userType === 'Guest'
    ? (record.mail ?? record.otherMails?.[0] ?? record.userPrincipalName)
    : record.userPrincipalName
}

function toIdentityProvider(homeTenantId: string | undefined): string {
  return homeTenantId === undefined ? 'mail' : `https://sts.windows.net/${homeTenantId}/`
}

function optionalClaims(facts: IdTokenFacts): JsonObject {
  const { app, found, scopes, sid } = facts
  const { tenant, user } = found
  const { record } = user
  const isGuest = record.userType === 'Guest'
  const wants = (name: string) => hasOptionalClaim(app, 'idToken', name)
  const showsGuestName = hasOptionalClaim(
    app,
    'idToken',
    'upn',
    'include_externally_authenticated_upn',
  )
  const email = scopes.includes('email') || wants('email') ? record.mail : undefined
  return {
    ...(email == null ? {} : { email }),
    ...(wants('acct') ? { acct: isGuest ? 1 : 0 } : {}),
    ...(wants('auth_time')
      ? { auth_time: Math.floor(facts.authenticatedAt.getTime() / 1000) }
      : {}),
    ...(wants('login_hint')
      ? { login_hint: toLoginHint({ userId: record.id, tenantId: tenant.id }) }
      : {}),
    ...(wants('sid') ? { sid } : {}),
    ...(wants('upn') && (!isGuest || showsGuestName) ? { upn: record.userPrincipalName } : {}),
    ...(wants('xms_edov') ? { xms_edov: record.mail?.endsWith(`@${tenant.domain}`) ?? false } : {}),
    ...(facts.acrs.length > 0 ? { acrs: facts.acrs } : {}),
  }
}

/**
 * The groups, or beyond the limit only where they could be asked for: at an address that has been
 * shut down, as in reality.
 */
function groupClaims({ app, found, groupsLimit, isImplicit }: IdTokenFacts): JsonObject {
  const { tenant, user } = found
  const which = app.groupMembershipClaims ?? 'None'
  if (which === 'None') return {}
  const assigned = new Set(app.assignments.map(({ principalId }) => principalId))
  const ids = transitiveGroups(tenant.directory, user.handle)
    .filter((group) => which === 'All' || group.securityEnabled)
    .map(({ id }) => id)
    .filter((id) => which !== 'ApplicationGroup' || assigned.has(id))
  if (isImplicit && ids.length > 6) return { hasgroups: true }
  if (ids.length <= groupsLimit) return ids.length > 0 ? { groups: ids } : {}
  const endpoint = `https://graph.windows.net/${tenant.id}/users/${user.record.id}/getMemberObjects`
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
}

/** App roles by assignment to the person or to a group; nested groups do not carry them. */
function roleClaims({ app, found }: IdTokenFacts): JsonObject {
  const { directory } = found.tenant
  const principals = new Set([
    found.user.record.id,
    ...directory.groupsOf(found.user.handle).map((handle) => directory.object(handle).record.id),
  ])
  const roles = app.assignments
    .filter(({ principalId, role }) => role !== undefined && principals.has(principalId))
    .flatMap(({ role }) => role ?? [])
  return roles.length > 0 ? { roles: [...new Set(roles)] } : {}
}
