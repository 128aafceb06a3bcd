import type { Chance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import type { AppRegistration, AppRegistry } from '../entra/app-registry.ts'
import type { SigningKeys } from '../entra/signing-keys.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { ItemsWriter } from '../http/items-writer.ts'
import { graphJson, type Json, type Reply } from '../http/reply.ts'
import { queryOption, type Request } from '../http/request.ts'
import type { Notifications } from '../notifications/notifications.ts'
import type { Scenario } from '../scenario.ts'
import type { Quota } from './quota.ts'
import type { Seal } from './sealed-text.ts'

/** What the Graph side works with. */
export type Graph = {
  readonly tenants: readonly Tenant[]
  readonly apps: AppRegistry
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly chance: Chance
  readonly scenario: Scenario
  readonly seal: Seal
  readonly quota: Quota
  readonly notifications: Notifications
  /** Raised when the delta tokens of a stream are ordered to resynchronize (410). */
  readonly resyncGeneration: Record<'users' | 'groups' | 'devices', number>
}

/** Who is calling: read from a valid access token. */
export type Caller = {
  readonly tenant: Tenant
  readonly app: AppRegistration | undefined
  readonly appId: string
  readonly roles: ReadonlySet<string>
  /** On whose behalf, with a delegated token; it has no roles. */
  readonly person: Person | undefined
}

export type Person = {
  readonly id: string
  readonly scopes: ReadonlySet<string>
  /** The pairwise subject that the app knows the person by. */
  readonly subject: string
}

/** One authorized request with the values of its path's placeholders. */
export type GraphCall = {
  readonly graph: Graph
  readonly request: Request
  readonly caller: Caller
  readonly values: readonly string[]
}

/** A query option of the call, such as `select`. */
export function option(call: GraphCall, name: string): string | undefined {
  return queryOption(call.request, name)
}

export function graphReply(status: number, value: { readonly [name: string]: Json }): Reply {
  return {
    kind: 'json',
    status,
    headers: { 'content-type': graphJson, 'odata-version': '4.0' },
    value,
  }
}

/** A page of items that are written already; `facts`, of which there are some, come before them. */
export function pageReply(facts: { readonly [name: string]: Json }, items: ItemsWriter): Reply {
  return {
    kind: 'written',
    status: 200,
    headers: { 'content-type': graphJson, 'odata-version': '4.0' },
    bytes: items.finish(`${JSON.stringify(facts).slice(0, -1)},"value":[`, ']}'),
  }
}

export function context(call: GraphCall, text: string): string {
  return `${call.request.origin}/v1.0/$metadata#${text}`
}
