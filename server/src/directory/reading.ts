import type { StreamName } from '@mooring/contract/directory'
import type { ConnectionClient, ConnectionClients } from '../connection/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import type { Logger } from '../platform/log.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { Work } from './run-work.ts'
import type { PageResult } from './stream-kinds.ts'
import type { RunHold, RunProblem } from './sync-run.ts'
import type { StreamParts } from './sync-stream.ts'

export type SyncParts = {
  readonly db: Database['db']
  readonly clients: ConnectionClients
  readonly clock: Clock
  readonly log: Logger
  /**
   * What follows from the directory, brought up to date in the transaction that ends a run, however it
   * ends: pages that were read before count already.
   */
  readonly ended?: (tx: Db, organization: OrganizationId, end: DirectoryEnd) => Promise<void>
  /**
   * What a room above would not have go without somebody having looked: asked before a run's
   * transaction commits, and undone with it.
   */
  readonly judge?: JudgeSettled
  /** Groups by which rooms above give people something, by Entra's ids. */
  readonly groupsInUse?: (db: Db, organization: OrganizationId) => Promise<readonly string[]>
  /** How much is committed at a time; a test that looks at each page says 1. */
  readonly batchSize?: number
  /** Calls `tick` every few seconds until disposed. */
  readonly everyFewSeconds: (tick: () => Promise<void>) => Disposable
}

/** Whether the organization follows what was read, or only what pages wrote counts. */
export type DirectoryEnd = 'settled' | 'unsettled'

/** @returns why a run is to be held; nothing where it may go on. */
export type JudgeSettled = (tx: Db, organization: OrganizationId) => Promise<readonly RunHold[]>

/** How a run ended, as far as this worker can tell. */
export type SyncOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly problem: RunProblem }
  /** The removal brake: nothing was taken away, and somebody has to decide. */
  | { readonly kind: 'held' }
  | { readonly kind: 'cancelled' }
  /** Finished already, or another worker has it. */
  | { readonly kind: 'notOurs' }

/** What reading works with. */
export type Reading = {
  readonly parts: SyncParts
  readonly work: Work
  readonly client: ConnectionClient
  readonly setting: StreamParts['setting']
  readonly stopping: AbortController
  /** The streams that were read, once they are. */
  readonly streams?: readonly StreamName[]
}

/** Writes what Graph has answered, within a transaction. */
export type TakeOver = (tx: Db) => Promise<PageResult>
