import type { SyncCounts } from '@mooring/contract/directory'
import type { ConnectionClient, ConnectionClients } from '../connection/index.ts'
import { EntraError } from '../entra/entra-error.ts'
import type { GraphWatcher } from '../entra/graph/graph-client.ts'
import { NetworkError } from '../entra/network-error.ts'
import { toTrouble } from '../entra/trouble.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { carryDay, recordDay, tidyTables } from './days-store.ts'
import { STREAM_KINDS, type StreamKind } from './stream-kinds.ts'
import type { StreamName } from './streams-store.ts'
import {
  addCounts,
  isChanged,
  type RunProblem,
  type SyncProgress,
  type SyncRunId,
} from './sync-run.ts'
import {
  beat,
  findRun,
  finishRun,
  insertProblems,
  type RunUpdate,
  releaseRun,
  type StoredRun,
  takeRun,
  updateRun,
} from './sync-runs-store.ts'
import { RemovalBrake, type StreamStep, syncStream } from './sync-stream.ts'

export type SyncParts = {
  readonly db: Database['db']
  readonly clients: ConnectionClients
  readonly clock: Clock
  readonly log: Logger
  /** Calls `tick` every few seconds until disposed. */
  readonly everyFewSeconds: (tick: () => Promise<void>) => Disposable
}

/** How a run ended, as far as this worker can tell. */
export type SyncOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly problem: RunProblem }
  | { readonly kind: 'cancelled' }
  /** Finished already, or another worker has it. */
  | { readonly kind: 'notOurs' }

/**
 * Carries a run out, to its end.
 *
 * One worker holds a run at a time: it proves so in the transaction of every page. A worker that
 * stood still for too long finds its run taken over, and what it was about to write is undone.
 *
 * @param signal aborted when this process stops: the run is left as it is, for another worker.
 */
export async function runSync(
  parts: SyncParts,
  organization: OrganizationId,
  id: SyncRunId,
  signal: AbortSignal,
): Promise<SyncOutcome> {
  const lease = newId('lease')
  const run = await takeRun(parts.db, organization, id, lease, parts.clock.now())
  if (!run) return { kind: 'notOurs' }
  const work = new Work(parts, organization, run, lease, signal)
  using _heart = parts.everyFewSeconds(() =>
    beat(parts.db, organization, work.held, parts.clock.now()),
  )
  try {
    const problem = run.cancelRequested ? undefined : await syncAll(parts, work)
    if (problem) return await work.end('failed', problem)
    return await work.end(run.cancelRequested ? 'cancelled' : 'succeeded')
  } catch (error) {
    if (error instanceof RunLost) return { kind: 'notOurs' }
    if (error instanceof RunCancelled) return await work.end('cancelled')
    if (signal.aborted) {
      await releaseRun(parts.db, organization, work.held)
      throw error
    }
    // Somebody deleted the organization, and the run with it: there is nobody left to tell.
    if (!(await findRun(parts.db, organization, id))) return { kind: 'notOurs' }
    parts.log.error({ err: error, organization, run: id }, 'a synchronisation failed unexpectedly')
    return await work.end('failed', { code: 'internalError', values: {}, at: now(parts) })
  }
}

/** @returns why it failed; what was committed before stays. */
async function syncAll(parts: SyncParts, work: Work): Promise<RunProblem | undefined> {
  const client = await parts.clients.find(work.organization)
  if (!client) return { code: 'connectionMissing', values: {}, at: now(parts) }
  const { syncUsers, syncGroups } = client.connection
  if (!syncUsers && !syncGroups) return { code: 'nothingToSync', values: {}, at: now(parts) }
  let problem: RunProblem | undefined
  for (const name of ['users', 'groups'] as const) {
    if (name === 'users' ? !syncUsers : !syncGroups) continue
    const failure = await syncOne(parts, work, client, STREAM_KINDS[name])
    problem ??= failure?.problem
    // Without a token or a network the other kind would only fail again.
    if (failure?.isGeneral) return problem
  }
  return problem
}

async function syncOne(parts: SyncParts, work: Work, client: ConnectionClient, kind: StreamKind) {
  await work.begin(kind.name, await expectedCount(work, client, kind))
  try {
    const round = await syncStream(
      {
        db: parts.db,
        graph: client.graph,
        clock: parts.clock,
        organization: work.organization,
        tenantId: client.connection.tenantId,
        mode: work.run.mode,
        watcher: work.watcher,
        signal: work.signal,
        record: (tx, step) => work.record(tx, step),
        committed: () => work.committed(),
      },
      kind,
    )
    if (round === 'full') await tidyTables(parts.db, kind.tables)
    return undefined
  } catch (error) {
    const problem = toProblem(error, kind.name, now(parts))
    if (!problem) throw error
    // Nor is a tenant that suddenly lacks many people one whose groups are to be believed.
    const isGeneral =
      error instanceof EntraError || error instanceof NetworkError || error instanceof RemovalBrake
    return { problem, isGeneral }
  }
}

