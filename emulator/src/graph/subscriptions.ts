import type { JsonObject, Reply } from '../http/reply.ts'
import { readWatched, type Subscription, type Watched } from '../notifications/subscription.ts'
import { context, type GraphCall, graphReply } from './call.ts'
import { accessDenied, GraphError } from './graph-error.ts'

/** Longest lifetime of a subscription to users or groups: under 29 days. */
const maxMinutes = 41_760
const maxClientState = 128

/**
 * Who may watch what. Writing permissions do not count where reading is enough.
 * @see Graph v1.0 "Create subscription" › Permissions
 */
const readers = {
  users: ['User.Read.All', 'Directory.Read.All'],
  groups: ['Group.Read.All', 'Directory.Read.All'],
} as const

/**
 * `POST /subscriptions`: checks the wishes, then calls both URLs back before anything is made.
 * @see Graph v1.0 "Create subscription"; "Receive change notifications through webhooks"
 */
export async function answerCreateSubscription(call: GraphCall): Promise<Reply> {
  const { caller, graph } = call
  const wanted = readWanted(call, readBody(call.request.body))
  checkPermission(call, wanted.watched)
  checkQuota(call)
  for (const url of [wanted.notificationUrl, wanted.lifecycleNotificationUrl]) {
    const problem = url === undefined ? undefined : await graph.notifications.validate(url)
    if (problem !== undefined) throw new GraphError(400, 'ValidationError', problem)
  }
  const subscription = graph.notifications.add({
    ...wanted,
    tenantId: caller.tenant.id,
    applicationId: caller.appId,
    creatorId: caller.app?.servicePrincipalId,
  })
  return graphReply(201, {
    '@odata.context': context(call, 'subscriptions/$entity'),
    ...render(subscription),
  })
}

/** `GET /subscriptions`: those of the calling app in this tenant. */
export function answerSubscriptions(call: GraphCall): Reply {
  return graphReply(200, {
    '@odata.context': context(call, 'subscriptions'),
    value: mine(call).map(renderWithoutState),
  })
}

export function answerSubscription(call: GraphCall): Reply {
  return graphReply(200, {
    '@odata.context': context(call, 'subscriptions/$entity'),
    ...renderWithoutState(find(call)),
  })
}

/** `PATCH /subscriptions/{id}`: renewing, which also reauthorizes. */
export function answerRenewSubscription(call: GraphCall): Reply {
  const subscription = find(call)
  const { expirationDateTime, ...others } = readBody(call.request.body)
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalid(`Property '${unknown}' cannot be updated.`)
  const expiresAt = readExpiry(call, expirationDateTime)
  checkPermission(call, subscription.watched)
  subscription.expiresAt = expiresAt
  reauthorize(call, subscription)
  return graphReply(200, {
    '@odata.context': context(call, 'subscriptions/$entity'),
    ...render(subscription),
  })
}

export function answerDeleteSubscription(call: GraphCall): Reply {
  call.graph.notifications.remove(find(call).id)
  return noContent()
}

/** `POST /subscriptions/{id}/reauthorize`: the answer to `reauthorizationRequired`. */
export function answerReauthorize(call: GraphCall): Reply {
  const subscription = find(call)
  checkPermission(call, subscription.watched)
  reauthorize(call, subscription)
  return noContent()
}

type Wanted = Omit<
  Subscription,
  'id' | 'tenantId' | 'applicationId' | 'creatorId' | 'challengedAt' | 'reauthorizedAt'
>

function readWanted(call: GraphCall, body: JsonObject): Wanted {
  const clientState = readText(body, 'clientState')
  if (clientState !== undefined && clientState.length > maxClientState) {
    throw invalid(`The clientState must not be longer than ${maxClientState} characters.`)
  }
  if (body['includeResourceData'] === true) {
    throw invalid('Rich notifications are not supported for this resource.')
  }
  const changeType = must(body, 'changeType')
  const resource = must(body, 'resource')
  const watched = readWatched(resource)
  if (!watched) throw invalid(`Invalid 'resource' attribute: '${resource}'.`)
  const lifecycleUrl = readText(body, 'lifecycleNotificationUrl')
  return {
    changeType,
    changeTypes: readChangeTypes(changeType),
    resource,
    watched,
    clientState,
    notificationUrl: readUrl(call, 'notificationUrl', must(body, 'notificationUrl')),
    lifecycleNotificationUrl:
      lifecycleUrl === undefined
        ? undefined
        : readUrl(call, 'lifecycleNotificationUrl', lifecycleUrl),
    latestSupportedTlsVersion: readText(body, 'latestSupportedTlsVersion'),
    expiresAt: readExpiry(call, body['expirationDateTime']),
  }
}

