import type { Chance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import type { ObjectOf } from '../directory/directory.ts'
import { transitiveGroups } from '../directory/transitive-groups.ts'
import type { AppRegistry } from '../entra/app-registry.ts'
import type { Tenant } from '../entra/tenant.ts'
import { type AccessDecision, type AccessPolicy, decideAccess } from './access-policy.ts'
import { type Account, Browsers } from './browsers.ts'
import { DeviceCodes } from './device-code.ts'
import { Flows } from './flow.ts'
import { callLogoutUrls, type LogoutCall } from './front-channel.ts'
import { Grants } from './grants.ts'

/** A person: object id, user principal name, or a record. */
export type Person = string | { readonly id: string }

/**
 * What becomes of a person's sign-in: `blocked` by Conditional Access (53003), `notAssigned` to the
 * app (50105), a `compliantDevice` demanded (53000 until one of the person's devices is compliant),
 * `mfa` demanded, the account `disabled` (50057), `locked` (50053), or with a `passwordExpired`
 * (50055).
 */
export type Outcome =
  | 'allowed'
  | 'blocked'
  | 'notAssigned'
  | 'compliantDevice'
  | 'mfa'
  | 'disabled'
  | 'locked'
  | 'passwordExpired'

/** Who is in which tenant. */
export type Found = { readonly tenant: Tenant; readonly user: ObjectOf<'user'> }

/** The people's side of the login host: what a test or a demo may ask for, and what is going on. */
export class SignIn {
  readonly browsers: Browsers
  readonly grants: Grants
  readonly flows: Flows
  readonly deviceCodes: DeviceCodes
  /** Authentication contexts that the tenants have published. */
  contexts: readonly string[] = ['c1', 'c2', 'c3']

  readonly #outcomes = new Map<string, Outcome>()
  readonly #policies: AccessPolicy[] = []
  readonly #deviceOf = new Map<string, string>()
  readonly #consents = new Set<string>()
  readonly #tenants: readonly Tenant[]
  readonly #apps: AppRegistry
  readonly #clock: Clock
  readonly #chance: Chance

  constructor(parts: {
    tenants: readonly Tenant[]
    apps: AppRegistry
    clock: Clock
    chance: Chance
  }) {
    this.#tenants = parts.tenants
    this.#apps = parts.apps
    this.#clock = parts.clock
    this.#chance = parts.chance
    this.browsers = new Browsers(parts.chance)
    this.grants = new Grants(parts.chance)
    this.flows = new Flows(parts.chance)
    this.deviceCodes = new DeviceCodes(parts.chance)
  }

  // ---- what a test asks for ------------------------------------------------------------------

  /** Decides how a person's sign-ins end from now on. @throws RangeError for an unknown person. */
  setOutcome(person: Person, outcome: Outcome): void {
    this.#outcomes.set(this.#mustFind(person).user.record.id, outcome)
  }

  outcomeOf(userId: string): Outcome {
    return this.#outcomes.get(userId) ?? 'allowed'
  }

  /** Adds a Conditional Access policy; it holds until it is removed. */
  addPolicy(
    policy: Omit<AccessPolicy, 'id' | 'name'> & { id?: string; name?: string },
  ): AccessPolicy {
    const id = policy.id ?? this.#chance.guid()
    const made = { ...policy, id, name: policy.name ?? `Policy ${id.slice(0, 8)}` }
    this.#policies.push(made)
    return made
  }

  removePolicy(id: string): void {
    const place = this.#policies.findIndex((policy) => policy.id === id)
    if (place >= 0) this.#policies.splice(place, 1)
  }

  get policies(): readonly AccessPolicy[] {
    return this.#policies
  }

  /**
   * Says which of the directory's devices a person sits at (its object id); undefined: any device
   * of the person counts.
   */
  useDevice(person: Person, deviceObjectId: string | null | undefined): void {
    const { id } = this.#mustFind(person).user.record
    if (deviceObjectId == null) this.#deviceOf.delete(id)
    else this.#deviceOf.set(id, deviceObjectId)
  }

  /** "Revoke sessions": browsers and refresh tokens of the person are worth nothing (50173). */
  revokeSessions(person: Person): void {
    const { tenant, user } = this.#mustFind(person)
    const { id } = user.record
    this.browsers.signOutEverywhere(id)
    this.grants.revokeAll(id)
    const validFrom = `${this.#clock.now().toISOString().slice(0, 19)}Z`
    tenant.directory.updateUser(id, { signInSessionsValidFromDateTime: validFrom })
  }

  /** A new password ends what the old one began; Entra answers both with 50173. */
  changePassword(person: Person): void {
    this.revokeSessions(person)
  }

  /**
   * Signs a person out everywhere, as if by another app, and calls the LogoutUrl of each app that
   * was signed in to.
   */
  async frontChannelLogout(person: Person): Promise<LogoutCall[]> {
    const { id } = this.#mustFind(person).user.record
    return callLogoutUrls(this.logoutUrls(this.browsers.signOutEverywhere(id)))
  }

  /** Takes everything back that a test has asked for, and forgets who is signed in. */
  reset(): void {
    this.#outcomes.clear()
    this.#policies.length = 0
    this.#deviceOf.clear()
    this.#consents.clear()
    this.browsers.clear()
  }

  // ---- what the login host asks --------------------------------------------------------------

  /** Finds a person by what is typed as user name: the UPN, or the mail address of a guest. */
  findByName(name: string): Found | undefined {
    const wanted = name.trim().toLowerCase()
    for (const tenant of this.#tenants) {
      const user = tenant.directory.findUserByPrincipalName(wanted)
      if (user) return { tenant, user }
    }
    return undefined
  }

  /** A guest of the tenant who signs in with the address of the own organization. */
  findGuest(tenant: Tenant, name: string): Found | undefined {
    const wanted = name.trim().toLowerCase()
    const guest = tenant.directory.users.find(
      ({ userType, mail, otherMails }) =>
        userType === 'Guest' &&
        [mail, ...(otherMails ?? [])].some((address) => address?.toLowerCase() === wanted),
    )
    return guest && { tenant, user: tenant.directory.user(guest.id) }
  }

  findById(id: string): Found | undefined {
    for (const tenant of this.#tenants) {
      const object = tenant.directory.find(id)
      if (object?.kind === 'user' && object.state === 'live') return { tenant, user: object }
    }
    return undefined
  }

  /** Asks all policies, those of the person's outcome among them. */
  decideAccess(
    found: Found,
    request: {
      clientId: string
      contexts: readonly string[]
      authenticatedAt: Date
      hasMfa: boolean
      isFresh: boolean
    },
  ): AccessDecision {
    const userId = found.user.record.id
    const groups = transitiveGroups(found.tenant.directory, found.user.handle)
    const policies = [...this.#policies, ...this.#policiesOfOutcome(userId)]
    // Looking through all devices is dear in a large directory: only when a policy asks.
    const asksForDevice = policies.some(
      ({ control, onDevice }) => control === 'compliantDevice' || onDevice !== undefined,
    )
    return decideAccess(policies, {
      ...request,
      userId,
      groupIds: new Set(groups.map(({ id }) => id)),
      isDeviceCompliant: asksForDevice && this.#isDeviceCompliant(found),
      now: this.#clock.now(),
    })
  }

  hasConsented(userId: string, clientId: string): boolean {
    return this.#consents.has(`${userId} ${clientId}`)
  }

  consent(userId: string, clientId: string): void {
    this.#consents.add(`${userId} ${clientId}`)
  }

  /** The addresses that front-channel logout calls: registered ones, with nothing but the `sid`. */
  logoutUrls(accounts: readonly Account[]): string[] {
    return accounts.flatMap(({ apps, sid }) =>
      [...apps].flatMap((clientId) => {
        const logoutUrl = this.#apps.find(clientId)?.logoutUrl
        if (logoutUrl === undefined) return []
        const url = new URL(logoutUrl)
        url.searchParams.set('sid', sid)
        return [url.href]
      }),
    )
  }

  #policiesOfOutcome(userId: string): AccessPolicy[] {
    const control = controlOf[this.outcomeOf(userId)]
    if (control === undefined) return []
    // The id must be the same at each refresh: a claims challenge names it.
    return [{ id: `${userId.slice(0, 24)}0c0c0c0c0c0c`, name: 'Outcome', users: [userId], control }]
  }

  #isDeviceCompliant({ tenant, user }: Found): boolean {
    const { directory } = tenant
    const chosen = this.#deviceOf.get(user.record.id)
    const theirs = directory.devices.filter(({ id }) =>
      chosen === undefined ? directory.owner(id) === user.record.id : id === chosen,
    )
    return theirs.some(({ isCompliant, accountEnabled }) => isCompliant && accountEnabled !== false)
  }

  #mustFind(person: Person): Found {
    const name = typeof person === 'string' ? person : person.id
    const found = this.findById(name) ?? this.findByName(name)
    if (!found) throw new RangeError(`no user '${name}'`)
    return found
  }
}

const controlOf: Readonly<Partial<Record<Outcome, AccessPolicy['control']>>> = {
  blocked: 'block',
  compliantDevice: 'compliantDevice',
  mfa: 'mfa',
}
