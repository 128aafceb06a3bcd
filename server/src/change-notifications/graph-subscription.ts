import { z } from 'zod'
import type { GraphClient, GraphOptions } from '../entra/graph/graph-client.ts'
import { GraphError } from '../entra/graph/graph-error.ts'
import { NetworkError } from '../entra/network-error.ts'
import type { SubscribedStream } from './subscription.ts'

/** A subscription as Graph has it. */
export type GraphSubscription = { readonly id: string; readonly expiresAt: Date }

type Wanted = {
  readonly stream: SubscribedStream
  /** Where notifications go, and where what happens to the subscription itself is told. */
  readonly urls: NotificationUrls
  /** Only Graph and we know it; each notification carries it. */
  readonly clientState: string
  readonly expiresAt: Date
}
export type NotificationUrls = { readonly changes: string; readonly lifecycle: string }

const Answer = z.object({ id: z.string().min(1).max(200), expirationDateTime: z.iso.datetime() })
const List = z.object({
  value: z.array(
    z.object({ id: z.string(), resource: z.string(), notificationUrl: z.string().nullish() }),
  ),
})

/**
 * Asks Graph to tell us about changes. While it decides, it calls us at both URLs.
 *
 * @throws as `GraphClient.send`; a 400 says that it did not reach us.
 * @see Graph "Create subscription"; creation and soft deletion of people and groups are `updated`
 */
export async function createSubscription(
  graph: GraphClient,
  { stream, urls, clientState, expiresAt }: Wanted,
  options: GraphOptions,
): Promise<GraphSubscription> {
  const body = {
    changeType: 'updated,deleted',
    notificationUrl: urls.changes,
    lifecycleNotificationUrl: urls.lifecycle,
    resource: `/${stream}`,
    expirationDateTime: expiresAt.toISOString(),
    clientState,
    latestSupportedTlsVersion: 'v1_2',
  }
  return read(graph, (await graph.send('POST', '/subscriptions', body, options)).json)
}

/** @returns `undefined` when Graph no longer has it. @see Graph "Update subscription" */
export async function renewSubscription(
  graph: GraphClient,
  id: string,
  expiresAt: Date,
  options: GraphOptions,
): Promise<GraphSubscription | undefined> {
  const body = { expirationDateTime: expiresAt.toISOString() }
  try {
    return read(graph, (await graph.send('PATCH', path(id), body, options)).json)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Ends a subscription; one that is not there is ended. @see Graph "Delete subscription" */
export async function endSubscription(
  graph: GraphClient,
  id: string,
  options: GraphOptions,
): Promise<void> {
  try {
    await graph.send('DELETE', path(id), undefined, options)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** Ids of the application's subscriptions that tell this server about one kind of object. */
export async function listSubscriptions(
  graph: GraphClient,
  stream: SubscribedStream,
  url: string,
  options: GraphOptions,
): Promise<string[]> {
  // At most a hundred, for each application and tenant: one page.
  const { value } = parse(List, graph, (await graph.get('/subscriptions', options)).json)
  return value
    .filter(
      (found) => found.notificationUrl === url && found.resource.replace(/^\//, '') === stream,
    )
    .map(({ id }) => id)
}

const path = (id: string) => `/subscriptions/${encodeURIComponent(id)}`
const isGone = (error: unknown) => error instanceof GraphError && error.status === 404

function read(graph: GraphClient, json: unknown): GraphSubscription {
  const { id, expirationDateTime } = parse(Answer, graph, json)
  return { id, expiresAt: new Date(expirationDateTime) }
}

function parse<Schema extends z.ZodType>(schema: Schema, graph: GraphClient, json: unknown) {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  throw new NetworkError('notJson', new URL(graph.origin).host, 'a body that is no subscription')
}
