import { type ConnectionClients, findConnection, listSynchronising } from '../connection/index.ts'
import { findSettings } from '../directory/index.ts'
import type { GraphClient, GraphOptions } from '../entra/graph/graph-client.ts'
import { NetworkError } from '../entra/network-error.ts'
import { toTrouble } from '../entra/trouble.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { randomToken } from '../platform/ids.ts'
import type { Logger } from '../platform/log.ts'
import { hashClientState } from './client-state.ts'
import {
  createSubscription,
  endSubscription,
  listSubscriptions,
  type NotificationUrls,
  renewSubscription,
} from './graph-subscription.ts'
import {
  expiryFrom,
  madeFor,
  planSubscription,
  renewalAt,
  retryAt,
  SUBSCRIBED_STREAMS,
  type Subscription,
  type Wish,
} from './subscription.ts'
import { notPublic, readFailure } from './subscription-problem.ts'
import {
  deleteSubscription,
  findSubscription,
  findSubscriptionsById,
  listSubscribed,
  type Place,
  type SubscriptionUpdate,
  saveSubscription,
  takeSubscription,
} from './subscriptions-store.ts'

export type KeepParts = {
  readonly db: Database['db']
  readonly clients: ConnectionClients
  readonly clock: Clock
  readonly log: Logger
  readonly urls: NotificationUrls
  /** Whether Microsoft may be able to reach those. */
  readonly isReachable: boolean
}

/** A process that says nothing for this long is dead, and its subscription anybody's. */
const LEASE_MS = 2 * 60_000
/** Shorter, so that whoever still works has not lost its lease. */
const STEP_TIMEOUT_MS = 60_000

/**
 * Brings the subscriptions of every organization to what they ought to be: made, renewed, made anew or
 * ended. Any number of processes may do this at once; one works on each subscription.
 */
export async function keepSubscriptions(parts: KeepParts): Promise<void> {
  const { db, log } = parts
  const concerned = new Set([...(await listSynchronising(db)), ...(await listSubscribed(db))])
  for (const organization of concerned) {
    for (const stream of SUBSCRIBED_STREAMS) {
      try {
        await keepOne(parts, { organization, stream })
      } catch (error) {
        // One subscription's trouble must not cost the others theirs; the next beat tries again.
        log.error({ err: error, organization, stream }, 'a subscription could not be looked after')
      }
    }
  }
}

async function keepOne(parts: KeepParts, place: Place): Promise<void> {
  const wish = await wishFor(parts, place)
  const seen = await findSubscription(parts.db, place)
  if (planSubscription(seen, wish, parts.clock.now()) === 'rest') return
  const now = parts.clock.now()
  const until = new Date(now.getTime() + LEASE_MS)
  const taken = await takeSubscription(parts.db, place, { now, until })
  if (!taken) return
  const { found, wasAbandoned } = taken
  // Another process may have done it since we looked.
  const step = planSubscription(found, wish, now)
  await new Keeping(parts, place, until, found).carryOut(step, wish, wasAbandoned)
}

/** What ought to be, by the connection's switches, the settings and the server's URL. */
async function wishFor(parts: KeepParts, { organization, stream }: Place): Promise<Wish> {
  const connection = await findConnection(parts.db, organization)
  const isOn = stream === 'users' ? connection?.syncUsers : connection?.syncGroups
  if (!connection || !isOn) return { kind: 'none' }
  const { settings } = await findSettings(parts.db, organization)
  if (!settings.changeNotifications) return { kind: 'none' }
  if (!parts.isReachable) return { kind: 'notPublic' }
  const { tenantId, clientId } = connection
  return { kind: 'wanted', madeFor: madeFor({ tenantId, clientId, url: parts.urls.changes }) }
}

/** One subscription while this process holds it. */
class Keeping {
  readonly #parts: KeepParts
  readonly #place: Place
  readonly #until: Date
  readonly #found: Subscription
  readonly #options: GraphOptions
  /** Whether Graph still has the one that was found. */
  #stands: boolean

  constructor(parts: KeepParts, place: Place, until: Date, found: Subscription) {
    this.#parts = parts
    this.#place = place
    this.#until = until
    this.#found = found
    this.#stands = found.id !== undefined && found.state === 'active'
    this.#options = { priority: 'Low', signal: AbortSignal.timeout(STEP_TIMEOUT_MS) }
  }

