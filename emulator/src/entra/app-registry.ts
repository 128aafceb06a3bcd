import { randomBytes, X509Certificate } from 'node:crypto'
import type { Chance } from '../chance.ts'
import { thumbprints } from './certificate.ts'

/** A client secret: Entra shows the value once, and tells secrets apart by their id. */
export type AppSecret = {
  readonly id: string
  readonly value: string
  readonly displayName: string
  expiresAt: Date
}

export type AppCertificate = {
  readonly id: string
  readonly pem: string
  readonly x5t: string
  readonly x5tS256: string
  readonly expiresAt: Date
}

/** One app registration together with its service principal in the same tenant. */
export type AppRegistration = {
  readonly clientId: string
  /** Object id of the application, not to be confused with the client id. */
  readonly objectId: string
  readonly servicePrincipalId: string
  readonly tenantId: string
  readonly displayName: string
  readonly secrets: AppSecret[]
  readonly certificates: AppCertificate[]
  /** Application permissions that the registration asks for. */
  readonly requested: Set<string>
  /** Application permissions that an administrator has consented to. */
  readonly granted: Set<string>
  disabled: boolean
  publicClient: boolean
  /** Undefined: any redirect URI counts as registered. */
  redirectUris: string[] | undefined
  /** Whether the tenant's mobility settings name this app as an MDM application. */
  isMdmApp: boolean
  /** Application ID URIs: the audience of version 1.0 tokens. */
  identifierUris: readonly string[]
  /** Manifest field: version of the access tokens for this app. Null counts as 1. */
  requestedAccessTokenVersion: 1 | 2 | null
} & SignInSettings

/** What a registration and its service principal say about the sign-in of people. */
export type SignInSettings = {
  /** Front-channel logout URL. */
  logoutUrl: string | undefined
  /** The box "ID tokens": without it, none come from the authorization endpoint. */
  idTokens: boolean
  optionalClaims: {
    idToken: readonly OptionalClaim[]
    accessToken: readonly OptionalClaim[]
  }
  groupMembershipClaims: 'None' | 'SecurityGroup' | 'ApplicationGroup' | 'All'
  /** "Assignment required": others are refused with AADSTS50105. */
  assignmentRequired: boolean
  /** Users and groups by object id, each perhaps with the value of an app role. */
  assignments: readonly { readonly principalId: string; readonly role?: string }[]
  /** Consent to sign people in: given by an administrator, to be given by each user, or not allowed to users. */
  signInConsent: 'granted' | 'user' | 'adminOnly'
}

export type OptionalClaim =
  | string
  | { readonly name: string; readonly additionalProperties?: readonly string[] }

/** Whether an optional claim is configured, with an additional property when one is asked for. */
export function hasOptionalClaim(
  app: Pick<SignInSettings, 'optionalClaims'>,
  token: 'idToken' | 'accessToken',
  name: string,
  property?: string,
): boolean {
  return app.optionalClaims[token].some((claim) => {
    if (typeof claim === 'string') return claim === name && property === undefined
    if (claim.name !== name) return false
    return property === undefined || (claim.additionalProperties?.includes(property) ?? false)
  })
}

export type RegisterApp = Partial<SignInSettings> & {
  tenantId: string
  displayName: string
  clientId?: string
  secret?: string
  secretId?: string
  permissions?: readonly string[]
  consented?: boolean
  redirectUris?: string[]
  isMdmApp?: boolean
  identifierUris?: readonly string[]
  requestedAccessTokenVersion?: 1 | 2 | null
}

const yearMs = 365 * 86_400_000

/** The app registrations of all tenants, and what an administrator can do with them. */
export class AppRegistry {
  readonly #apps = new Map<string, AppRegistration>()
  readonly #now: () => Date
  readonly #chance: Chance

  constructor(options: { now: () => Date; chance: Chance }) {
    this.#now = options.now
    this.#chance = options.chance
  }

