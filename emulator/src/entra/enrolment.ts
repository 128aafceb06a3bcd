import type { Chance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import type { DeviceRecord } from '../directory/records.ts'
import { transitiveGroups } from '../directory/transitive-groups.ts'
import type { Found } from '../sign-in/sign-in.ts'
import type { AppRegistration, AppRegistry } from './app-registry.ts'
import { type HostileEnrolmentToken, signEnrolmentToken } from './enrolment-hostile.ts'
import { type Claims, toDeviceClaims, toEnrolmentClaims } from './enrolment-token.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { Tenant } from './tenant.ts'

/** What the tenant's "Mobility (MDM and WIP)" says of one application. */
export type MobilityEntry = {
  readonly clientId: string
  readonly discoveryUrl: string
  readonly termsOfUseUrl: string
  /** Who is enrolled by a join: the MDM user scope. */
  readonly scope: 'none' | 'some' | 'all'
  /** Object ids, with `some`. */
  readonly groups: readonly string[]
}

export type MobilityChange = Partial<MobilityEntry> & {
  /** The guide's server URL: it becomes the Application ID URI and the beginning of the other two. */
  readonly serverUrl?: string
  /** 2 for applications made since July 2026, 1 for older ones. */
  readonly tokenVersion?: 1 | 2
}

export type TokenWish = {
  /** Object id or user principal name. */
  readonly user: string
  readonly clientId?: string
  readonly version?: 1 | 2
  readonly audience?: string
  /** Claims to put in place of the honest ones. */
  readonly claims?: Claims
  readonly spoil?: HostileEnrolmentToken
}

export type DeviceRegistration = {
  readonly user: string
  readonly kind: 'join' | 'workAccount'
  readonly name: string
  readonly osVersion: string
}

/** Entra refuses: no such person, or one who may not. */
export class EnrolmentRefused extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(`AADSTS${code}: ${message}`)
    this.name = 'EnrolmentRefused'
    this.code = code
  }
}

const termsPath = '/api/device/v1/windows/termsOfUse'

/**
 * What Entra does when a Windows device joins: it says which MDM application is meant for the person,
 * issues the tokens for it, and registers the device.
 *
 * The sign-in itself is passed over: whoever is named is believed to have signed in.
 */
export class Enrolment {
  /** Origin of the login host: beginning of the issuer of version 2.0. Set when the host listens. */
  origin = 'https://login.microsoftonline.com'
  readonly #entries = new Map<string, MobilityEntry>()
  readonly #tenants: readonly Tenant[]
  readonly #apps: AppRegistry
  readonly #keys: SigningKeys
  readonly #clock: Clock
  readonly #chance: Chance

  constructor(parts: {
    tenants: readonly Tenant[]
    apps: AppRegistry
    keys: SigningKeys
    clock: Clock
    chance: Chance
  }) {
    this.#tenants = parts.tenants
    this.#apps = parts.apps
    this.#keys = parts.keys
    this.#clock = parts.clock
    this.#chance = parts.chance
  }

