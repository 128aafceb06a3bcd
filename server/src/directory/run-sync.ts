import type { DirectorySettings, StreamName } from '@mooring/contract/directory'
import type { ConnectionClient } from '../connection/index.ts'
import { EntraError, isTransient } from '../entra/entra-error.ts'
import { newId } from '../platform/ids.ts'
import type { OrganizationId } from '../platform/organization-id.ts'
import { askAgain, findOpen } from './ask-again.ts'
import { tidyTables } from './days-store.ts'
import { deferIndexes, restoreIndexes } from './deferred-indexes-store.ts'
import { dryRun } from './dry-run.ts'
import { endRun, settleRun } from './end-run.ts'
import { expectedCount } from './expected-count.ts'
import { listGuarded } from './leaving-members-store.ts'
import type { Reading, SyncOutcome, SyncParts } from './reading.ts'
import { ensureState } from './record-changes-store.ts'
import { beat, RunLost, releaseRun, takeRun } from './run-leases-store.ts'
import { RunCancelled, Work } from './run-work.ts'
import { findSettings } from './settings-store.ts'
import { noteNobodyToSettle } from './settle-store.ts'
import { STREAM_KINDS, type StreamKind, selectHash } from './stream-kinds.ts'
import { toStreamProblem } from './stream-problem.ts'
import { saveStreamProblem } from './streams-store.ts'
import { NO_COUNTS, type RunProblem, type SyncRunId } from './sync-run.ts'
import { findRun } from './sync-runs-store.ts'
import { type StreamParts, syncStream } from './sync-stream.ts'

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
  // Whatever makes one stream give up entirely makes the others stop as well.
  const stopping = new AbortController()
  const work = new Work(parts, organization, run, lease, AbortSignal.any([signal, stopping.signal]))
  using _heart = parts.everyFewSeconds(() =>
    beat(parts.db, organization, work.held, parts.clock.now()),
  )
  try {
    return await carryOut(parts, work, stopping)
  } catch (error) {
    if (error instanceof RunLost) return { kind: 'notOurs' }
    if (error instanceof RunCancelled) return await endRun(parts, work, { kind: 'cancelled' })
    if (signal.aborted) {
      await releaseRun(parts.db, organization, work.held)
      throw error
    }
    // Somebody deleted the organization, and the run with it: there is nobody left to tell.
    if (!(await findRun(parts.db, organization, id))) return { kind: 'notOurs' }
    parts.log.error({ err: error, organization, run: id }, 'a synchronisation failed unexpectedly')
    const problem = { code: 'internalError', values: {}, at: now(parts) }
    return await endRun(parts, work, { kind: 'failed', problem })
  }
}

async function carryOut(
  parts: SyncParts,
  work: Work,
  stopping: AbortController,
): Promise<SyncOutcome> {
  const { organization, run } = work
  if (run.cancelRequested) return await endRun(parts, work, { kind: 'cancelled' })
  await ensureState(parts.db, organization)
  const client = await parts.clients.find(organization)
  if (!client) return await fail(parts, work, 'connectionMissing')
  const { syncUsers, syncGroups, tenantId } = client.connection
  if (!syncUsers && !syncGroups) return await fail(parts, work, 'nothingToSync')
  const { settings: rules } = await parts.db.transaction().execute(async (tx) => {
    if (!run.dryRun) await noteNobodyToSettle(tx, organization)
    return await findSettings(tx, organization)
  })
  const guarded = await findGuarded(parts, organization, rules)
  const setting = { organization, tenantId, rules, run: run.id, tellsAll: false, guarded }
  // What was approved was read before; reading more would make it something else.
  if (run.decision?.kind === 'approved') {
    await work.settling()
    return await settleRun(parts, work, setting, undefined)
  }
  const reading = { parts, work, client, setting, stopping }
  if (run.dryRun) return await readDry(reading)
  const problem = await told(reading, async () => {
    const streams = await streamsOf(client, work)
    await work.start(streams)
    const problem = await readAll(reading, streams)
    if (problem) return problem
    const rest = { ...reading, streams }
    const open = await findOpen(parts.db, rest)
    for await (const takeOver of askAgain(rest, open)) await work.commit(takeOver)
    return undefined
  })
  await work.settling()
  return await settleRun(parts, work, setting, problem)
}

/** Groups that decide about people here: their members do not go without the brake having looked. */
async function findGuarded(
  { db, groupsInUse }: SyncParts,
  organization: OrganizationId,
  { scope }: DirectorySettings,
): Promise<ReadonlySet<string>> {
  const ofScope = scope.kind === 'groups' ? scope.groups.map(({ entraId }) => entraId) : []
  const ofOthers = (await groupsInUse?.(db, organization)) ?? []
  return await listGuarded(db, organization, [...ofScope, ...ofOthers])
}

