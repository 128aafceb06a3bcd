import { gunzipSync, gzipSync } from 'node:zlib'
import { type ApplySetting, applyPage } from './apply-page.ts'
import { ChangePile, Undone } from './change-pile.ts'
import { endDryRun, endRun } from './end-run.ts'
import type { Round } from './plan-round.ts'
import type { ReadPage } from './read-round.ts'
import type { Reading, SyncOutcome } from './reading.ts'
import { lastChangeNumber } from './record-changes-store.ts'
import { type Settled, settle } from './settle.ts'
import { lockTenant } from './settle-store.ts'
import type { StreamKind } from './stream-kinds.ts'
import { toStreamProblem } from './stream-problem.ts'
import { findStream } from './streams-store.ts'
import { addCounts, NO_COUNTS, type RunProblem } from './sync-run.ts'
import { readStream, type StreamParts } from './sync-stream.ts'

/** Pages of a stream, packed; nothing is written while they come. */
type Pages = { round: Round | undefined; readonly packed: Buffer[] }

/**
 * Finds out what a synchronisation would do: the real thing, in one transaction, undone.
 *
 * Everything is read first, so that no transaction waits for the network. What cannot be read is left
 * out, as it would be by the real thing, and is the run's problem.
 */
export async function dryRun(
  reading: Reading,
  kinds: readonly StreamKind[],
  toStreamParts: (kind: StreamKind) => StreamParts,
): Promise<SyncOutcome> {
  const { parts, work } = reading
  const read = await Promise.all(
    kinds.map((kind) => tryReading(reading, toStreamParts(kind), kind)),
  )
  const found = read.filter((one) => 'pages' in one)
  const problem = read.find((one) => 'problem' in one)?.problem
  if (problem && found.length === 0) return await endRun(parts, work, { kind: 'failed', problem })
  await work.settling()
  const setting = { ...reading.setting, now: parts.clock.now(), tellsAll: true }
  try {
    await work.inTurn(() => tryOut(parts.db, found, setting))
  } catch (error) {
    if (!(error instanceof Undone)) throw error
    const { found: settled, changes } = error as Undone<Settled>
    return await endDryRun(parts, work, settled, { changes, problem })
  }
  throw new Error('a dry run was not undone')
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
  const pages: Pages = { round: undefined, packed: [] }
  await readStream(
    {
      ...streamParts,
      async begin(round) {
        pages.packed.length = 0
        await streamParts.begin(round)
      },
    },
    kind,
    {
      find: () => findStream(parts.db, work.organization, kind.name),
      async take(round, page) {
        pages.round = round
        pages.packed.push(gzipSync(JSON.stringify(page), { level: 1 }))
        await work.note(kind.name, page.items.length, page.pages)
      },
    },
  )
  work.ended(kind.name, 'done')
  return pages
}

async function tryOut(
  db: StreamParts['db'],
  found: readonly { readonly kind: StreamKind; readonly pages: Pages }[],
  setting: ApplySetting,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockTenant(tx, setting.tenantId)
    const before = await lastChangeNumber(tx, setting.organization)
    let counts = NO_COUNTS
    for (const { kind, pages } of found) {
      for (const packed of pages.packed) {
        const page = JSON.parse(gunzipSync(packed).toString()) as ReadPage // packed by readPages
        if (!pages.round) continue
        const result = await applyPage(tx, kind, pages.round, page, setting)
        counts = addCounts(counts, result.counts)
      }
    }
    const settled = await settle(tx, setting)
    const changes = await ChangePile.collect(tx, setting.organization, before)
    throw new Undone<Settled>({ ...settled, counts: addCounts(counts, settled.counts) }, changes)
  })
}