/** How many objects there are, for the progress line; not knowing is no fault. */
async function expectedCount(
  work: Work,
  client: ConnectionClient,
  kind: StreamKind,
): Promise<number | null> {
  try {
    const answer = await client.graph.get(kind.countCall, {
      headers: { consistencylevel: 'eventual' },
      signal: work.signal,
      watcher: work.watcher,
      priority: 'Low',
    })
    return typeof answer.json === 'number' ? answer.json : null
  } catch {
    // The round itself meets the same trouble and tells it.
    work.signal.throwIfAborted()
    return null
  }
}

const PERMISSION_FOR: Readonly<Record<StreamName, string>> = {
  users: 'User.Read.All',
  groups: 'Group.Read.All',
}

function toProblem(error: unknown, stream: StreamName, at: string): RunProblem | undefined {
  if (error instanceof RemovalBrake) {
    const { code, unseen, present } = error
    return { code, values: { unseen, present, stream }, at }
  }
  const trouble = toTrouble(error)
  return (
    trouble && { ...trouble, values: { ...trouble.values, permission: PERMISSION_FOR[stream] }, at }
  )
}

const now = (parts: SyncParts) => parts.clock.now().toISOString()

/** Another worker holds the run. */
class RunLost extends Error {}
/** An administrator stopped the run. */
class RunCancelled extends Error {}

type Standing = { readonly counts: SyncCounts; readonly progress: SyncProgress }

/** What a worker knows of the run it holds, and how it writes it down. */
class Work {
  readonly organization: OrganizationId
  readonly run: StoredRun
  readonly held: { readonly id: SyncRunId; readonly lease: string }
  readonly signal: AbortSignal
  readonly watcher: GraphWatcher
  #parts: SyncParts
  #requests: number
  #standing: Standing
  #uncommitted: (Standing & { readonly isCancelled: boolean }) | undefined

  constructor(
    parts: SyncParts,
    organization: OrganizationId,
    run: StoredRun,
    lease: string,
    signal: AbortSignal,
  ) {
    this.#parts = parts
    this.organization = organization
    this.run = run
    this.held = { id: run.id, lease }
    this.signal = signal
    this.#requests = run.requests
    this.#standing = { counts: run.counts, progress: run.progress }
    this.watcher = {
      request: () => {
        this.#requests += 1
      },
      waiting: (until, why) =>
        this.#write(parts.db, {
          code: why,
          values: { until: until.toISOString() },
          at: now(parts),
        }),
    }
  }

  async begin(phase: StreamName, expected: number | null): Promise<void> {
    this.#standing = { ...this.#standing, progress: { phase, pages: 0, objects: 0, expected } }
    await this.#write(this.#parts.db, undefined)
  }

  /** Within the transaction of a page. What it counts is ours only once that has committed. */
  async record(tx: Db, step: StreamStep): Promise<void> {
    const { clock } = this.#parts
    await insertProblems(tx, this.organization, this.run.id, step.problems, clock.now())
    const { pages, objects } = this.#progress
    const next: Standing = {
      counts: addCounts(this.#standing.counts, step.counts),
      progress: { ...this.#progress, pages: pages + 1, objects: objects + step.items },
    }
    const update = { requests: this.#requests, ...next, problem: undefined }
    const answer = await updateRun(tx, this.organization, this.held, update, clock.now())
    if (answer === 'lost') throw new RunLost()
    this.#uncommitted = { ...next, isCancelled: answer === 'cancelRequested' }
  }

  /** After the transaction of a page. @throws {RunCancelled} when an administrator wants it to stop. */
  committed(): void {
    if (!this.#uncommitted) return
    const { isCancelled, ...standing } = this.#uncommitted
    this.#standing = standing
    this.#uncommitted = undefined
    if (isCancelled) throw new RunCancelled()
  }

  async end(kind: 'succeeded' | 'cancelled'): Promise<SyncOutcome>
  async end(kind: 'failed', problem: RunProblem): Promise<SyncOutcome>
  async end(
    kind: 'succeeded' | 'cancelled' | 'failed',
    problem?: RunProblem,
  ): Promise<SyncOutcome> {
    const { db, clock } = this.#parts
    this.#standing = { ...this.#standing, progress: { ...this.#progress, phase: 'finished' } }
    await db.transaction().execute(async (tx) => {
      await finishRun(tx, this.organization, this.held, kind, this.#state(problem), clock.now())
      const keepDay = isChanged(this.#standing.counts) ? recordDay : carryDay
      await keepDay(tx, this.organization, clock.now())
    })
    return kind === 'failed' && problem
      ? { kind, problem }
      : { kind: kind === 'failed' ? 'notOurs' : kind }
  }

  get #progress(): SyncProgress {
    return this.#standing.progress
  }

  #state(problem: RunProblem | undefined): RunUpdate {
    return { requests: this.#requests, ...this.#standing, problem }
  }

  async #write(db: Db, problem: RunProblem | undefined): Promise<void> {
    const standing = await updateRun(
      db,
      this.organization,
      this.held,
      this.#state(problem),
      this.#parts.clock.now(),
    )
    if (standing === 'lost') throw new RunLost()
    if (standing === 'cancelRequested') throw new RunCancelled()
  }
}
