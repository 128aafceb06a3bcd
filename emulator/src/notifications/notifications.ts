import { startChance } from '../chance.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory/directory.ts'
import type { Tenant } from '../entra/tenant.ts'
import type { Json, JsonObject } from '../http/reply.ts'
import type { RequestLog } from '../request-log.ts'
import type { Scenario } from '../scenario.ts'
import { changesSince } from './directory-change.ts'
import { post } from './post.ts'
import { type Subscription, toldTypes } from './subscription.ts'

/** One post to a receiver, and what came of it. */
export type Delivery = {
  /** Virtual time. */
  readonly at: string
  readonly url: string
  readonly kind: 'change' | 'lifecycle'
  readonly body: { readonly value: readonly JsonObject[] }
  readonly answer: number | 'timeout' | 'unreachable'
}

/** A notification that has not been answered with 2xx yet. */
type Pending = {
  readonly subscriptionId: string
  readonly url: string
  readonly kind: Delivery['kind']
  readonly sinceMs: number
  readonly value: JsonObject
}

type Around = {
  readonly seed: number
  readonly tenants: readonly Tenant[]
  readonly clock: Clock
  readonly scenario: Scenario
  readonly log: RequestLog
}

/** Undelivered notifications are dropped after this time. */
const keepMs = 4 * 3_600_000
/** Posts of a flood that are under way at the same time. */
const atOnce = 8

/**
 * The change notification service: subscriptions, what is to be told, and what was delivered.
 * @see Graph "Receive change notifications through webhooks"
 */
export class Notifications {
  readonly #around: Around
  readonly #chance
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #read = new Map<Directory, number>()
  readonly #stopped = new AbortController()
  #pending: Pending[] = []
  #deliveries: Delivery[] = []
  #running: Promise<void> = Promise.resolve()
  #soon: NodeJS.Timeout | undefined
  #again: NodeJS.Timeout | undefined

  constructor(around: Around) {
    this.#around = around
    this.#chance = startChance(around.seed ^ 0x50b5)
    for (const { directory } of around.tenants) {
      this.#read.set(directory, directory.journal.version)
      directory.journal.onWrite = () => this.#deliverSoon()
    }
  }

