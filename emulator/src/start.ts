import type { Clock } from './clock.ts'
import type { Directory } from './directory/directory.ts'
import type { AppRegistration, AppRegistry } from './entra/app-registry.ts'
import type { Enrolment } from './entra/enrolment.ts'
import type { SigningKeys } from './entra/signing-keys.ts'
import type { Tenant } from './entra/tenant.ts'
import type { Quota } from './graph/quota.ts'
import { listen } from './http/listen.ts'
import { makeTlsFiles } from './http/tls.ts'
import type { Notifications } from './notifications/notifications.ts'
import { mooringPushApp, type PushApp, type PushService } from './push/push-service.ts'
import type { RequestLog } from './request-log.ts'
import type { Scenario } from './scenario.ts'
import { serve, serveControl } from './serve.ts'
import type { SignIn } from './sign-in/sign-in.ts'
import type { Trouble } from './trouble.ts'
import { makeWorld, mooringApp, otherApp, type World } from './world.ts'

export type EmulatorOptions = {
  /** Port of the emulated hosts; 0 or none: any free one. */
  port?: number
  controlPort?: number
  /** Serve https with a throw-away certificate; `emulator.certificate` is what to trust. */
  tls?: boolean
  seed?: number
  users?: number
  groups?: number
  memberships?: number
  devices?: number
  /** Begin without consent: tokens then come without roles. */
  consented?: boolean
  now?: () => Date
}

export type EmulatedTenant = {
  readonly id: string
  readonly displayName: string
  readonly domain: string
  readonly initialDomain: string
}

export type EmulatedApp = {
  readonly clientId: string
  readonly displayName: string
  /** The working secret value. */
  readonly secret: string
  /** The secret's id: what people paste by mistake. */
  readonly secretId: string
  readonly objectId: string
  readonly servicePrincipalId: string
}

/** The running emulator: one tenant to work with, and a second one that must stay foreign. */
export type Emulator = AsyncDisposable & {
  /** Origin of both login and Graph. */
  readonly url: string
  readonly controlUrl: string
  readonly tenant: EmulatedTenant
  readonly app: EmulatedApp
  readonly directory: Directory
  readonly other: {
    readonly tenant: EmulatedTenant
    readonly app: EmulatedApp
    readonly directory: Directory
  }
  readonly apps: AppRegistry
  readonly keys: SigningKeys
  readonly scenario: Scenario
  readonly trouble: Trouble
  readonly clock: Clock
  /** Limits in resource units. */
  readonly quota: Quota
  readonly log: RequestLog
  /** People's sign-ins: outcomes, Conditional Access, sessions. */
  readonly signIn: SignIn
  /** Subscriptions to change notifications, and their delivery. */
  readonly notifications: Notifications
  /** Entra's side of a Windows join: mobility settings, tokens, registered devices. */
  readonly enrolment: Enrolment
  /** Windows Push Notification Services, and the application registered with them. */
  readonly push: PushService
  readonly pushApp: PushApp
  readonly world: World
  /** PEM of the throw-away certificate, with `tls`. */
  readonly certificate: string | undefined
  /** From now on the delta tokens of a stream are answered with 410 and a Location. */
  orderResync(stream: 'users' | 'groups' | 'devices'): void
  stop(): Promise<void>
}

/** Starts the emulator on loopback. By default 250 people and 40 groups. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const users = options.users ?? 250
  const groups = options.groups ?? 40
  const world = await makeWorld({
    seed: options.seed ?? 1,
    users,
    groups,
    memberships: options.memberships ?? users * 4,
    devices: options.devices ?? Math.ceil(users / 4),
    consented: options.consented ?? true,
    now: options.now,
  })
  const tls = options.tls ? await makeTlsFiles() : undefined
  const scheme = tls ? 'https' : 'http'
  const hosts = await listen({
    port: options.port ?? 0,
    tls,
    handler: (incoming, outgoing) => {
      serve(world, incoming, outgoing, scheme).catch((error: unknown) => {
        // Our own bug: say so loudly instead of looking like a fault of Microsoft's.
        console.error('emulator: request failed', error)
        outgoing.destroy()
      })
    },
  })
  const control = await listen({
    port: options.controlPort ?? 0,
    handler: (incoming, outgoing) => {
      serveControl(world, incoming, outgoing).catch((error: unknown) => {
        console.error('emulator: control request failed', error)
        outgoing.destroy()
      })
    },
  }).catch(async (error: unknown) => {
    await hosts.stop()
    throw error
  })
  // Under the real names, as in reality: nobody is called without https.
  world.scenario.subscriptions.requireHttps = options.tls === true && options.port === 443
  const isUnderRealNames = options.tls === true && options.port === 443
  if (!isUnderRealNames) {
    world.enrolment.origin = hosts.url
    world.push.origin = hosts.url
  }
  const stop = async () => {
    world.notifications.stop()
    await Promise.all([hosts.stop(), control.stop()])
  }
  const [first, second] = world.tenants
  if (!first || !second) throw new Error('the world has two tenants')
  return {
    url: hosts.url,
    controlUrl: control.url,
    tenant: toTenant(first),
    app: toApp(world, mooringApp),
    directory: first.directory,
    other: { tenant: toTenant(second), app: toApp(world, otherApp), directory: second.directory },
    apps: world.apps,
    keys: world.keys,
    scenario: world.scenario,
    trouble: world.trouble,
    clock: world.clock,
    quota: world.quota,
    log: world.log,
    signIn: world.signIn,
    notifications: world.notifications,
    enrolment: world.enrolment,
    push: world.push,
    pushApp: mooringPushApp,
    world,
    certificate: tls?.cert,
    orderResync: (stream) => {
      world.resyncGeneration[stream]++
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function toApp(
  world: World,
  known: { clientId: string; secret: string; secretId: string },
): EmulatedApp {
  const app: AppRegistration = world.apps.get(known.clientId)
  return {
    clientId: app.clientId,
    displayName: app.displayName,
    secret: known.secret,
    secretId: known.secretId,
    objectId: app.objectId,
    servicePrincipalId: app.servicePrincipalId,
  }
}

function toTenant({ id, displayName, domain, initialDomain }: Tenant): EmulatedTenant {
  return { id, displayName, domain, initialDomain }
}
