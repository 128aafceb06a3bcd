import type { GraphClient, GraphWatcher } from '../entra/graph/graph-client.ts'
import { LoopingLink } from '../entra/graph/graph-error.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import { type ApplySetting, applyPage } from './apply-page.ts'
import { planRound, type Round, roundAfterExpiry } from './plan-round.ts'
import { type ReadPage, readRound } from './read-round.ts'
import { firstCall, type PageResult, type StreamKind, selectHash } from './stream-kinds.ts'
import { findStream, type StreamState } from './streams-store.ts'
import type { SyncMode } from './sync-run.ts'

export type StreamParts = {
  readonly db: Database['db']
  readonly graph: GraphClient
  readonly clock: Clock
  readonly setting: Omit<ApplySetting, 'now'>
  readonly mode: SyncMode
  readonly watcher: GraphWatcher
  readonly signal: AbortSignal
  /** How much is committed at a time, at least a page: members of groups; objects count fourfold. */
  readonly batchSize: number
  /** Told what the round is before its first page. */
  readonly begin: (round: Round) => Promise<void>
  /** Writes one thing at a time: the streams of a run read side by side and commit in turn. */
  readonly inTurn: <T>(commit: () => Promise<T>) => Promise<T>
  /**
   * Called within the transaction of each page, last of all.
   * @throws to undo the page, e.g. because somebody else has taken the run over.
   */
  readonly record: (
    tx: Db,
    step: PageResult & { readonly items: number; readonly pages: number },
  ) => Promise<void>
  /** Called after each page has been committed. @throws to stop there. */
  readonly committed: () => void
}

/** More restarts than this within one run, and Graph is not going to let us finish. */
const MAX_RESTARTS = 3

/**
 * Brings our copy of one kind of object up to date.
 *
 * Each page and the cursor behind it are committed together: after a crash the next run goes on
 * exactly there.
 *
 * @returns whether everything was read, or what changed.
 * @throws what the Graph client throws; what `record` throws.
 */
export async function syncStream(parts: StreamParts, kind: StreamKind): Promise<Round['kind']> {
  const { db, clock, setting } = parts
  return await readStream(parts, kind, {
    find: () => findStream(db, setting.organization, kind.name),
    async take(round, page) {
      await parts.inTurn(async () => {
        await db.transaction().execute(async (tx) => {
          const result = await applyPage(tx, kind, round, page, { ...setting, now: clock.now() })
          await parts.record(tx, { ...result, items: page.items.length, pages: page.pages })
        })
        parts.committed()
      })
    },
  })
}

/** Where the pages of a stream go. */
export type PageTaker = {
  /** Where the stream stands now. */
  readonly find: () => Promise<StreamState | undefined>
  readonly take: (round: Round, page: ReadPage) => Promise<void>
}

/** Reads a stream to its end, starting over where Graph wants it. */
export async function readStream(
  parts: Omit<StreamParts, 'db' | 'inTurn' | 'record' | 'committed'>,
  kind: StreamKind,
  taker: PageTaker,
): Promise<Round['kind']> {
  const { clock, graph, watcher, signal, mode, batchSize } = parts
  const { tenantId, rules } = parts.setting
  const wanted = { mode, tenantId, selectHash: selectHash(kind, rules), now: clock.now() }
  const read = async (round: Round) => {
    const told: Told = { pages: 0, deltaLink: undefined }
    const pages = readRound(graph, round.cursor ?? firstCall(kind, rules), {
      watcher,
      signal,
      batchSize,
    })
    const end = await takeAll(pages, async (page) => {
      await taker.take(round, page)
      told.pages += page.pages
      if (page.next.kind === 'deltaLink') told.deltaLink = page.next.url
    })
    return { end, told }
  }
  let round = planRound(await taker.find(), wanted)
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts += 1) {
    await parts.begin(round)
    const { end, told } = await read(round)
    if (end === 'caughtUp') {
      const after = roundBehind(kind, round, told, clock.now())
      // Should Graph not know its new cursor, the next run finds out as well.
      if (after) await read(after)
      return round.kind
    }
    round = roundAfterExpiry(await taker.find(), round, clock.now())
  }
  throw new LoopingLink('Graph keeps forgetting its own cursor')
}

type Told = { pages: number; deltaLink: string | undefined }

/**
 * What changed while a full round told the members of groups, page after page: a group that was deleted
 * meanwhile would have only those members that were told, and nothing in the round says so. One page is
 * of one moment.
 */
function roundBehind(
  { name }: StreamKind,
  { kind, generation, cursor }: Round,
  { pages, deltaLink }: Told,
  now: Date,
): Round | undefined {
  const isOfMoments = kind === 'full' && name === 'groups' && (pages > 1 || cursor !== undefined)
  if (!isOfMoments || deltaLink === undefined) return undefined
  return { kind: 'delta', generation, cursor: deltaLink, startedAt: now }
}

async function takeAll<R>(
  pages: AsyncGenerator<ReadPage, R>,
  take: (page: ReadPage) => Promise<void>,
): Promise<R> {
  try {
    for (;;) {
      const step = await pages.next()
      if (step.done) return step.value
      await take(step.value)
    }
  } finally {
    // Only an unfinished round has anything left to give up.
    await pages.return(undefined as R)
  }
}