  async carryOut(
    step: ReturnType<typeof planSubscription>,
    wish: Wish,
    wasAbandoned: boolean,
  ): Promise<void> {
    switch (step) {
      case 'rest':
        await this.#save({})
        return
      case 'remove':
        await this.#end(this.#found.id)
        await deleteSubscription(this.#parts.db, this.#place)
        return
      case 'tellNotPublic': {
        await this.#end(this.#found.id)
        const problem = notPublic(this.#parts.urls.changes, this.#parts.clock.now())
        await this.#save({ ...NONE, state: 'unreachable', madeFor: undefined, problem })
        return
      }
      case 'create':
      case 'renew':
        if (wish.kind === 'wanted') await this.#try(step, wish.madeFor, wasAbandoned)
    }
  }

  async #try(step: 'create' | 'renew', boundTo: string, wasAbandoned: boolean): Promise<void> {
    const client = await this.#parts.clients.find(this.#place.organization)
    if (!client) return
    try {
      const { id } = this.#found
      if (step === 'renew' && id && (await this.#renew(client.graph, id))) return
      await this.#create(client.graph, boundTo, wasAbandoned)
    } catch (error) {
      await this.#noteFailure(error, boundTo)
    }
  }

  async #renew(graph: GraphClient, id: string): Promise<boolean> {
    const now = this.#parts.clock.now()
    const renewed = await renewSubscription(graph, id, expiryFrom(now), this.#options)
    if (!renewed) return false
    await this.#save(standing(renewed.expiresAt, now))
    return true
  }

  async #create(graph: GraphClient, boundTo: string, wasAbandoned: boolean): Promise<void> {
    this.#stands = false
    await this.#end(this.#found.id)
    if (wasAbandoned || this.#found.tries > 0) await this.#endStrays(graph)
    const clientState = randomToken(32)
    const clientStateHash = hashClientState(clientState)
    const begun: SubscriptionUpdate = { ...NONE, state: 'pending', madeFor: boundTo }
    // Before Graph knows it: the first notification may come before Graph's answer.
    if (!(await this.#save({ ...begun, clientStateHash }, { keep: true }))) return
    const now = this.#parts.clock.now()
    const { stream } = this.#place
    const made = await createSubscription(
      graph,
      { stream, urls: this.#parts.urls, clientState, expiresAt: expiryFrom(now) },
      this.#options,
    )
    const isOurs = await this.#save({ id: made.id, ...standing(made.expiresAt, now) })
    // Somebody else took our place meanwhile and has made one.
    if (!isOurs) await this.#end(made.id)
  }

  /** Ends what an earlier try may have made without hearing of it. */
  async #endStrays(graph: GraphClient): Promise<void> {
    const { db, urls } = this.#parts
    const ids = await listSubscriptions(graph, this.#place.stream, urls.changes, this.#options)
    // Another organization may be connected to the same tenant.
    const known = new Set((await findSubscriptionsById(db, ids)).map(({ id }) => id))
    for (const id of ids.filter((stray) => !known.has(stray))) await this.#end(id)
  }

  async #noteFailure(error: unknown, boundTo: string): Promise<void> {
    const { clock, urls, log } = this.#parts
    const now = clock.now()
    const timedOut = this.#options.signal?.aborted
    const met = timedOut ? new NetworkError('timedOut', 'Graph', `${STEP_TIMEOUT_MS} ms`) : error
    const failure = readFailure(met, { url: urls.changes, stream: this.#place.stream, now })
    if (!failure) throw error
    const tries = this.#found.tries + 1
    const { expiresAt } = this.#found
    // One that could not be renewed is good until its end.
    const isGood = this.#stands && expiresAt && expiresAt > now
    const after: SubscriptionUpdate = {
      state: isGood ? 'active' : failure.state,
      problem: failure.problem,
      madeFor: boundTo,
      tries,
      nextTryAt: retryAt(tries, now),
    }
    await this.#save(after)
    log.warn({ ...this.#place, problem: failure.problem.code }, 'a subscription was not made')
  }

  /** Best effort: what is not ended runs out, and nobody listens to it. */
  async #end(id: string | undefined): Promise<void> {
    const client = id && (await this.#parts.clients.find(this.#place.organization))
    if (!id || !client) return
    try {
      await endSubscription(client.graph, id, this.#options)
    } catch (error) {
      if (!toTrouble(error)) throw error
    }
  }

  async #save(update: SubscriptionUpdate, { keep = false } = {}): Promise<boolean> {
    const lease = { until: this.#until, keep }
    return await saveSubscription(this.#parts.db, this.#place, lease, update)
  }
}

const NONE: SubscriptionUpdate = { id: undefined, expiresAt: undefined, nextTryAt: undefined }

const standing = (expiresAt: Date, now: Date): SubscriptionUpdate => ({
  state: 'active',
  expiresAt,
  nextTryAt: renewalAt(expiresAt, now),
  tries: 0,
  problem: undefined,
})
