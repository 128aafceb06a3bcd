import type { EnrolmentRules } from '@mooring/contract/enrolment'
import type { ConnectionClients } from '../connection/index.ts'
import { listEffectiveGroups, type Person } from '../directory/index.ts'
import {
  audiencesOf,
  type EnrolmentClaims,
  judgeEnrolmentToken,
  peekEnrolmentToken,
} from '../entra/enrolment-token.ts'
import type { TokenIssuers } from '../entra/enrolment-token-issuers.ts'
import { isGuid, type TenantId, tenantId } from '../entra/ids.ts'
import { NetworkError } from '../entra/network-error.ts'
import { looksLikeJwt } from '../formats/enrolment/credential.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Facts } from './attempt.ts'
import { type Enroller, refuseEnroller } from './decide-enrolment.ts'
import type { Looks } from './looks.ts'
import { hashOf, type OwnTokenRow, refuseOwnToken } from './own-token.ts'
import { findOwnToken } from './own-tokens-store.ts'
import type { Refusal } from './refusal.ts'
import { takeUnknown } from './take-unknown.ts'

export type BearerParts = {
  readonly db: Database['db']
  readonly clock: Clock
  readonly publicUrl: URL
  readonly issuers: TokenIssuers
  readonly looks: Looks
  readonly clients: ConnectionClients
  /** Where attempts are recorded that no organization is found for. */
  readonly home: () => Promise<OrganizationId>
}

/** Who asks to enrol a device, proven by a token. */
export type Bearer = {
  readonly organization: OrganizationId
  readonly rules: EnrolmentRules
  /** Absent where an administrator's token names nobody. */
  readonly person: Person | undefined
  readonly proof:
    | { readonly kind: 'entra'; readonly claims: EnrolmentClaims }
    | { readonly kind: 'own'; readonly token: OwnTokenRow }
  readonly facts: Facts
}
export type Identified =
  | { readonly kind: 'known'; readonly bearer: Bearer }
  | {
      readonly kind: 'refused'
      readonly refusal: Refusal
      /** Where it is recorded: as far as can be told, for a token that is not proven. */
      readonly organization: OrganizationId
      readonly userEntraId: string | undefined
      readonly userName: string | undefined
      readonly entraDeviceId: string | undefined
      readonly facts: Facts
    }

/**
 * Finds out for whom a token speaks and whether they may enrol devices. What kind of token it is shows
 * in the token: Windows' value types are mixed up by clients.
 */
export async function identifyBearer(parts: BearerParts, token: string): Promise<Identified> {
  return looksLikeJwt(token)
    ? await identifyByEntra(parts, token)
    : await identifyByOwnToken(parts, token)
}

type Refusing = Omit<Extract<Identified, { kind: 'refused' }>, 'kind' | 'organization'> & {
  readonly organization?: OrganizationId
}
const NOBODY = { userEntraId: undefined, userName: undefined, entraDeviceId: undefined }

async function refuse(parts: BearerParts, given: Partial<Refusing> & { refusal: Refusal }) {
  const organization = given.organization ?? (await parts.home())
  return { kind: 'refused', facts: {}, ...NOBODY, ...given, organization } as const
}

async function identifyByEntra(parts: BearerParts, token: string): Promise<Identified> {
  const { looks, clock, publicUrl, issuers } = parts
  const peeked = peekEnrolmentToken(token)
  if (!peeked) return await refuse(parts, { refusal: 'tokenUnreadable' })
  const tenant =
    peeked.tenantId !== undefined && isGuid(peeked.tenantId) ? tenantId(peeked.tenantId) : undefined
  const candidates = tenant ? await looks.connectionsOf(tenant) : []
  const [first] = candidates
  if (!tenant || !first) {
    const facts = peeked.tenantId === undefined ? {} : { tenant: peeked.tenantId.slice(0, 80) }
    return await refuse(parts, { refusal: 'tenantUnknown', facts })
  }
  const keys = await findKeys(parts, tenant, peeked)
  if (!keys)
    return await refuse(parts, { refusal: 'keysUnavailable', organization: first.organization })
  const verdict = judgeEnrolmentToken(token, {
    tenantId: tenant,
    issuers: {
      '1.0': (await issuers.find(tenant, '1.0')).issuer,
      '2.0': (await issuers.find(tenant, '2.0')).issuer,
    },
    audiences: [...new Set(candidates.flatMap(({ clientId }) => audiencesOf(publicUrl, clientId)))],
    keys,
    now: clock.now(),
  })
  if (verdict.kind === 'refused') {
    const { check, reason, found, expected } = verdict
    const facts = {
      check,
      ...(found === undefined ? {} : { found }),
      ...(expected === undefined ? {} : { expected }),
    }
    return await refuse(parts, { refusal: reason, organization: first.organization, facts })
  }
  const { claims } = verdict
  const organizations = candidates
    .filter(({ clientId }) => audiencesOf(publicUrl, clientId).includes(claims.audience))
    .map(({ organization }) => organization)
  return await placeClaims(parts, claims, organizations)
}

