import { startChance } from './chance.ts'
import { type Clock, startClock } from './clock.ts'
import { Pcs } from './device/pcs.ts'
import { AppRegistry } from './entra/app-registry.ts'
import { Enrolment } from './entra/enrolment.ts'
import type { Login } from './entra/login.ts'
import { SigningKeys } from './entra/signing-keys.ts'
import type { Tenant } from './entra/tenant.ts'
import type { Graph } from './graph/call.ts'
import { Quota } from './graph/quota.ts'
import { makeSeal } from './graph/sealed-text.ts'
import type { Json } from './http/reply.ts'
import { Notifications } from './notifications/notifications.ts'
import { PushService } from './push/push-service.ts'
import { RequestLog } from './request-log.ts'
import { defaultScenario, type Scenario } from './scenario.ts'
import { seedDirectory } from './seed.ts'
import { SignIn } from './sign-in/sign-in.ts'
import { Sentinels } from './trouble/sentinels.ts'
import { Trouble } from './trouble.ts'

/** Size and chance of the emulated world. */
export type WorldOptions = {
  readonly seed: number
  readonly users: number
  readonly groups: number
  /** Total number of membership edges. */
  readonly memberships: number
  readonly devices: number
  /** Whether the app's permissions are consented from the beginning. */
  readonly consented: boolean
  readonly now?: (() => Date) | undefined
}

/** Everything that is emulated, without the network. */
export type World = Login &
  Graph & {
    readonly clock: Clock
    readonly scenario: Scenario
    readonly trouble: Trouble
    readonly sentinels: Sentinels
    /** Items of the last page of each path. */
    readonly lastPages: Map<string, readonly Json[]>
    readonly log: RequestLog
    /** Entra's side of a Windows join. */
    readonly enrolment: Enrolment
    /** Calls devices. */
    readonly push: PushService
    /** Windows PCs that other processes drive. */
    readonly pcs: Pcs
  }

/** The three permissions of everyday work. */
const everydayPermissions = ['User.Read.All', 'Group.Read.All', 'Device.ReadWrite.All'] as const

/** The app of the first tenant. Its secret is fixed, so that the demo can print it in advance. */
export const mooringApp = {
  clientId: '6f1d3c52-8a4e-4b7f-9d20-51c6e8a0b3f7',
  displayName: 'Mooring',
  secret: 'emu8Q~not-a-secret+but&has=odd~characters.01',
  secretId: '0b9f6c1e-2d7a-4e53-8c14-7a5f9e3d6b28',
} as const

/** The app of the second tenant, for "other tenant" tests. */
export const otherApp = {
  clientId: 'a84c0e19-7b35-4d62-b1f8-3e9d5c7a2064',
  displayName: 'Other MDM',
  secret: 'emu8Q~other-tenant-not-a-secret.02',
  secretId: '5d2e8b40-9c17-4f3a-a6d1-8e0b7c4f2935',
} as const

const tenants = {
  first: {
    id: '2c7e9a14-5b3d-4f86-9e01-d4a8c6b2f750',
    displayName: 'Hafenstern Werft AG',
    domain: 'hafenstern.example',
    initialDomain: 'hafensternemulated.onmicrosoft.com',
  },
  second: {
    id: '9d41f6b8-03ce-4a57-8b92-7f5e1c0d3a64',
    displayName: 'Leuchtfeuer Reederei',
    domain: 'leuchtfeuer.example',
    initialDomain: 'leuchtfeueremulated.onmicrosoft.com',
  },
} as const

/** Makes both tenants with their data, apps and keys. */
export async function makeWorld(options: WorldOptions): Promise<World> {
  const clock = startClock(options.now)
  const chance = startChance(options.seed ^ 0x77aa)
  const apps = new AppRegistry({ now: clock.now, chance: startChance(options.seed ^ 0xa445) })
  const first = makeTenant(tenants.first, options, clock)
  const second = makeTenant(
    tenants.second,
    { ...options, seed: options.seed + 1, users: 12, groups: 6, memberships: 40, devices: 5 },
    clock,
  )
  apps.register({
    ...mooringApp,
    tenantId: first.id,
    permissions: everydayPermissions,
    consented: options.consented,
  })
  apps.register({ ...otherApp, tenantId: second.id, permissions: everydayPermissions })
  const scenario = defaultScenario()
  const log = new RequestLog(clock)
  const tenantsMade = [first, second]
  const keys = await SigningKeys.make(clock.now)
  const enrolment = new Enrolment({
    tenants: tenantsMade,
    apps,
    keys,
    clock,
    chance: startChance(options.seed ^ 0xe701),
  })
  return {
    tenants: tenantsMade,
    push: new PushService(clock),
    apps,
    keys,
    signIn: new SignIn({
      tenants: tenantsMade,
      apps,
      clock,
      chance: startChance(options.seed ^ 0x516e),
    }),
    clock,
    chance,
    scenario,
    seal: makeSeal(`links of seed ${options.seed}`),
    quota: new Quota(clock),
    resyncGeneration: { users: 0, groups: 0, devices: 0 },
    trouble: new Trouble(),
    sentinels: new Sentinels(),
    lastPages: new Map(),
    log,
    enrolment,
    pcs: new Pcs({ entra: enrolment, now: clock.now }),
    notifications: new Notifications({
      seed: options.seed,
      tenants: tenantsMade,
      clock,
      scenario,
      log,
    }),
  }
}

function makeTenant(
  names: { id: string; displayName: string; domain: string; initialDomain: string },
  options: WorldOptions,
  clock: Clock,
): Tenant {
  const directory = seedDirectory({ ...options, ...names, now: clock.now })
  return { ...names, createdAt: new Date(Date.UTC(2019, 3, 1, 8)), directory }
}
