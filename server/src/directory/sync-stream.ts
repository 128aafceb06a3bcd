import type { SyncCounts } from '@mooring/contract/directory'
import { type DeltaPage, fetchDeltaPage } from '../entra/graph/delta-page.ts'
import type { GraphClient, GraphWatcher } from '../entra/graph/graph-client.ts'
import { LoopingLink } from '../entra/graph/graph-error.ts'
import type { TenantId } from '../entra/ids.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Db } from '../platform/database.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import type { PlanSetting, Problem } from './object-plan.ts'
import { countUnseen, hideUnseen } from './objects-store.ts'
import { planRound, type Round, roundAfterExpiry } from './plan-round.ts'
import type { StreamKind } from './stream-kinds.ts'
import { findStream, saveStream } from './streams-store.ts'
import { addCounts, NO_COUNTS, type SyncMode } from './sync-run.ts'

/** What one committed page, or the sweep with the last one, came to. */
export type StreamStep = {
  readonly items: number
  readonly counts: SyncCounts
  readonly problems: readonly Problem[]
}

export type StreamParts = {
  readonly db: Database['db']
  readonly graph: GraphClient
  readonly clock: Clock
  readonly organization: OrganizationId
  readonly tenantId: TenantId
  readonly mode: SyncMode
  readonly watcher: GraphWatcher
  readonly signal: AbortSignal
  /**
   * Called within the transaction of each page, last of all.
   * @throws to undo the page, e.g. because somebody else has taken the run over.
   */
  readonly record: (tx: Db, step: StreamStep) => Promise<void>
  /** Called after each page has been committed. @throws to stop there. */
  readonly committed: () => void
}

/** A round would hide more people or groups than may vanish unasked. Nothing was hidden. */
export class RemovalBrake extends Error {
  readonly code = 'removalBrake'
  readonly unseen: number
  readonly present: number

  constructor(unseen: number, present: number) {
    super(`The round would remove ${unseen} of ${present} objects`)
    this.name = 'RemovalBrake'
    this.unseen = unseen
    this.present = present
  }
}

/** More restarts than this within one run, and Graph is not going to let us finish. */
const MAX_RESTARTS = 3

/**
 * Brings one kind of object up to date.
 *
 * Each page and the cursor behind it are committed together: after a crash the next run goes on
 * exactly there. Nothing is hidden or removed for being absent before a full round has come to its
 * end, and then only in the transaction that also saves the deltaLink.
 *
 * @returns whether everything was read, or what changed.
 * @throws what the Graph client throws; {RemovalBrake}; what `record` throws.
 */
export async function syncStream(parts: StreamParts, kind: StreamKind): Promise<Round['kind']> {
  const { db, organization, clock, tenantId, mode } = parts
  const { selectHash } = kind
  const stored = await findStream(db, organization, kind.name)
  let round = planRound(stored, { mode, tenantId, selectHash, now: clock.now() })
  for (let restarts = 0; restarts <= MAX_RESTARTS; restarts += 1) {
    if ((await runRound(parts, kind, round)) === 'caughtUp') return round.kind
    const now = await findStream(db, organization, kind.name)
    round = roundAfterExpiry(now, round, clock.now())
  }
  throw new LoopingLink('Graph keeps forgetting its own cursor')
}

async function runRound(
  parts: StreamParts,
  kind: StreamKind,
  round: Round,
): Promise<'caughtUp' | 'expired'> {
  const { graph, watcher } = parts
  // However the round ends, a page that is still on its way is given up.
  using ending = endOfRound()
  const signal = AbortSignal.any([parts.signal, ending.signal])
  const fetch = (target: string) =>
    fetchDeltaPage(graph, target, { signal, watcher, priority: 'Low' })
  const seen = new Set<string>()
  let pending = fetch(round.cursor ?? kind.firstCall)
  for (;;) {
    const page = await pending
    if (page.kind === 'cursorExpired') return 'expired'
    const { next } = page
    if (next.kind === 'nextLink') {
      if (seen.has(next.url))
        throw new LoopingLink('Graph sent the same nextLink twice in one round')
      seen.add(next.url)
      // The next page travels while this one is written.
      pending = fetch(next.url)
      pending.catch(() => undefined) // awaited above; meanwhile it must not count as unhandled
    }
    try {
      await commitPage(parts, kind, round, page)
    } catch (error) {
      if (error instanceof RemovalBrake) await abandonRound(parts, kind)
      throw error
    }
    parts.committed()
    if (next.kind === 'deltaLink') return 'caughtUp'
  }
}

function endOfRound(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() }
}

async function commitPage(
  parts: StreamParts,
  kind: StreamKind,
  round: Round,
  page: DeltaPage & { kind: 'page' },
): Promise<void> {
  const { db, organization, clock, tenantId } = parts
  const now = clock.now()
  const setting: PlanSetting = {
    organization,
    generation: round.generation,
    now,
    newId: () => newId(kind.name === 'users' ? 'usr' : 'grp'),
  }
  await db.transaction().execute(async (tx) => {
    const result = await kind.applyPage(tx, page.items, setting, round.kind)
    const isLast = page.next.kind === 'deltaLink'
    const swept = isLast && round.kind === 'full' ? await sweep(tx, kind, setting) : NO_COUNTS
    const before = await findStream(tx, organization, kind.name)
    await saveStream(tx, organization, kind.name, {
      tenantId,
      selectHash: kind.selectHash,
      round: isLast ? 'delta' : round.kind,
      cursorUrl: isLast ? undefined : page.next.url,
      deltaLink: isLast ? page.next.url : before?.deltaLink,
      generation: round.generation,
      roundStartedAt: isLast ? undefined : round.startedAt,
      lastSuccessAt: isLast ? now : before?.lastSuccessAt,
    })
    const counts = addCounts(result.counts, swept)
    await parts.record(tx, { items: page.items.length, counts, problems: result.problems })
  })
}

/**
 * Gives up a round that was stopped before its sweep. Its last page read once more would only end at
 * the same sweep: the next round starts at the last deltaLink, or reads everything again.
 */
async function abandonRound(parts: StreamParts, kind: StreamKind): Promise<void> {
  const { db, organization } = parts
  await db.transaction().execute(async (tx) => {
    const stream = await findStream(tx, organization, kind.name)
    if (!stream) return
    await saveStream(tx, organization, kind.name, {
      ...stream,
      round: 'delta',
      cursorUrl: undefined,
      roundStartedAt: undefined,
    })
    await parts.record(tx, { items: 0, counts: NO_COUNTS, problems: [] })
  })
}

/** How many objects may vanish in one full round without being asked about: 20, or a tenth. */
const mayVanish = (present: number): number => Math.max(20, Math.floor(present / 10))

async function sweep(tx: Db, kind: StreamKind, setting: PlanSetting): Promise<SyncCounts> {
  const { organization, generation, now } = setting
  const { present, unseen } = await countUnseen(tx, kind.table, organization, generation)
  if (unseen > mayVanish(present)) throw new RemovalBrake(unseen, present)
  const more = await kind.countSweep(tx, setting)
  if (more.unseen > mayVanish(more.present)) throw new RemovalBrake(more.unseen, more.present)
  await hideUnseen(tx, kind.table, organization, generation, now)
  const swept = await kind.sweep(tx, setting)
  return { ...swept, [kind.name]: { ...swept[kind.name], removed: unseen } }
}
