import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Emulator } from '@mooring/emulator'
import { type ServerProcess, startServerProcess } from '../demo/server-process.ts'

const ORGANIZATION = '/api/v1/organizations/default'

/** What stories look at of a run. */
type Run = {
  readonly id: string
  readonly state: 'queued' | 'running' | 'held' | 'succeeded' | 'failed' | 'cancelled'
  readonly counts: { readonly users: { readonly created: number } }
  readonly finishedAt: string | null
}

const RULES = {
  schedule: { kind: 'off' },
  scope: { kind: 'all' },
  guests: 'include',
  disabledUsers: 'lock',
  removedUsers: { graceDays: 30 },
  changeNotifications: false,
}

const ENDED: readonly Run['state'][] = ['held', 'succeeded', 'failed', 'cancelled']

/** A server as a process of its own that can be killed and started again, and its API. */
export class SynchronisedServer implements AsyncDisposable {
  readonly #settings: Record<string, string>
  #process: ServerProcess
  #token = ''

  private constructor(settings: Record<string, string>, process: ServerProcess) {
    this.#settings = settings
    this.#process = process
  }

  /** @param settings where its database is; Microsoft is at the emulator. */
  static async start(
    emulator: Emulator,
    settings: Record<string, string>,
  ): Promise<SynchronisedServer> {
    const all = {
      MOORING_CLOUD: 'custom',
      MOORING_ENTRA_AUTHORITY_URL: emulator.url,
      MOORING_GRAPH_URL: emulator.url,
      ...settings,
    }
    return new SynchronisedServer(all, await startServerProcess(all))
  }

  /** Connects it to the tenant; it then synchronises only when it is told to. */
  async connect({ tenant, app }: Emulator): Promise<void> {
    const args = ['token', 'create', '--name', 'story', '--role', 'owner']
    this.#token = (await this.#process.command(...args)).trim()
    // Before the connection: rules that concern anybody would start a run by themselves.
    await this.brakeAt(100_000)
    await this.call('PUT', '/entra/connection', {
      tenantId: tenant.id,
      clientId: app.clientId,
      credential: { kind: 'secret', value: app.secret },
      syncUsers: true,
      syncGroups: true,
    })
  }

  /** A server on the same database needs no connecting, and takes the same token. */
  shareTokenWith(other: SynchronisedServer): void {
    other.#token = this.#token
  }

  /** More people than this to be locked at once, and a run is held. */
  async brakeAt(atLeast: number): Promise<void> {
    const percent = atLeast > 1000 ? 100 : 0
    await this.call('PUT', '/directory/settings', { ...RULES, brake: { atLeast, percent } })
  }

  async kill(): Promise<void> {
    await this.#process.kill()
  }

  async startAgain(): Promise<void> {
    this.#process = await startServerProcess(this.#settings)
  }

  /** @throws {Error} when the server refuses. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const { status, json } = await this.ask<T>(method, path, body)
    assert.ok(status < 300, `${method} ${path} answered ${status}: ${JSON.stringify(json)}`)
    return json
  }

  async ask<T>(method: string, path: string, body?: object): Promise<{ status: number; json: T }> {
    const answer = await fetch(this.#process.url + ORGANIZATION + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return { status: answer.status, json: (await answer.json()) as T } // what the contract promises
  }

  async startRun(mode: 'delta' | 'full'): Promise<string> {
    return (await this.call<Run>('POST', '/directory/sync-runs', { mode })).id
  }

  async approve(run: string): Promise<void> {
    await this.call('POST', `/directory/sync-runs/${run}/approve`, { reason: 'looked at it' })
  }

  run(id: string): Promise<Run> {
    return this.call<Run>('GET', `/directory/sync-runs/${id}`)
  }

  /** @param withinMs after which the run counts as stuck. */
  async untilEnded(id: string, withinMs = 90_000): Promise<Run> {
    for (const deadline = performance.now() + withinMs; performance.now() < deadline; ) {
      const run = await this.run(id)
      if (ENDED.includes(run.state)) return run
      await delay(50)
    }
    throw new Error(`run ${id} did not end in time`)
  }

  /**
   * Everything that can be seen through the API, but for what differs by nature: our ids and the time.
   *
   * @param run whose changes are told along, in no order.
   */
  async look(run: string): Promise<Seen> {
    const people = await this.#list('/directory/users?limit=1000')
    const removed = await this.#list('/directory/users?limit=1000&state=removed')
    const groups = await this.#list('/directory/groups?limit=1000')
    const members = groups.map(async ({ id, entraId }) => {
      const list = await this.#list(`/directory/groups/${id}/members?limit=1000`)
      return list.map((member) => `${entraId} ${member['entraId']}`)
    })
    return {
      people: [...people, ...removed].map(tell).toSorted(),
      groups: groups.map(tell).toSorted(),
      memberships: (await Promise.all(members)).flat().toSorted(),
      changes: (await this.#list(`/directory/sync-runs/${run}/changes?limit=1000`))
        .map(tell)
        .toSorted(),
    }
  }

  async #list(path: string): Promise<Item[]> {
    const items: Item[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: Page = await this.call<Page>('GET', path + more)
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]()
  }
}

export type Seen = {
  readonly people: readonly string[]
  readonly groups: readonly string[]
  readonly memberships: readonly string[]
  readonly changes: readonly string[]
}

type Item = Readonly<Record<string, unknown>>
type Page = { readonly items: Item[]; readonly nextCursor: string | null }

const OURS = ['id', 'at', 'run', 'number', 'createdAt', 'changedAt', 'removedAt', 'deletedOn']

/** Without what no two servers have alike; also not in what is within it. */
const tell = (item: Item): string =>
  JSON.stringify(item, (name, value) => (OURS.includes(name) ? undefined : value))