/** @returns what went wrong that may be told; anything else is thrown. */
async function told(
  { parts }: Reading,
  read: () => Promise<RunProblem | undefined>,
): Promise<RunProblem | undefined> {
  try {
    return await read()
  } catch (error) {
    const problem = toStreamProblem(error, STREAM_KINDS.users, now(parts))
    if (!problem) throw error
    return problem
  }
}

/** Which streams a run reads. Devices come along where the application may read them. */
async function streamsOf(client: ConnectionClient, work: Work): Promise<StreamName[]> {
  const { syncUsers, syncGroups } = client.connection
  const streams: StreamName[] = []
  if (syncUsers) streams.push('users')
  if (syncGroups) streams.push('groups')
  if (await mayReadDevices(client, work)) streams.push('devices')
  return streams
}

/** @throws {EntraError} when there will be no token for anything else either. */
async function mayReadDevices({ tokens }: ConnectionClient, work: Work): Promise<boolean> {
  try {
    const { roles } = await tokens.token()
    return STREAM_KINDS.devices.permissions.some((role) => roles.includes(role))
  } catch (error) {
    work.signal.throwIfAborted()
    if (error instanceof EntraError && !isTransient(error)) throw error
    // What may pass is waited for by the other streams.
    return false
  }
}

/** Reads the streams side by side. @returns why one could not be read; the others went on. */
async function readAll(
  reading: Reading,
  streams: readonly StreamName[],
): Promise<RunProblem | undefined> {
  const problems = await Promise.all(streams.map((name) => readOne(reading, STREAM_KINDS[name])))
  return problems.find((problem) => problem !== undefined)
}

async function readOne(reading: Reading, kind: StreamKind): Promise<RunProblem | undefined> {
  const { parts, work, setting, stopping } = reading
  try {
    const round = await syncStream(toStreamParts(reading, kind), kind)
    work.ended(kind.name, 'done')
    // Beside the pages of the other streams, which write other tables.
    await restoreIndexes(parts.db, kind.tables)
    if (round === 'full') await tidy(parts, kind)
    return undefined
  } catch (error) {
    const problem = toStreamProblem(error, kind, now(parts))
    if (!problem) {
      stopping.abort(error)
      throw error
    }
    work.ended(kind.name, 'failed')
    const { organization, tenantId, rules } = setting
    const state = { tenantId, selectHash: selectHash(kind, rules), problem }
    await work.commit(async (tx) => {
      await saveStreamProblem(tx, organization, kind.name, state)
      return { counts: NO_COUNTS, problems: [] }
    })
    return problem
  }
}

/** Statistics that are not up to date make nothing wrong. */
async function tidy({ db, log }: SyncParts, { tables }: StreamKind): Promise<void> {
  try {
    await tidyTables(db, tables)
  } catch (error) {
    log.warn({ err: error, tables }, 'tables were not tidied after a full read')
  }
}

/** As many rows as make a statement worth its while, and no transaction long. */
const BATCH_SIZE = 16_000

function toStreamParts({ parts, work, client, setting }: Reading, kind: StreamKind): StreamParts {
  return {
    db: parts.db,
    clock: parts.clock,
    graph: client.graph,
    setting,
    mode: work.run.mode,
    watcher: work.watcher,
    signal: work.signal,
    batchSize: parts.batchSize ?? BATCH_SIZE,
    begin: async (round) => {
      const expected = round.kind === 'full' ? await expectedCount(client, work, kind) : null
      await work.begin(kind.name, round.kind, expected)
      const isFirst = round.kind === 'full' && round.generation === 1 && !round.cursor
      if (isFirst && !work.run.dryRun) {
        await work.inTurn(() => deferIndexes(parts.db, kind.tables))
      }
    },
    inTurn: (commit) => work.inTurn(commit),
    record: (tx, step) => work.record(tx, { ...step, stream: kind.name }),
    committed: () => work.committed(),
  }
}

async function readDry(reading: Reading): Promise<SyncOutcome> {
  const { parts, work, client } = reading
  try {
    const streams = await streamsOf(client, work)
    await work.start(streams)
    return await dryRun({ ...reading, streams }, (kind) => toStreamParts(reading, kind))
  } catch (error) {
    const problem = toStreamProblem(error, STREAM_KINDS.users, now(parts))
    if (!problem) throw error
    return await endRun(parts, work, { kind: 'failed', problem })
  }
}

async function fail(parts: SyncParts, work: Work, code: string): Promise<SyncOutcome> {
  const problem = { code, values: {}, at: now(parts) }
  return await endRun(parts, work, { kind: 'failed', problem })
}

const now = (parts: SyncParts) => parts.clock.now().toISOString()
