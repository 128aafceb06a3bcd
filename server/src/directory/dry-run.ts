import { gunzipSync, gzipSync } from 'node:zlib'
import type { StreamName, SyncCounts } from '@mooring/contract/directory'
import type { Db } from '../platform/database.ts'
import { type ApplySetting, applyPage } from './apply-page.ts'
import { askAgain, findOpen, isOpen, type Open } from './ask-again.ts'
import { ChangePile, Undone } from './change-pile.ts'
import { endDryRun, endRun } from './end-run.ts'
import type { Round } from './plan-round.ts'
import type { ReadPage } from './read-round.ts'
import type { Reading, SyncOutcome, TakeOver } from './reading.ts'
import { lastChangeNumber } from './record-changes-store.ts'
import { type Settled, settle } from './settle.ts'
import { lockTenant } from './settle-store.ts'
import { STREAM_KINDS, type StreamKind } from './stream-kinds.ts'
import { toStreamProblem } from './stream-problem.ts'
import { findStream } from './streams-store.ts'
import { addCounts, NO_COUNTS, type RunProblem } from './sync-run.ts'
import { readStream, type StreamParts } from './sync-stream.ts'

/** Pages of a stream, packed; nothing is written while they come. */
type Pages = { readonly round: Round; readonly packed: Buffer }[]

/**
 * Finds out what a synchronisation would do: the real thing, in one transaction, undone.
 *
 * Everything is read first, so that no transaction waits for the network. What has to be asked for only
 * shows once the pages are applied: they are applied again, with the answers. What cannot be read is left
 * out, as it would be by the real thing, and is the run's problem.
 */
export async function dryRun(
  reading: Reading & { readonly streams: readonly StreamName[] },
  toStreamParts: (kind: StreamKind) => StreamParts,
): Promise<SyncOutcome> {
  const { parts, work } = reading
  const kinds = reading.streams.map((name) => STREAM_KINDS[name])
  const read = await Promise.all(
    kinds.map((kind) => tryReading(reading, toStreamParts(kind), kind)),
  )
  const found = read.filter((one) => 'pages' in one)
  const problem = read.find((one) => 'problem' in one)?.problem
  if (problem && found.length === 0) return await endRun(parts, work, { kind: 'failed', problem })
  await work.settling()
  const setting = { ...reading.setting, now: parts.clock.now(), tellsAll: true }
  // The real thing asks for nothing either where a stream could not be read.
  let answers: Answers | undefined = problem && { takeOvers: [], problem }
  for (;;) {
    const tried = await work.inTurn(() => tryOut(reading, found, setting, answers?.takeOvers))
    if (tried instanceof StillToAsk) answers = await ask(reading, tried.open)
    else {
      const { found: settled, changes } = tried
      return await endDryRun(parts, work, settled, { changes, problem: answers?.problem })
    }
  }
}

/** Ends a first try in which it turned out that something has to be asked for. */
class StillToAsk extends Error {
  readonly open: Open

  constructor(open: Open) {
    super('undone to ask')
    this.open = open
  }
}

type Answers = {
  readonly takeOvers: readonly TakeOver[]
  readonly problem: RunProblem | undefined
}

async function ask(reading: Reading, open: Open): Promise<Answers> {
  const takeOvers: TakeOver[] = []
  try {
    for await (const takeOver of askAgain(reading, open)) takeOvers.push(takeOver)
    return { takeOvers, problem: undefined }
  } catch (error) {
    const now = reading.parts.clock.now().toISOString()
    const problem = toStreamProblem(error, STREAM_KINDS.users, now)
    if (!problem) throw error
    return { takeOvers, problem }
  }
}

type Read =
  | { readonly kind: StreamKind; readonly pages: Pages }
  | { readonly kind: StreamKind; readonly problem: RunProblem }

async function tryReading(
  reading: Reading,
  streamParts: StreamParts,
  kind: StreamKind,
): Promise<Read> {
  const { parts, work, stopping } = reading
  try {
    return { kind, pages: await readPages(reading, streamParts, kind) }
  } catch (error) {
    const problem = toStreamProblem(error, kind, parts.clock.now().toISOString())
    if (!problem) {
      stopping.abort(error)
      throw error
    }
    work.ended(kind.name, 'failed')
    return { kind, problem }
  }
}

async function readPages(
  { parts, work }: Reading,
  streamParts: StreamParts,
  kind: StreamKind,
): Promise<Pages> {
  const pages: Pages = []
  await readStream(
    {
      ...streamParts,
      async begin(round) {
        pages.length = 0
        await streamParts.begin(round)
      },
    },
    kind,
    {
      find: () => findStream(parts.db, work.organization, kind.name),
      async take(round, page) {
        pages.push({ round, packed: gzipSync(JSON.stringify(page), { level: 1 }) })
        await work.note(kind.name, page.items.length, page.pages)
      },
    },
  )
  work.ended(kind.name, 'done')
  return pages
}

type Found = readonly { readonly kind: StreamKind; readonly pages: Pages }[]

/** @param answers `undefined` while it is not known what to ask for. */
async function tryOut(
  reading: Reading,
  found: Found,
  setting: ApplySetting,
  answers: readonly TakeOver[] | undefined,
): Promise<StillToAsk | Undone<Settled>> {
  try {
    await reading.parts.db.transaction().execute(async (tx) => {
      await lockTenant(tx, setting.tenantId)
      const before = await lastChangeNumber(tx, setting.organization)
      let counts = await applyPages(tx, found, setting)
      const open = answers ? undefined : await findOpen(tx, reading)
      if (open && isOpen(open)) throw new StillToAsk(open)
      for (const takeOver of answers ?? []) counts = addCounts(counts, (await takeOver(tx)).counts)
      const settled = await settle(tx, { ...setting, judge: reading.parts.judge })
      const changes = await ChangePile.collect(tx, setting.organization, before)
      throw new Undone<Settled>({ ...settled, counts: addCounts(counts, settled.counts) }, changes)
    })
  } catch (error) {
    if (error instanceof StillToAsk) return error
    if (error instanceof Undone) return error as Undone<Settled>
    throw error
  }
  throw new Error('a dry run was not undone')
}

async function applyPages(tx: Db, found: Found, setting: ApplySetting): Promise<SyncCounts> {
  let counts = NO_COUNTS
  for (const { kind, pages } of found) {
    for (const { round, packed } of pages) {
      const page = JSON.parse(gunzipSync(packed).toString()) as ReadPage // packed by readPages
      const result = await applyPage(tx, kind, round, page, setting)
      counts = addCounts(counts, result.counts)
    }
  }
  return counts
}
