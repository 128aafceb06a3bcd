import type { StreamName, StreamProgress, SyncCounts } from '@mooring/contract/directory'
import type { GraphWatcher } from '../entra/graph/graph-client.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Round } from './plan-round.ts'
import { RunLost, updateRun } from './run-leases-store.ts'
import type { PageResult } from './stream-kinds.ts'
import { insertProblems } from './sync-problems-store.ts'
import {
  addCounts,
  type RunProblem,
  type SyncProgress,
  type SyncRunId,
  waitingStream,
} from './sync-run.ts'
import type { StoredRun } from './sync-runs-store.ts'

/** An administrator stopped the run. */
export class RunCancelled extends Error {}

export type WorkParts = { readonly db: Database['db']; readonly clock: Clock }

type Standing = { readonly counts: SyncCounts; readonly progress: SyncProgress }

/**
 * What a worker knows of the run it holds, and how it writes it down.
 *
 * The streams of a run are read side by side; whatever is written is written in turn.
 */
export class Work {
  readonly organization: OrganizationId
  readonly run: StoredRun
  readonly held: { readonly id: SyncRunId; readonly lease: string }
  readonly signal: AbortSignal
  readonly watcher: GraphWatcher
  #parts: WorkParts
  #requests: number
  #standing: Standing
  #uncommitted: (Standing & { readonly isCancelled: boolean }) | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    parts: WorkParts,
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
        this.inTurn(() =>
          this.#write({ code: why, values: { until: until.toISOString() }, at: this.#now() }),
        ),
    }
  }

  /** Runs after everything that was given before has ended. */
  inTurn<T>(commit: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(commit, commit)
    this.#turn = result.catch(() => undefined)
    return result
  }

  get counts(): SyncCounts {
    return this.#standing.counts
  }

  /** Says which streams are read. */
  async start(streams: readonly StreamName[]): Promise<void> {
    const progress = { phase: 'reading', readingSince: this.#now() } as const
    this.#move({ ...progress, streams: streams.map(waitingStream) })
    await this.inTurn(() => this.#write(undefined))
  }

  async begin(stream: StreamName, round: Round['kind'], expected: number | null): Promise<void> {
    this.#stream(stream, { state: 'reading', round, pages: 0, objects: 0, expected })
    await this.inTurn(() => this.#write(undefined))
  }

  /** A stream is through, one way or the other; written with what comes next. */
  ended(stream: StreamName, state: 'done' | 'failed'): void {
    this.#stream(stream, { state })
  }

  async settling(): Promise<void> {
    this.#move({ ...this.#standing.progress, phase: 'settling' })
    await this.inTurn(() => this.#write(undefined))
  }

  /** Counts a page that is not committed: of a dry run. */
  async note(stream: StreamName, objects: number, pages: number): Promise<void> {
    this.#move(withPages(this.#standing.progress, stream, { objects, pages }))
    await this.inTurn(() => this.#write(undefined))
  }

  /** Writes what belongs to no page, in a transaction that also proves that the run is still ours. */
  commit(write: (tx: Db) => Promise<PageResult>): Promise<void> {
    return this.inTurn(async () => {
      await this.#parts.db.transaction().execute(async (tx) => {
        const result = await write(tx)
        await this.record(tx, { ...result, items: 0, pages: 0, stream: undefined })
      })
      this.committed()
    })
  }

  /** Within the transaction of a page. What it counts is ours only once that has committed. */
  async record(
    tx: Db,
    step: PageResult & {
      readonly items: number
      readonly pages: number
      readonly stream: StreamName | undefined
    },
  ): Promise<void> {
    const { clock } = this.#parts
    await insertProblems(tx, this.organization, this.run.id, step.problems, clock.now())
    const { counts, progress } = this.#standing
    const next: Standing = {
      counts: addCounts(counts, step.counts),
      progress: step.stream
        ? withPages(progress, step.stream, { objects: step.items, pages: step.pages })
        : progress,
    }
    const update = { requests: this.#requests, ...next, problem: undefined }
    const answer = await updateRun(tx, this.organization, this.held, update, clock.now())
    if (answer === 'lost') throw new RunLost()
    this.#uncommitted = { ...next, isCancelled: answer === 'cancelRequested' }
  }

  /** After the transaction of a page. @throws {RunCancelled} when an administrator wants it to stop. */
  committed(): void {
    if (!this.#uncommitted) return
    const { isCancelled, counts, progress } = this.#uncommitted
    // Meanwhile another stream may have begun or ended; only this page's own numbers are new.
    this.#standing = { counts, progress: mergeStates(progress, this.#standing.progress) }
    this.#uncommitted = undefined
    if (isCancelled) throw new RunCancelled()
  }

  /** What is written when the run ends. */
  last(counts: SyncCounts, problem: RunProblem | undefined) {
    const progress = { ...this.#standing.progress, phase: 'finished' } as const
    return { requests: this.#requests, counts, progress, problem }
  }

  #now(): string {
    return this.#parts.clock.now().toISOString()
  }

  #move(progress: SyncProgress): void {
    this.#standing = { ...this.#standing, progress }
  }

  #stream(name: StreamName, change: Partial<StreamProgress>): void {
    const { progress } = this.#standing
    const streams = progress.streams.map((stream) =>
      stream.stream === name ? { ...stream, ...change } : stream,
    )
    this.#move({ ...progress, streams })
  }

  async #write(problem: RunProblem | undefined): Promise<void> {
    const { db, clock } = this.#parts
    const update = { requests: this.#requests, ...this.#standing, problem }
    const standing = await updateRun(db, this.organization, this.held, update, clock.now())
    if (standing === 'lost') throw new RunLost()
    if (standing === 'cancelRequested') throw new RunCancelled()
  }
}

function withPages(
  progress: SyncProgress,
  name: StreamName,
  { objects, pages }: { readonly objects: number; readonly pages: number },
): SyncProgress {
  const streams = progress.streams.map((stream) =>
    stream.stream === name
      ? { ...stream, pages: stream.pages + pages, objects: stream.objects + objects }
      : stream,
  )
  return { ...progress, streams }
}

function mergeStates(counted: SyncProgress, now: SyncProgress): SyncProgress {
  const streams = counted.streams.map((stream, index) => {
    const current = now.streams[index]
    return current && current.round !== stream.round ? current : { ...stream, ...pick(current) }
  })
  return { ...now, streams }
}

const pick = (stream: StreamProgress | undefined) => (stream ? { state: stream.state } : {})