async function findKeys(
  { issuers, looks }: BearerParts,
  tenant: TenantId,
  { version, keyId }: { version: '1.0' | '2.0' | undefined; keyId: string },
) {
  const { jwksUrl } = await issuers.find(tenant, version ?? '2.0')
  try {
    return await looks.keysOf(jwksUrl, keyId)
  } catch (error) {
    if (error instanceof NetworkError) return undefined
    throw error
  }
}

function toFacts(claims: EnrolmentClaims): Facts {
  return {
    tokenVersion: claims.version,
    tokenId: claims.id,
    ...(claims.callingApp === undefined ? {} : { callingApp: claims.callingApp }),
  }
}

/** The tenant's organization; where several share it, the one in which the person is. */
async function placeClaims(
  parts: BearerParts,
  claims: EnrolmentClaims,
  organizations: readonly OrganizationId[],
): Promise<Identified> {
  const { db, looks } = parts
  const facts = toFacts(claims)
  const who = {
    userEntraId: claims.oid,
    userName: claims.userPrincipalName ?? claims.name,
    entraDeviceId: claims.deviceId,
    facts,
  }
  const entraId = claims.oid
  const found = await Promise.all(
    organizations.map(async (organization) => {
      const [person, { rules }] = await Promise.all([
        looks.personOf({ organization, entraId }),
        looks.rulesOf(organization),
      ])
      return { organization, rules, person: person?.state === 'outside' ? undefined : person }
    }),
  )
  const inside = found.filter(({ person }) => person !== undefined)
  const [place, more] = inside.length > 0 ? inside : found
  if (!place || more) {
    const [organization] = organizations
    return await refuse(parts, {
      refusal: 'organizationUnclear',
      ...who,
      ...(organization ? { organization } : {}),
    })
  }
  const { organization, rules } = place
  const isCreated = !place.person && rules.unknownUsers === 'create' && !claims.isGuest
  const person = isCreated ? await takeUnknown(parts, organization, claims) : place.person
  const enroller = await toEnroller(db, organization, { person, rules, isGuest: claims.isGuest })
  const refusal = refuseEnroller(rules, enroller)
  if (refusal) return await refuse(parts, { refusal, organization, ...who })
  return {
    kind: 'known',
    bearer: { organization, rules, person, proof: { kind: 'entra', claims }, facts },
  }
}

type Known = { person: Person | undefined; rules: EnrolmentRules; isGuest: boolean }

export async function toEnroller(
  db: Db,
  organization: OrganizationId,
  { person, rules, isGuest }: Known,
): Promise<Enroller> {
  const memberships =
    person && rules.who.kind === 'groups'
      ? await listEffectiveGroups(db, organization, person.entraId)
      : []
  return {
    state: person?.state ?? 'unknown',
    isGuest: isGuest || (person?.isGuest ?? false),
    groups: new Set(memberships.map(({ group }) => group.entra_id)),
  }
}

async function identifyByOwnToken(parts: BearerParts, token: string): Promise<Identified> {
  const { db, looks, clock } = parts
  const row = await findOwnToken(db, hashOf(token))
  if (!row) return await refuse(parts, { refusal: 'ownTokenUnknown' })
  const organization = row.organization_id
  const facts = { enrolmentToken: row.id }
  const { rules } = await looks.rulesOf(organization)
  const value = row.user_entra_id
  const person = value === null ? undefined : await looks.personOf({ organization, entraId: value })
  const who = {
    userEntraId: value ?? undefined,
    userName: person?.userPrincipalName,
    entraDeviceId: undefined,
    facts,
  }
  const enroller = await toEnroller(db, organization, { person, rules, isGuest: false })
  const refusal =
    refuseOwnToken(row, clock.now()) ??
    (value === null ? undefined : refuseEnroller(rules, enroller))
  if (refusal) return await refuse(parts, { refusal, organization, ...who })
  return {
    kind: 'known',
    bearer: { organization, rules, person, proof: { kind: 'own', token: row }, facts },
  }
}