  get all(): readonly AppRegistration[] {
    return [...this.#apps.values()]
  }

  /** Registers an app; without permissions it asks for none. */
  register(options: RegisterApp): AppRegistration {
    const app: AppRegistration = {
      clientId: options.clientId ?? this.#chance.guid(),
      objectId: this.#chance.guid(),
      servicePrincipalId: this.#chance.guid(),
      tenantId: options.tenantId,
      displayName: options.displayName,
      secrets: [],
      certificates: [],
      requested: new Set(options.permissions),
      granted: new Set(options.consented === false ? [] : options.permissions),
      disabled: false,
      publicClient: false,
      redirectUris: options.redirectUris,
      isMdmApp: options.isMdmApp ?? true,
      identifierUris: options.identifierUris ?? [],
      // MDM applications made since July 2026 receive version 2.0.
      requestedAccessTokenVersion: options.requestedAccessTokenVersion ?? 2,
      logoutUrl: options.logoutUrl,
      idTokens: options.idTokens ?? false,
      optionalClaims: options.optionalClaims ?? { idToken: [], accessToken: [] },
      groupMembershipClaims: options.groupMembershipClaims ?? 'None',
      assignmentRequired: options.assignmentRequired ?? false,
      assignments: options.assignments ?? [],
      signInConsent: options.signInConsent ?? (options.consented === false ? 'user' : 'granted'),
    }
    this.#apps.set(app.clientId.toLowerCase(), app)
    if (options.secret !== undefined) {
      this.addSecret(app.clientId, {
        value: options.secret,
        ...(options.secretId ? { id: options.secretId } : {}),
      })
    }
    return app
  }

  /** Deletes the registration: tokens are then refused with AADSTS700016. */
  remove(clientId: string): void {
    this.#apps.delete(clientId.toLowerCase())
  }

  find(clientId: string): AppRegistration | undefined {
    return this.#apps.get(clientId.toLowerCase())
  }

  get(clientId: string): AppRegistration {
    const app = this.find(clientId)
    if (!app) throw new RangeError(`no app with the client id '${clientId}'`)
    return app
  }

  /** Adds a secret; the default life is two years. */
  addSecret(
    clientId: string,
    options: { value?: string; id?: string; displayName?: string; expiresAt?: Date } = {},
  ): AppSecret {
    const secret: AppSecret = {
      id: options.id ?? this.#chance.guid(),
      value: options.value ?? `emu8Q~${randomBytes(24).toString('base64url')}`,
      displayName: options.displayName ?? 'secret',
      expiresAt: options.expiresAt ?? new Date(this.#now().getTime() + 2 * yearMs),
    }
    this.get(clientId).secrets.push(secret)
    return secret
  }

  /** Removes a secret: it is then wrong (AADSTS7000215). */
  removeSecret(clientId: string, secretId: string): void {
    const { secrets } = this.get(clientId)
    const place = secrets.findIndex((secret) => secret.id === secretId)
    if (place >= 0) secrets.splice(place, 1)
  }

  /** Lets a secret (or all) expire now (AADSTS7000222). */
  expireSecret(clientId: string, secretId?: string): void {
    for (const secret of this.get(clientId).secrets) {
      if (secretId === undefined || secret.id === secretId)
        secret.expiresAt = new Date(this.#now().getTime() - 1000)
    }
  }

  /** Uploads a certificate (PEM) for certificate credentials. */
  addCertificate(clientId: string, pem: string): AppCertificate {
    const parsed = new X509Certificate(pem)
    const { x5t, x5tS256 } = thumbprints(parsed.raw)
    const expiresAt = new Date(parsed.validTo)
    const certificate = { id: this.#chance.guid(), pem, x5t, x5tS256, expiresAt }
    this.get(clientId).certificates.push(certificate)
    return certificate
  }

  removeCertificate(clientId: string, certificateId: string): void {
    const { certificates } = this.get(clientId)
    const place = certificates.findIndex((certificate) => certificate.id === certificateId)
    if (place >= 0) certificates.splice(place, 1)
  }

  /** Changes what the manifest or the enterprise application says. */
  update(
    clientId: string,
    patch: Partial<
      Pick<
        AppRegistration,
        | 'identifierUris'
        | 'isMdmApp'
        | 'publicClient'
        | 'redirectUris'
        | 'requestedAccessTokenVersion'
      > &
        SignInSettings
    >,
  ): void {
    Object.assign(this.get(clientId), patch)
  }

  /** Disables (or enables) the service principal. */
  disable(clientId: string, disabled = true): void {
    this.get(clientId).disabled = disabled
  }

  /** Consents to permissions; without a list, to everything the app asks for. */
  grant(clientId: string, permissions?: readonly string[]): void {
    const app = this.get(clientId)
    if (permissions === undefined) app.signInConsent = 'granted'
    for (const permission of permissions ?? app.requested) {
      app.requested.add(permission)
      app.granted.add(permission)
    }
  }

  /** Withdraws consent; tokens already issued keep their roles, as in reality. */
  revoke(clientId: string, permissions?: readonly string[]): void {
    const app = this.get(clientId)
    for (const permission of permissions ?? [...app.granted]) app.granted.delete(permission)
  }
}