  /** The subscriptions that have not expired, of all apps and tenants. */
  get subscriptions(): readonly Subscription[] {
    const now = this.#around.clock.now()
    for (const [id, { expiresAt }] of this.#subscriptions) {
      if (expiresAt <= now) this.#subscriptions.delete(id)
    }
    return [...this.#subscriptions.values()]
  }

  /** Every post so far, the validation of URLs not counted. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries
  }

  /** Number of notifications that wait to be delivered, for the first time or again. */
  get waiting(): number {
    this.#collect()
    return this.#pending.length
  }

  /** Adds a subscription; what happened before is not told to it. */
  add(subscription: Omit<Subscription, 'id' | 'challengedAt' | 'reauthorizedAt'>): Subscription {
    this.#collect()
    const added = {
      ...subscription,
      id: this.#chance.guid(),
      challengedAt: undefined,
      reauthorizedAt: undefined,
    }
    this.#subscriptions.set(added.id, added)
    return added
  }

  remove(id: string): void {
    this.#collect()
    this.#subscriptions.delete(id)
  }

  /**
   * Delivers what waits, and returns every post made since the call, with the answers. A delivery
   * that is under way is waited for. What was not answered with 2xx is posted again by the next call.
   */
  async deliverNow(): Promise<readonly Delivery[]> {
    const from = this.#deliveries.length
    await this.#deliverInTurn()
    return this.#deliveries.slice(from)
  }

  /**
   * Sends `reauthorizationRequired` to the lifecycle URL of one subscription, or of all, with the next
   * delivery. Returns how many subscriptions have such a URL.
   */
  requireReauthorization(subscriptionId?: string): number {
    const now = this.#around.clock.now()
    const challenged = this.subscriptions.filter(
      ({ id, lifecycleNotificationUrl }) =>
        lifecycleNotificationUrl !== undefined && (subscriptionId ?? id) === id,
    )
    for (const subscription of challenged) {
      subscription.challengedAt = now
      this.#pending.push({
        subscriptionId: subscription.id,
        url: subscription.lifecycleNotificationUrl ?? '',
        kind: 'lifecycle',
        sinceMs: now.getTime(),
        value: { ...common(subscription), lifecycleEvent: 'reauthorizationRequired' },
      })
    }
    this.#deliverSoon()
    return challenged.length
  }

  /** Calls a URL with a validation token. Returns what is wrong with the answer, if anything. */
  async validate(url: string): Promise<string | undefined> {
    const token = `Validation: Testing client application reachability for subscription Request-Id: ${this.#chance.guid()}`
    const encoded = encodeURIComponent(token).replaceAll('%20', '+')
    const answer = await post(
      `${url}${url.includes('?') ? '&' : '?'}validationToken=${encoded}`,
      'text/plain; charset=utf-8',
      '',
      this.#posting(this.#around.scenario.subscriptions.validateWithinMs),
    )
    if (answer.kind === 'timeout') return 'Subscription validation request timed out.'
    if (answer.kind !== 'answered' || answer.status !== 200) return mustBe200
    if (!/^text\/plain\b/i.test(answer.contentType)) {
      return 'Subscription validation request failed. Response must be of content type text/plain.'
    }
    return answer.text === token
      ? undefined
      : 'Subscription validation request failed. Response must exactly match validationToken query parameter.'
  }

  /** Ends posts under way and plans no more. */
  stop(): void {
    this.#stopped.abort()
    clearTimeout(this.#soon)
    clearTimeout(this.#again)
  }

  /** Looks at what changed, and queues it for the subscriptions that want it. */
  #collect(): void {
    const { tenants, clock, scenario } = this.#around
    const nowMs = clock.now().getTime()
    const subscriptions = this.subscriptions
    for (const { id: tenantId, directory } of tenants) {
      const from = this.#read.get(directory) ?? 0
      this.#read.set(directory, directory.journal.version)
      const wanted = subscriptions.filter((subscription) => subscription.tenantId === tenantId)
      if (wanted.length === 0 || scenario.subscriptions.lost) continue
      for (const change of changesSince(directory, from, scenario.delta)) {
        for (const subscription of wanted) {
          if (scenario.subscriptions.pausesUnanswered && subscription.challengedAt) continue
          for (const changeType of toldTypes(subscription, change)) {
            this.#pending.push({
              subscriptionId: subscription.id,
              url: subscription.notificationUrl,
              kind: 'change',
              sinceMs: nowMs,
              value: this.#toNotification(subscription, change, changeType),
            })
          }
        }
      }
    }
    this.#pending = this.#pending.filter(
      ({ subscriptionId, sinceMs }) =>
        nowMs - sinceMs < keepMs && this.#subscriptions.has(subscriptionId),
    )
  }

  #toNotification(
    subscription: Subscription,
    { set, id }: { set: 'users' | 'groups'; id: string },
    changeType: string,
  ): JsonObject {
    const path = `${set === 'users' ? 'Users' : 'Groups'}/${id}`
    return {
      ...common(subscription),
      changeType,
      resource: path,
      resourceData: {
        '@odata.type': `#Microsoft.Graph.${set === 'users' ? 'User' : 'Group'}`,
        '@odata.id': path,
        id,
        organizationId: subscription.tenantId,
      },
    }
  }

  /** Called at every change, so it is cheap where nobody subscribed. */
  #deliverSoon(): void {
    if (this.#soon !== undefined || this.#subscriptions.size === 0) return
    this.#soon = this.#plan(this.#around.scenario.subscriptions.delayMs)
  }

  #plan(delayMs: number): NodeJS.Timeout | undefined {
    if (!this.#around.scenario.subscriptions.automatic || this.#stopped.signal.aborted) return
    const timer = setTimeout(() => {
      this.#soon = undefined
      this.#again = undefined
      void this.#deliverInTurn()
    }, delayMs)
    return timer.unref()
  }

  /** One delivery after the other, so that nothing is posted twice. */
  #deliverInTurn(): Promise<void> {
    this.#running = this.#running.then(() => this.#deliver())
    return this.#running
  }

  async #deliver(): Promise<void> {
    this.#collect()
    const { batchSize, retryMs } = this.#around.scenario.subscriptions
    const waiting = Map.groupBy(this.#pending, ({ kind, url }) => `${kind} ${url}`)
    for (const all of waiting.values()) {
      for (let place = 0; place < all.length; place += batchSize) {
        await this.#postBatch(all.slice(place, place + batchSize))
      }
    }
    if (this.#pending.length > 0) this.#again ??= this.#plan(retryMs)
  }

  async #postBatch(batch: readonly Pending[]): Promise<void> {
    const [first] = batch
    if (!first || this.#stopped.signal.aborted) return
    const value = batch.map((pending) => this.#disguise(pending.value))
    const { copies } = this.#around.scenario.subscriptions
    let isTaken = true
    for (let sent = 0; sent < copies; sent += atOnce) {
      const posts = Array.from({ length: Math.min(atOnce, copies - sent) }, () =>
        this.#postOnce(first, { value }),
      )
      for (const delivery of await Promise.all(posts)) {
        this.#deliveries.push(delivery)
        if (typeof delivery.answer !== 'number' || delivery.answer < 200 || delivery.answer > 299)
          isTaken = false
      }
    }
    if (!isTaken) return
    const done = new Set(batch)
    this.#pending = this.#pending.filter((pending) => !done.has(pending))
  }

  async #postOnce(
    { url, kind }: Pending,
    body: { readonly value: readonly JsonObject[] },
  ): Promise<Delivery> {
    const answer = await post(
      url,
      'application/json; charset=utf-8',
      JSON.stringify(body),
      this.#posting(this.#around.scenario.subscriptions.answerWithinMs),
    )
    return {
      at: this.#around.clock.now().toISOString(),
      url,
      kind,
      body,
      answer: answer.kind === 'answered' ? answer.status : answer.kind,
    }
  }

  /** What an impostor would send, when the scenario asks for it. */
  #disguise(value: JsonObject): JsonObject {
    const { clientState, tenantId } = this.#around.scenario.subscriptions
    const changed: Record<string, Json> = { ...value }
    if (clientState === 'wrong') changed['clientState'] = 'not-the-client-state'
    if (clientState === 'missing') changed['clientState'] = null
    if (tenantId === 'wrong') changed['tenantId'] = '00000000-1111-4222-8333-444444444444'
    return changed
  }

  #posting(withinMs: number) {
    return { log: this.#around.log, withinMs, signal: this.#stopped.signal }
  }
}

const mustBe200 =
  'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.'

/** What every notification about a subscription says. */
function common({ id, expiresAt, clientState, tenantId }: Subscription) {
  return {
    subscriptionId: id,
    subscriptionExpirationDateTime: expiresAt.toISOString(),
    clientState: clientState ?? null,
    tenantId,
  }
}