/** Users and groups know `updated` and `deleted` only: a creation is an update. */
function readChangeTypes(text: string): ('updated' | 'deleted')[] {
  return text.split(',').map((part) => {
    const type = part.trim().toLowerCase()
    if (type === 'updated' || type === 'deleted') return type
    throw invalid(`Invalid 'changeType' attribute: '${text}'.`)
  })
}

function readUrl(call: GraphCall, name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = url !== undefined && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)
  const isAllowed =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && isLoopback && !call.graph.scenario.subscriptions.requireHttps)
  if (!isAllowed) throw invalid(`The '${name}' must be an https URL.`)
  return text
}

function readExpiry(call: GraphCall, value: unknown): Date {
  const expiresAt = new Date(typeof value === 'string' ? value : Number.NaN)
  if (Number.isNaN(expiresAt.getTime())) {
    throw invalid("The 'expirationDateTime' must be given as an instant.")
  }
  const minutes = (expiresAt.getTime() - call.graph.clock.now().getTime()) / 60_000
  if (minutes <= 0) throw invalid('Subscription expiration must be in the future.')
  if (minutes > maxMinutes) {
    throw new GraphError(
      400,
      'ExtensionError',
      `Subscription expiration can only be ${maxMinutes} minutes in the future.`,
    )
  }
  return expiresAt
}

function checkPermission({ caller }: GraphCall, { set }: Watched): void {
  if (!readers[set].some((role) => caller.roles.has(role))) throw accessDenied()
}

function checkQuota(call: GraphCall): void {
  const { perAppAndTenant, perTenant } = call.graph.scenario.subscriptions
  const inTenant = call.graph.notifications.subscriptions.filter(
    ({ tenantId }) => tenantId === call.caller.tenant.id,
  )
  if (mine(call).length >= perAppAndTenant) {
    throw quotaReached(`an app may have ${perAppAndTenant} subscriptions in a tenant`)
  }
  if (inTenant.length >= perTenant) {
    throw quotaReached(`a tenant may have ${perTenant} subscriptions over all apps`)
  }
}

function mine({ graph, caller }: GraphCall): readonly Subscription[] {
  return graph.notifications.subscriptions.filter(
    ({ tenantId, applicationId }) =>
      tenantId === caller.tenant.id && applicationId === caller.appId,
  )
}

/** @throws GraphError 404 for one that expired, never was, or belongs to another app */
function find(call: GraphCall): Subscription {
  const wanted = (call.values[0] ?? '').toLowerCase()
  const found = mine(call).find(({ id }) => id === wanted)
  if (!found) throw new GraphError(404, 'ResourceNotFound', 'The object was not found.')
  return found
}

function reauthorize(call: GraphCall, subscription: Subscription): void {
  subscription.challengedAt = undefined
  subscription.reauthorizedAt = call.graph.clock.now()
}

function render(subscription: Subscription) {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.applicationId,
    changeType: subscription.changeType,
    clientState: subscription.clientState ?? null,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl ?? null,
    expirationDateTime: subscription.expiresAt.toISOString(),
    creatorId: subscription.creatorId ?? null,
    includeResourceData: null,
    latestSupportedTlsVersion: subscription.latestSupportedTlsVersion ?? 'v1_2',
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  }
}

/** Observed: reading does not tell the clientState (microsoftgraph/microsoft-graph-docs #5725). */
function renderWithoutState(subscription: Subscription) {
  return { ...render(subscription), clientState: null }
}

function readBody(text: string): JsonObject {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw invalid('Unable to read JSON request payload.')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid('Empty Payload. JSON content expected.')
  }
  return parsed as JsonObject // parsed from JSON, and an object
}

function readText(body: JsonObject, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalid(`Invalid '${name}' attribute.`)
  return value
}

function must(body: JsonObject, name: string): string {
  const value = readText(body, name)
  if (value === undefined || value === '') throw invalid(`The '${name}' attribute is missing.`)
  return value
}

const noContent = (): Reply => ({ kind: 'empty', status: 204, headers: {} })

const invalid = (message: string) => new GraphError(400, 'InvalidRequest', message)

const quotaReached = (what: string) =>
  new GraphError(403, 'ExtensionError', `Subscription quota reached: ${what}.`)