  get mobility(): readonly MobilityEntry[] {
    return [...this.#entries.values()]
  }

  /** Writes what an administrator fills in for the application; what is not given stays. */
  setMobility(change: MobilityChange): MobilityEntry {
    const app = this.#app(change.clientId)
    const { serverUrl } = change
    const before = this.#entries.get(app.clientId)
    const discoveryUrl = change.discoveryUrl ?? serverUrl ?? before?.discoveryUrl
    const termsOfUseUrl =
      change.termsOfUseUrl ??
      (serverUrl === undefined ? before?.termsOfUseUrl : `${trimSlash(serverUrl)}${termsPath}`)
    if (discoveryUrl === undefined || termsOfUseUrl === undefined)
      throw new RangeError('the first time, serverUrl or both URLs are needed')
    const entry: MobilityEntry = {
      clientId: app.clientId,
      discoveryUrl,
      termsOfUseUrl,
      scope: change.scope ?? before?.scope ?? 'all',
      groups: change.groups ?? before?.groups ?? [],
    }
    this.#entries.set(app.clientId, entry)
    this.#apps.update(app.clientId, {
      isMdmApp: true,
      ...(serverUrl === undefined ? {} : { identifierUris: [serverUrl] }),
      ...(change.tokenVersion === undefined
        ? {}
        : { requestedAccessTokenVersion: change.tokenVersion }),
    })
    return entry
  }

  /** The MDM application meant for a person; undefined when none is. */
  mobilityOf(user: string): MobilityEntry | undefined {
    const found = this.#find(user)
    return this.mobility.find(
      (entry) =>
        this.#apps.find(entry.clientId)?.tenantId === found.tenant.id && isInScope(entry, found),
    )
  }

  /** The token that comes with the terms-of-use request: no device yet. */
  termsToken(wish: TokenWish): string {
    return this.#issue(wish, undefined)
  }

  /** The token that proves the person, and the device just registered, at the enrolment. */
  enrolmentToken(wish: TokenWish & { readonly deviceId: string }): string {
    return this.#issue(wish, wish.deviceId)
  }

  /** A token of the device itself, without a person. */
  deviceToken(wish: {
    readonly deviceId: string
    readonly clientId?: string
    readonly version?: 1 | 2
  }): string {
    const app = this.#app(wish.clientId)
    const facts = { ...this.#facts(app, wish.version), deviceId: wish.deviceId }
    return signEnrolmentToken(toDeviceClaims(facts), undefined, this.#around(app, facts.version))
  }

  /** Registers a device to a person, as the join and the work account do. */
  registerDevice(registration: DeviceRegistration): DeviceRecord {
    const { tenant, user } = this.#find(registration.user)
    const isJoin = registration.kind === 'join'
    const device = tenant.directory.addDevice({
      displayName: registration.name,
      operatingSystem: 'Windows',
      operatingSystemVersion: registration.osVersion,
      trustType: isJoin ? 'AzureAd' : 'Workplace',
      profileType: 'RegisteredDevice',
      deviceOwnership: isJoin ? 'Company' : 'Personal',
      accountEnabled: true,
      approximateLastSignInDateTime: this.#clock.now().toISOString(),
    })
    tenant.directory.setOwner(device.id, user.record.id)
    return device
  }

  #issue(wish: TokenWish, deviceId: string | undefined): string {
    const { tenant, user } = this.#find(wish.user)
    if (user.record.accountEnabled === false)
      throw new EnrolmentRefused(50057, 'The user account is disabled.')
    const app = this.#app(wish.clientId ?? this.mobilityOf(wish.user)?.clientId)
    const facts = { ...this.#facts(app, wish.version), tenant, user: user.record, deviceId }
    const claims = {
      ...toEnrolmentClaims(facts),
      ...(wish.audience === undefined ? {} : { aud: wish.audience }),
      ...wish.claims,
    }
    return signEnrolmentToken(claims, wish.spoil, this.#around(app, facts.version))
  }

  #facts(app: AppRegistration, version: 1 | 2 | undefined) {
    return {
      tenant: this.#tenant(app.tenantId),
      app,
      version: version ?? app.requestedAccessTokenVersion ?? 1,
      origin: this.origin,
      now: this.#clock.now(),
      chance: this.#chance,
    } as const
  }

  #around(app: AppRegistration, version: 1 | 2) {
    const foreign = this.#tenants.find(({ id }) => id !== app.tenantId)
    return {
      keys: this.#keys,
      origin: this.origin,
      foreignTenantId: foreign?.id ?? app.tenantId,
      clientId: app.clientId,
      version,
      now: this.#clock.now(),
    }
  }

  #app(clientId: string | undefined): AppRegistration {
    const first = this.#apps.all[0]
    const app = clientId === undefined ? first : this.#apps.find(clientId)
    if (!app) throw new EnrolmentRefused(700016, `Application '${clientId}' was not found.`)
    return app
  }

  #tenant(id: string): Tenant {
    const tenant = this.#tenants.find((candidate) => candidate.id === id)
    if (!tenant) throw new RangeError(`no tenant ${id}`)
    return tenant
  }

  #find(name: string): Found {
    for (const tenant of this.#tenants) {
      const object = tenant.directory.find(name)
      const user = object?.kind === 'user' ? object : tenant.directory.findUserByPrincipalName(name)
      if (user && user.state === 'live') return { tenant, user }
    }
    throw new EnrolmentRefused(50034, `The user account ${name} does not exist in the directory.`)
  }
}

function isInScope(entry: MobilityEntry, { tenant, user }: Found): boolean {
  if (entry.scope !== 'some') return entry.scope === 'all'
  const groups = transitiveGroups(tenant.directory, user.handle).map(({ id }) => id)
  return groups.some((id) => entry.groups.includes(id))
}

function trimSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}
